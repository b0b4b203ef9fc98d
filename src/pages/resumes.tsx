import type { VNode } from 'preact';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { Time, Untrusted } from './components/data.tsx';
import { Done, EmptyState, problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { Choice, HiddenField, TextField } from './components/fields.tsx';
import { doneText } from './connections.tsx';
import type { ResumeRefusal, ResumeSummary } from './dependencies.ts';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';

const NAME_CHARACTERS = 200;
const DONE: Readonly<Record<string, MessageKey>> = { deleted: 'resumes.deleted' };
const PROBLEM_OF_REFUSAL: Readonly<Record<ResumeRefusal, MessageKey>> = {
  invalid: 'resumes.nameInvalid',
  conflict: 'resumes.nameTaken',
  too_many: 'resumes.tooMany',
  locked: 'resume.deleteLocked',
  not_found: 'resumes.nameInvalid',
};

interface NewResumeForm {
  readonly name: string;
  readonly withSampleData: boolean;
  readonly problems: readonly FormProblem[];
}

/** GET and POST /resumes: the list and the form for a new one. */
export function createResumeListRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;

  async function show(page: SignedInRequest, form: NewResumeForm, status: number): Promise<Response> {
    const cursor = new URLSearchParams(page.query).get('cursor');
    const { resumes, nextCursor } = await deps.resumes.list({ principal: page.session, requestId: page.info.requestId }, cursor);
    const body = (
      <ResumesPage
        messages={messages}
        resumes={resumes}
        nextCursor={nextCursor}
        isFirstPage={cursor === null}
        csrfToken={csrf.issue(page.session.sessionId)}
        form={form}
        done={doneText(messages, page.query, DONE)}
      />
    );
    return respond.owner(page, { title: messages.text('resumes.title'), body, status, hasProblems: form.problems.length > 0 });
  }

  async function submit(page: SignedInRequest): Promise<Response> {
    const name = (formValue(page.form, 'name') ?? '').trim();
    const withSampleData = formValue(page.form, 'sample') === 'yes';
    const refuse = (key: MessageKey) => show(page, { name, withSampleData, problems: [{ field: 'name', text: messages.text(key) }] }, 400);
    if (name === '') return refuse('resumes.nameMissing');
    const outcome = await deps.resumes.create({ principal: page.session, requestId: page.info.requestId }, { name, withSampleData });
    if (!outcome.ok) return refuse(PROBLEM_OF_REFUSAL[outcome.reason]);
    return respond.seeOther(`/resumes/${encodeURIComponent(outcome.id)}?done=created`);
  }

  return [
    {
      method: 'GET',
      path: '/resumes',
      access: 'signed_in',
      handle: (page) => show(page, { name: '', withSampleData: false, problems: [] }, 200),
    },
    { method: 'POST', path: '/resumes', access: 'signed_in', handle: submit },
  ];
}

interface ResumesPageProps {
  readonly messages: Messages;
  readonly resumes: readonly ResumeSummary[];
  readonly nextCursor: string | null;
  readonly isFirstPage: boolean;
  readonly csrfToken: string;
  readonly form: NewResumeForm;
  readonly done: string | null;
}

function ResumesPage({ messages, resumes, nextCursor, isFirstPage, csrfToken, form, done }: ResumesPageProps): VNode {
  return (
    <>
      <h1>{messages.text('resumes.title')}</h1>
      <Done text={done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={form.problems} />
      {resumes.length === 0 && isFirstPage ? (
        <FirstResume messages={messages} csrfToken={csrfToken} />
      ) : (
        <ul class="cards">
          {resumes.map((resume) => (
            <ResumeCard key={resume.id} messages={messages} resume={resume} />
          ))}
        </ul>
      )}
      {nextCursor === null ? null : (
        <p>
          <a href={`/resumes?${new URLSearchParams({ cursor: nextCursor })}`}>{messages.text('resumes.next')}</a>
        </p>
      )}
      <section class="panel" aria-labelledby="new-resume">
        <h2 id="new-resume">{messages.text('resumes.new')}</h2>
        <form method="post" action="/resumes">
          <HiddenField name="csrf" value={csrfToken} />
          <TextField
            name="name"
            label={messages.text('resumes.name')}
            hint={messages.text('resumes.nameHint')}
            value={form.name}
            autocomplete="off"
            maxLength={NAME_CHARACTERS}
            problem={problemOf(form.problems, 'name')}
          />
          <Choice
            type="checkbox"
            id="sample"
            name="sample"
            value="yes"
            checked={form.withSampleData}
            label={messages.text('resumes.sample')}
          />
          <div class="actions">
            <Button>{messages.text('resumes.create')}</Button>
            {resumes.length === 0 && isFirstPage ? null : <ImportLink messages={messages} />}
          </div>
        </form>
      </section>
    </>
  );
}

/** What somebody without a resume can begin with. */
export function FirstResume({ messages, csrfToken }: { readonly messages: Messages; readonly csrfToken: string }): VNode {
  return (
    <EmptyState title={messages.text('resumes.empty')}>
      <p>{messages.text('resumes.emptyLead')}</p>
      <div class="actions">
        <ActionForm action="/resumes" csrfToken={csrfToken} fields={{ name: messages.text('resumes.sampleName'), sample: 'yes' }}>
          {messages.text('resumes.withSample')}
        </ActionForm>
        <ImportLink messages={messages} />
      </div>
    </EmptyState>
  );
}

function ImportLink({ messages }: { messages: Messages }): VNode {
  return (
    <ButtonLink href="/resumes/import" kind="secondary">
      {messages.text('import.title')}
    </ButtonLink>
  );
}

function ResumeCard({ messages, resume }: { messages: Messages; resume: ResumeSummary }): VNode {
  return (
    <li class="card card-link">
      <h2>
        <a href={`/resumes/${encodeURIComponent(resume.id)}`}>
          <Untrusted>{resume.name}</Untrusted>
        </a>
      </h2>
      <p class="soft">{messages.rich('resumes.updated', { when: <Time messages={messages} at={resume.updatedAt} /> })}</p>
      <ResumeState messages={messages} resume={resume} />
    </li>
  );
}

/** Badges for what is special about a resume, and its tags. */
export function ResumeState({ messages, resume }: { messages: Messages; resume: ResumeSummary }): VNode | null {
  if (!resume.isLocked && !resume.isPublic && resume.tags.length === 0) return null;
  return (
    <ul class="tags">
      {resume.isLocked ? <li class="tag-strong">{messages.text('resumes.locked')}</li> : null}
      {resume.isPublic ? <li class="tag-strong">{messages.text('resumes.public')}</li> : null}
      {resume.tags.map((tag) => (
        <li key={tag}>
          <Untrusted>{tag}</Untrusted>
        </li>
      ))}
    </ul>
  );
}
