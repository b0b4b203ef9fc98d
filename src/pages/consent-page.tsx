import type { VNode } from 'preact';
import { isResumeScope } from '../authorization-server/scopes.ts';
import type { SessionPrincipal } from '../resource-server/principal.ts';
import { DurationChoice, ModeChoice, ResumeChoice, ScopeChoice } from './components/access-choices.tsx';
import { ActionForm, Button } from './components/actions.tsx';
import { AccessList, Badge, Day, Untrusted } from './components/data.tsx';
import { ProblemSummary, Said, type FormProblem } from './components/feedback.tsx';
import { HiddenField } from './components/fields.tsx';
import { isReadOnly, type ConsentForm } from './consent-form.ts';
import type { ResumeSummary } from './dependencies.ts';
import type { EarlierConnection } from './page-connections.ts';
import type { Messages } from './messages.ts';
import type { PendingRequest } from './pending-request.ts';

interface ConsentPageProps {
  readonly messages: Messages;
  readonly pending: PendingRequest;
  readonly session: SessionPrincipal;
  readonly csrfToken: string;
  readonly resumes: readonly ResumeSummary[];
  readonly hasMoreResumes: boolean;
  readonly earlier: EarlierConnection | null;
  /** What a button has done to the form; null: nothing. */
  readonly notice: string | null;
  readonly form: ConsentForm;
  readonly problems: readonly FormProblem[];
}

/** Who asks, where the answer goes, what it may do, to which resumes, and two buttons of the same weight. */
export function ConsentPage(props: ConsentPageProps): VNode {
  const { messages, pending, session, csrfToken, form, problems } = props;
  const choices = { messages, form, problems };
  return (
    <>
      <h1>{messages.rich('consent.heading', { client: <Untrusted>{pending.clientName}</Untrusted> })}</h1>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <Said text={props.notice} />
      <section class="identity" aria-labelledby="who">
        <h2 id="who" class="quiet">
          {messages.text('consent.who')}
        </h2>
        <ClientIdentity messages={messages} pending={pending} />
        <Before messages={messages} earlier={props.earlier} />
      </section>
      <div class="account-in-use">
        <p>
          {messages.rich('consent.account', {
            name: (
              <strong>
                <Untrusted>{session.userName}</Untrusted>
              </strong>
            ),
            email: <Untrusted>{session.userEmail}</Untrusted>,
          })}
        </p>
        <ActionForm action="/sign-out" csrfToken={csrfToken} fields={{ oauth_query: pending.query }} kind="secondary">
          {messages.text('consent.notYou')}
        </ActionForm>
      </div>
      <form method="post" action="/consent">
        <HiddenField name="csrf" value={csrfToken} />
        <HiddenField name="oauth_query" value={pending.query} />
        <ScopeChoice
          messages={messages}
          problems={problems}
          legend={messages.text('consent.scopes')}
          ticked={form.scopes}
          offered={pending.scopes}
          hint={messages.text('consent.scopesHint')}
        >
          {pending.scopes.includes('resumes:read') && !pending.scopes.every(isReadOnly) ? (
            <p>
              <Button kind="secondary" name="decision" value="read_only">
                {messages.text('consent.readOnly')}
              </Button>
            </p>
          ) : null}
        </ScopeChoice>
        {pending.scopes.includes('resumes:write') ? <ModeChoice {...choices} /> : null}
        {pending.scopes.some(isResumeScope) ? (
          <ResumeChoice {...choices} resumes={props.resumes} hasMoreResumes={props.hasMoreResumes} />
        ) : null}
        <DurationChoice messages={messages} duration={form.duration} problems={problems} />
        <div class="actions actions-even">
          <Button kind="secondary" name="decision" value="deny" describedBy="deny-hint">
            {messages.text('consent.deny')}
          </Button>
          <Button kind="secondary" name="decision" value="allow">
            {messages.text('consent.allow')}
          </Button>
        </div>
        <p class="soft" id="deny-hint">
          {messages.text('consent.denyHint')}
        </p>
      </form>
    </>
  );
}

/** What the person has allowed this client before. */
function Before({ messages, earlier }: Pick<ConsentPageProps, 'messages' | 'earlier'>): VNode {
  if (earlier === null) return <p class="soft">{messages.text('consent.firstTime')}</p>;
  const at = <Day messages={messages} at={earlier.createdAt} />;
  const ended = <Day messages={messages} at={earlier.endsAt} />;
  const used = <Day messages={messages} at={earlier.lastUsedAt} />;
  return (
    <>
      <p>
        {messages.rich('consent.before', { at })}{' '}
        {earlier.isLive ? messages.text('consent.beforeLive') : messages.rich('consent.beforeEnded', { at: ended })}{' '}
        {earlier.lastUsedAt === null ? messages.text('consent.beforeUnused') : messages.rich('consent.beforeUsed', { at: used })}
      </p>
      <AccessList messages={messages} scopes={earlier.scopes} />
    </>
  );
}

function ClientIdentity({ messages, pending }: Pick<ConsentPageProps, 'messages' | 'pending'>): VNode {
  const { client, redirect } = pending;
  const verified = client.registration === 'metadata_document' && client.verifiedHost !== null;
  const website = toWebsite(client.clientUri);
  return (
    <>
      {verified ? (
        <p class="mark-good">{messages.rich('consent.verifiedHost', { host: <strong>{client.verifiedHost}</strong> })}</p>
      ) : client.registration === 'preregistered' ? (
        <p class="mark-good">{messages.text('consent.preregistered')}</p>
      ) : (
        <p class="mark-warning">{messages.text('consent.registeredItself')}</p>
      )}
      <p>
        {messages.rich('consent.redirect', { host: <strong class="host">{redirect.host}</strong> })}
        {redirect.isLocalApp ? <Badge>{messages.text('consent.redirectLocal')}</Badge> : null}
      </p>
      {redirect.isLocalApp ? <p class="soft">{messages.text('consent.redirectLocalHint')}</p> : null}
      {website === null ? null : (
        <p class="soft">
          {messages.rich('consent.website', {
            link: (
              <a href={website.href} rel="noopener noreferrer nofollow" target="_blank">
                {website.host}
              </a>
            ),
          })}
        </p>
      )}
    </>
  );
}

/** The client's website, when it is an https address a person can judge by its host. */
function toWebsite(uri: string | null): URL | null {
  if (uri === null || !URL.canParse(uri)) return null;
  const url = new URL(uri);
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url : null;
}
