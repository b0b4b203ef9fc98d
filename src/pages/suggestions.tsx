import type { VNode } from 'preact';
import { DataTable } from './components/data-table.tsx';
import { Time, Untrusted } from './components/data.tsx';
import { Done, EmptyState, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import type { HistoryOutcome, PageOwner, PageSuggestion, ResumeDetail } from './dependencies.ts';
import { describeRefusal } from './history-problems.ts';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';
import { SuggestionCard } from './suggestion-card.tsx';

const DONE: Readonly<Record<string, MessageKey>> = { accepted: 'suggestions.nowAccepted', rejected: 'suggestions.nowRejected' };

/** GET /resumes/:id/suggestions; POST …/:suggestion, whose button says what is decided. */
export function createSuggestionRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;

  async function show(page: SignedInRequest, status = 200, problems: readonly FormProblem[] = []): Promise<Response> {
    const [owner, id] = [ownerOf(page), page.params.id ?? ''];
    const resume = await deps.resumes.read(owner, id);
    const suggestions = resume && (await deps.history.listSuggestions(owner, id));
    if (resume === null || suggestions === null) return respond.problem('notFound', page);
    const body = (
      <SuggestionsPage
        messages={messages}
        resume={resume}
        suggestions={suggestions}
        csrfToken={csrf.issue(page.session.sessionId)}
        problems={problems}
        done={doneText(messages, page.query, DONE)}
      />
    );
    const title = messages.text('suggestions.title', { name: resume.name });
    return respond.owner(page, { title, body, status, hasProblems: problems.length > 0 });
  }

  async function decide(page: SignedInRequest): Promise<Response> {
    const [owner, id, suggestion] = [ownerOf(page), page.params.id ?? '', page.params.suggestion ?? ''];
    const leave = async (outcome: HistoryOutcome, done: 'accepted' | 'rejected'): Promise<Response> => {
      if (outcome.ok) return respond.seeOther(`/resumes/${encodeURIComponent(id)}/suggestions?done=${done}`);
      if (outcome.reason === 'not_found') return respond.problem('notFound', page);
      const { status, problems } = describeRefusal(messages, outcome);
      return show(page, status, problems);
    };
    switch (formValue(page.form, 'decision')) {
      case 'reject':
        return leave(await deps.history.reject(owner, id, suggestion), 'rejected');
      case 'accept':
        return leave(await deps.history.accept(owner, id, suggestion, null), 'accepted');
      case 'accept-chosen': {
        const chosen = page.form
          .getAll('operation')
          .filter((text) => /^\d{1,6}$/.test(text))
          .map(Number);
        if (chosen.length === 0) return show(page, 400, [{ field: null, text: messages.text('suggestions.noneChosen') }]);
        return leave(await deps.history.accept(owner, id, suggestion, chosen), 'accepted');
      }
      case null:
      default:
        return respond.problem('malformed', page);
    }
  }

  return [
    { method: 'GET', path: '/resumes/:id/suggestions', access: 'signed_in', handle: (page) => show(page) },
    { method: 'POST', path: '/resumes/:id/suggestions/:suggestion', access: 'signed_in', handle: decide },
  ];
}

function ownerOf(page: SignedInRequest): PageOwner {
  return { principal: page.session, requestId: page.info.requestId };
}

interface SuggestionsPageProps {
  readonly messages: Messages;
  readonly resume: ResumeDetail;
  readonly suggestions: readonly PageSuggestion[];
  readonly csrfToken: string;
  readonly problems: readonly FormProblem[];
  readonly done: string | null;
}

function SuggestionsPage({ messages, resume, suggestions, csrfToken, problems, done }: SuggestionsPageProps): VNode {
  const path = `/resumes/${encodeURIComponent(resume.id)}`;
  const pending = suggestions.filter(({ status }) => status === 'pending');
  const decided = suggestions.filter(({ status }) => status !== 'pending');
  return (
    <>
      <p class="crumb">
        <a href={path}>{messages.text('history.back')}</a>
      </p>
      <h1>{messages.rich('suggestions.title', { name: <Untrusted>{resume.name}</Untrusted> })}</h1>
      <p class="lead">{messages.text('suggestions.lead')}</p>
      <Done text={done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      {pending.length === 0 ? (
        <EmptyState title={messages.text('suggestions.empty')}>
          <p>{messages.text('suggestions.emptyLead')}</p>
        </EmptyState>
      ) : (
        pending.map((suggestion) => (
          <SuggestionCard
            key={suggestion.id}
            messages={messages}
            suggestion={suggestion}
            action={`${path}/suggestions/${encodeURIComponent(suggestion.id)}`}
            csrfToken={csrfToken}
          />
        ))
      )}
      {decided.length === 0 ? null : <Decided messages={messages} suggestions={decided} />}
    </>
  );
}

function Decided({ messages, suggestions }: Pick<SuggestionsPageProps, 'messages' | 'suggestions'>): VNode {
  return (
    <DataTable
      caption={messages.text('suggestions.earlier')}
      columns={[
        { id: 'app', label: messages.text('connections.app') },
        { id: 'decision', label: messages.text('suggestions.decision') },
        { id: 'when', label: messages.text('suggestions.decidedAt') },
        { id: 'changes', label: messages.text('suggestions.changes') },
      ]}
      rows={suggestions.map(({ id, by, status, decidedAt, operations }) => ({
        id,
        cells: {
          app: <Untrusted>{by.name ?? messages.text('versions.someApp')}</Untrusted>,
          decision: status === 'pending' ? null : messages.text(`suggestions.status.${status}`),
          when: <Time messages={messages} at={decidedAt} />,
          changes: operations.length,
        },
      }))}
    />
  );
}
