import type { VNode } from 'preact';
import { EMAIL_DONE, EmailBanner, EmailForm } from './account-email.tsx';
import { PASSWORD_DONE, PasswordForm } from './account-password.tsx';
import { ActionForm } from './components/actions.tsx';
import { DataTable } from './components/data-table.tsx';
import { Badge, Time, Untrusted } from './components/data.tsx';
import { Done } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import { PasskeyPanel } from './passkeys.tsx';
import { SecondFactorPanel } from './second-factor.tsx';
import { UsernameForm } from './username.tsx';
import type { BrowserSession } from './dependencies.ts';
import type { MessageKey, Messages } from './messages.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';
import { describeUserAgent } from './user-agent.ts';

const DONE: Readonly<Record<string, MessageKey>> = {
  revoked: 'account.revoked',
  gone: 'account.gone',
  'username-chosen': 'account.usernameSaved',
  'username-taken': 'account.usernameTaken',
  'username-invalid': 'account.usernameInvalid',
  ...EMAIL_DONE,
  ...PASSWORD_DONE,
  'two-factor-on': 'secondFactor.turnedOn',
  'two-factor-off': 'secondFactor.turnedOff',
};

/** GET /account; POST /account/sessions/:id/revoke. */
export function createAccountRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;

  async function open(page: SignedInRequest): Promise<Response> {
    const body = (
      <AccountPage
        messages={messages}
        name={page.session.userName}
        email={page.session.userEmail}
        isVerified={await deps.accounts.isEmailVerified(page.session.userId)}
        isMailSent={deps.isMailSent}
        hasSecondFactor={await deps.accounts.hasSecondFactor(page.session.userId)}
        sessions={await deps.sessions.list(page.session.userId)}
        currentSessionId={page.session.sessionId}
        username={await deps.output.readUsername(page.session.userId)}
        origin={deps.identifiers.issuer}
        csrfToken={csrf.issue(page.session.sessionId)}
        done={doneText(messages, page.query, DONE)}
      />
    );
    return respond.owner(page, { title: messages.text('account.title'), body });
  }

  async function revoke(page: SignedInRequest): Promise<Response> {
    const found = await deps.sessions.end(page.session.userId, page.params.id ?? '');
    return respond.seeOther(`/account?done=${found ? 'revoked' : 'gone'}`);
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
  readonly isVerified: boolean;
  readonly isMailSent: boolean;
  readonly hasSecondFactor: boolean;
  readonly sessions: readonly BrowserSession[];
  readonly currentSessionId: string;
  readonly username: string | null;
  readonly origin: string;
  readonly csrfToken: string;
  readonly done: string | null;
}

function AccountPage(props: AccountPageProps): VNode {
  const { messages, name, email, isVerified, isMailSent, sessions, currentSessionId, username, origin, csrfToken, done } = props;
  return (
    <>
      <h1>{messages.text('account.title')}</h1>
      <Done text={done} />
      <EmailBanner messages={messages} isVerified={isVerified} isMailSent={isMailSent} csrfToken={csrfToken} />
      <section class="panel panel-row">
        <dl>
          <dt>{messages.text('account.name')}</dt>
          <dd>
            <Untrusted>{name}</Untrusted>
          </dd>
          <dt>{messages.text('account.email')}</dt>
          <dd>
            <Untrusted>{email}</Untrusted> {isVerified ? <Badge>{messages.text('email.verified')}</Badge> : null}
          </dd>
        </dl>
        <ActionForm action="/sign-out" csrfToken={csrfToken} kind="secondary">
          {messages.text('account.signOut')}
        </ActionForm>
      </section>
      <p class="soft">{messages.rich('account.signOutHint', { link: <a href="/connections">{messages.text('nav.connections')}</a> })}</p>
      <div class="cards cards-wide">
        {messages.isOfResumes ? <UsernameForm messages={messages} username={username} origin={origin} csrfToken={csrfToken} /> : null}
        <EmailForm messages={messages} csrfToken={csrfToken} />
        <PasswordForm messages={messages} csrfToken={csrfToken} />
      </div>
      <SecondFactorPanel messages={messages} isOn={props.hasSecondFactor} />
      <PasskeyPanel messages={messages} />
      <h2>{messages.text('account.sessions')}</h2>
      <SessionTable messages={messages} sessions={sessions} currentSessionId={currentSessionId} csrfToken={csrfToken} />
      <p class="soft">
        <a href="/account/data">{messages.text('account.data')}</a> {messages.text('account.dataHint')}
      </p>
    </>
  );
}

type SessionTableProps = Pick<AccountPageProps, 'messages' | 'sessions' | 'currentSessionId' | 'csrfToken'>;

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
            <Untrusted>
              {session.userAgent === null ? messages.text('account.unknownDevice') : describeUserAgent(session.userAgent)}
            </Untrusted>
          ),
          address: session.address === null ? messages.text('account.unknownDevice') : <code>{session.address}</code>,
          signedIn: <Time messages={messages} at={session.createdAt} />,
          end:
            session.id === currentSessionId ? (
              <Badge>{messages.text('account.thisSession')}</Badge>
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
