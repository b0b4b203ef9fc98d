import type { VNode } from 'preact';
import { isResumeScope, OFFLINE_ACCESS } from '../authorization-server/scopes.ts';
import { ModeChoice, ResumeChoice, ScopeChoice, type AccessForm } from './components/access-choices.tsx';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { Time, Untrusted } from './components/data.tsx';
import { ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField } from './components/fields.tsx';
import { ConnectionReads, DAYS_BEFORE, SHOWN_READS } from './connection-reads.tsx';
import { parseAccessChoice } from './consent-form.ts';
import type { ResumeRead } from '../db/resume-reads.ts';
import type { Connection } from './page-connections.ts';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** GET and POST /connections/:id: what one connection may do, to be changed without the app asking again, and what it has read. */
export function createConnectionPageRoutes({ deps, messages, respond, csrf }: PageTools): readonly PageRoute[] {
  const find = async (page: SignedInRequest) =>
    (await deps.connections.list(page.session.userId)).find((connection) => connection.id === page.params.id) ?? null;
  const gone = () => respond.seeOther('/connections?done=gone');

  async function show(page: SignedInRequest, connection: Connection, form: AccessForm, problems: readonly FormProblem[]) {
    const { resumes, nextCursor } = await deps.resumes.list({ principal: page.session, requestId: page.info.requestId }, null);
    // What was chosen stands in the form even where the list ends before it: saving must not take it away unseen.
    const unlisted = connection.resumes.filter((chosen) => !resumes.some(({ id }) => id === chosen.id));
    const since = new Date(deps.clock().getTime() - DAYS_BEFORE * DAY_MS);
    const latest = { connectionId: connection.id, since, limit: SHOWN_READS };
    const body = (
      <ConnectionPage
        messages={messages}
        connection={connection}
        reads={await deps.activity.listReads(page.session.userId, latest)}
        csrfToken={csrf.issue(page.session.sessionId)}
        resumes={[...resumes, ...unlisted]}
        hasMoreResumes={nextCursor !== null}
        form={form}
        problems={problems}
      />
    );
    const title = messages.text('connection.title', { client: nameOf(messages, connection) });
    return respond.owner(page, { title, body, status: problems.length > 0 ? 400 : 200, hasProblems: problems.length > 0 });
  }

  async function open(page: SignedInRequest): Promise<Response> {
    const connection = await find(page);
    return connection === null ? gone() : show(page, connection, toForm(connection), []);
  }

  async function save(page: SignedInRequest): Promise<Response> {
    const connection = await find(page);
    if (connection === null) return gone();
    const choice = parseAccessChoice(page.form, listOffered(connection), messages, 'connection.noScope');
    if (choice.kind === 'invalid') return show(page, connection, choice.form, choice.problems);
    const { scopes, mode, resumes } = choice;
    switch (await deps.connections.change(page.session.userId, connection.id, { scopes, mode, resumes })) {
      case 'changed':
        return respond.seeOther('/connections?done=changed');
      case 'not_found':
        return gone();
      case 'unknown_resume':
        return show(page, connection, toForm(connection), [{ field: 'resumes', text: messages.text('connection.unknownResume') }]);
      case 'exceeds_grant':
      case 'nothing_left':
        // Only when the connection was changed in another window meanwhile.
        return show(page, connection, toForm(connection), [{ field: 'scopes', text: messages.text('consent.beyondRequest') }]);
    }
  }

  return [
    { method: 'GET', path: '/connections/:id', access: 'signed_in', handle: open },
    { method: 'POST', path: '/connections/:id', access: 'signed_in', handle: save },
  ];
}

/** Scopes that can be taken away; staying connected ends by disconnecting. */
function listOffered({ scopes }: Connection): string[] {
  return scopes.filter((scope) => scope !== OFFLINE_ACCESS);
}

function toForm(connection: Connection): AccessForm {
  return {
    scopes: connection.scopes,
    resumeChoice: connection.allResumes ? 'all' : 'only',
    resumeIds: connection.resumes.map(({ id }) => id),
    mode: connection.mode,
  };
}

function nameOf(messages: Messages, { clientName }: Connection): string {
  return clientName ?? messages.text('consent.unnamedClient');
}

interface ConnectionPageProps {
  readonly messages: Messages;
  readonly connection: Connection;
  readonly reads: readonly ResumeRead[];
  readonly csrfToken: string;
  readonly resumes: readonly { readonly id: string; readonly name: string }[];
  readonly hasMoreResumes: boolean;
  readonly form: AccessForm;
  readonly problems: readonly FormProblem[];
}

function ConnectionPage({ messages, connection, reads, csrfToken, resumes, hasMoreResumes, form, problems }: ConnectionPageProps): VNode {
  const path = `/connections/${encodeURIComponent(connection.id)}`;
  const offered = listOffered(connection);
  const choices = { messages, form, problems };
  return (
    <>
      <h1>{messages.rich('connection.title', { client: <Untrusted>{nameOf(messages, connection)}</Untrusted> })}</h1>
      <p class="lead">{messages.text('connection.lead')}</p>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <dl>
        {connection.redirectHost === null ? null : (
          <>
            <dt>{messages.text('connection.host')}</dt>
            <dd class="host">{connection.redirectHost}</dd>
          </>
        )}
        <dt>{messages.text('connections.since')}</dt>
        <dd>
          <Time messages={messages} at={connection.createdAt} />
        </dd>
        <dt>{messages.text('connections.lastUsed')}</dt>
        <dd>
          <Time messages={messages} at={connection.lastUsedAt} />
        </dd>
        <dt>{messages.text('connection.ends')}</dt>
        <dd>
          <Time messages={messages} at={connection.expiresAt} />
        </dd>
        <dt>{messages.text('connection.calls')}</dt>
        <dd>{messages.count(connection.callsInSevenDays)}</dd>
      </dl>
      <form method="post" action={path}>
        <HiddenField name="csrf" value={csrfToken} />
        <ScopeChoice
          messages={messages}
          problems={problems}
          legend={messages.text('consent.scopes')}
          ticked={form.scopes}
          offered={offered}
          hint={messages.text('connection.scopesHint')}
        />
        {offered.includes('resumes:write') ? <ModeChoice {...choices} /> : null}
        {offered.some(isResumeScope) ? <ResumeChoice {...choices} resumes={resumes} hasMoreResumes={hasMoreResumes} /> : null}
        <div class="actions">
          <Button>{messages.text('connection.save')}</Button>
          <ButtonLink href="/connections" kind="secondary">
            {messages.text('action.cancel')}
          </ButtonLink>
        </div>
      </form>
      {messages.isOfResumes ? <ConnectionReads messages={messages} connectionId={connection.id} reads={reads} /> : null}
      <section class="panel" aria-labelledby="end">
        <h2 id="end">{messages.text('connection.endTitle')}</h2>
        <p>{messages.text('connection.endLead')}</p>
        <ActionForm action={`${path}/disconnect`} csrfToken={csrfToken} kind="danger">
          {messages.text('connections.disconnect')}
        </ActionForm>
      </section>
    </>
  );
}
