import type { VNode } from 'preact';
import { Untrusted } from './components/data.tsx';
import type { Messages } from './messages.ts';
import type { PageRequest, PageTools } from './page.ts';
import { parseHandOverUrl, toRedirectTarget } from './signed-query.ts';

export type HandOverReason = 'allowed' | 'denied' | 'continuing';

interface HandOver {
  /** Where the authorization server answers the client (RFC 6749 §4.1.2), code or error included. */
  readonly location: string;
  readonly clientName: string;
  readonly reason: HandOverReason;
  readonly setCookies: readonly string[];
}

/**
 * Answers a POST with a page that leaves for the client. A redirect would be blocked: browsers apply the form target policy
 * to the whole chain of redirects that follows a form. The link remains for an app that does not open by itself.
 */
export function handOver({ respond, messages }: PageTools, page: PageRequest, to: HandOver): Response {
  const { location, clientName, reason, setCookies } = to;
  if (parseHandOverUrl(location) === null) return respond.problem('redirect', page);
  const title = messages.text('handOver.title', { client: clientName });
  const body = <HandOverPage messages={messages} location={location} clientName={clientName} reason={reason} />;
  return respond.flow(page, { title, body, refreshTo: location, setCookies });
}

interface HandOverPageProps {
  readonly messages: Messages;
  readonly location: string;
  readonly clientName: string;
  readonly reason: HandOverReason;
}

function HandOverPage({ messages, location, clientName, reason }: HandOverPageProps): VNode {
  const client = <Untrusted>{clientName}</Untrusted>;
  return (
    <>
      <h1>{messages.rich(`handOver.${reason}`, { client })}</h1>
      {reason === 'allowed' ? <p class="lead">{messages.text('handOver.allowedLead')}</p> : null}
      {reason === 'denied' ? <p class="lead">{messages.text('handOver.deniedLead')}</p> : null}
      <p>{messages.text('handOver.lead')}</p>
      <p class="actions">
        <a class="button button-primary" href={location} rel="noreferrer">
          <span>{messages.rich('handOver.continue', { client })}</span>
        </a>
      </p>
      <p class="soft">
        {messages.rich('handOver.destination', { host: <strong>{toRedirectTarget(location)?.host ?? ''}</strong> })}{' '}
        {messages.text('handOver.close')}
      </p>
    </>
  );
}
