import type { VNode } from 'preact';
import { z } from 'zod';
import { ActionForm } from './components/actions.tsx';
import { DataTable } from './components/data-table.tsx';
import { Time, Untrusted } from './components/data.tsx';
import { Done } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import type { MessageKey, Messages } from './messages.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';
import { describeUserAgent } from './user-agent.ts';

const DONE: Readonly<Record<string, MessageKey>> = { revoked: 'account.revoked', gone: 'account.gone' };

const sessionListSchema = z.array(
  z.object({
    id: z.string(),
    token: z.string(),
    createdAt: z.coerce.date(),
    ipAddress: z.string().nullish(),
    userAgent: z.string().nullish(),
  }),
);
type BrowserSession = z.infer<typeof sessionListSchema>[number];

/**
 * GET /account; POST /account/sessions/:id/revoke. The library names a session by its token, which is the cookie's secret: it
 * never leaves the server, forms carry the session's id.
 */
export function createAccountRoutes(tools: PageTools): readonly PageRoute[] {
  const { messages, respond, csrf } = tools;

  /** @returns null when the library wants a fresher sign-in first */
  async function listSessions(page: SignedInRequest): Promise<readonly BrowserSession[] | null> {
    const answer = await tools.auth.get(page.request, 'list-sessions');
    return answer.status < 400 ? sessionListSchema.parse(answer.body) : null;
  }

  async function open(page: SignedInRequest): Promise<Response> {
    const sessions = await listSessions(page);
    const body = (
      <AccountPage
        messages={messages}
        name={page.session.userName}
        email={page.session.userEmail}
        sessions={sessions}
        currentSessionId={page.session.sessionId}
        csrfToken={csrf.issue(page.session.sessionId)}
        done={doneText(messages, page.query, DONE)}
      />
    );
    return respond.owner(page, { title: messages.text('account.title'), body });
  }

  async function revoke(page: SignedInRequest): Promise<Response> {
    const session = (await listSessions(page))?.find((candidate) => candidate.id === page.params.id);
    if (session === undefined) return respond.seeOther('/account?done=gone');
    const answer = await tools.auth.post(page.request, 'revoke-session', { token: session.token });
    return answer.status < 400 ? respond.seeOther('/account?done=revoked') : respond.problem('internal', page.info.requestId);
  }

  return [
    { method: 'GET', path: '/account', access: 'signed_in', handle: open },
    { method: 'POST', path: '/account/sessions/:id/revoke', access: 'signed_in', handle: revoke },
  ];
}

interface AccountPageProps {
  readonly messages: Messages;
  readonly name: string;
  readonly email: string;
  readonly sessions: readonly BrowserSession[] | null;
  readonly currentSessionId: string;
  readonly csrfToken: string;
  readonly done: string | null;
}

function AccountPage({ messages, name, email, sessions, currentSessionId, csrfToken, done }: AccountPageProps): VNode {
  return (
    <>
      <h1>{messages.text('account.title')}</h1>
      <Done text={done} />
      <section class="panel panel-row">
        <dl>
          <dt>{messages.text('account.name')}</dt>
          <dd>
            <Untrusted>{name}</Untrusted>
          </dd>
          <dt>{messages.text('account.email')}</dt>
          <dd>
            <Untrusted>{email}</Untrusted>
          </dd>
        </dl>
        <ActionForm action="/sign-out" csrfToken={csrfToken} kind="secondary">
          {messages.text('account.signOut')}
        </ActionForm>
      </section>
      <p class="soft">{messages.rich('account.signOutHint', { link: <a href="/connections">{messages.text('nav.connections')}</a> })}</p>
      <h2>{messages.text('account.sessions')}</h2>
      {sessions === null ? (
        <>
          <p>{messages.text('account.sessionsStale')}</p>
          <ActionForm action="/sign-out" csrfToken={csrfToken} kind="secondary">
            {messages.text('account.sessionsStaleAction')}
          </ActionForm>
        </>
      ) : (
        <SessionTable messages={messages} sessions={sessions} currentSessionId={currentSessionId} csrfToken={csrfToken} />
      )}
    </>
  );
}

type SessionTableProps = Pick<AccountPageProps, 'messages' | 'currentSessionId' | 'csrfToken'> & {
  readonly sessions: readonly BrowserSession[];
};

function SessionTable({ messages, sessions, currentSessionId, csrfToken }: SessionTableProps): VNode {
  return (
    <DataTable
      caption={messages.text('account.sessions')}
      columns={[
        { id: 'device', label: messages.text('account.device') },
        { id: 'address', label: messages.text('account.address') },
        { id: 'signedIn', label: messages.text('account.signedIn') },
        { id: 'end', label: messages.text('account.end') },
      ]}
      rows={sessions.map((session) => ({
        id: session.id,
        cells: {
          device: (
            <Untrusted>{session.userAgent ? describeUserAgent(session.userAgent) : messages.text('account.unknownDevice')}</Untrusted>
          ),
          address: session.ipAddress ? <code>{session.ipAddress}</code> : messages.text('account.unknownDevice'),
          signedIn: <Time messages={messages} at={session.createdAt} />,
          end:
            session.id === currentSessionId ? (
              <span class="badge">{messages.text('account.thisSession')}</span>
            ) : (
              <ActionForm
                action={`/account/sessions/${encodeURIComponent(session.id)}/revoke`}
                csrfToken={csrfToken}
                kind="danger"
                describedBy={`row-${session.id}`}
              >
                {messages.text('account.revoke')}
              </ActionForm>
            ),
        },
      }))}
    />
  );
}
