import type { VNode } from 'preact';
import { ButtonLink } from './components/actions.tsx';
import { Snippet, Untrusted } from './components/data.tsx';
import { Notice } from './components/feedback.tsx';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';
import type { Connection } from './page-connections.ts';

const LOOK_SECONDS = 5;
const WAIT_MS = 10 * 60_000;

/**
 * GET /connect/wait: says whether an app has connected since the person began to wait, and looks again by itself until one has.
 * It begins only when asked to and ends after ten minutes; each look is the page anew (`Refresh` header), without a script.
 */
export function createConnectWaitRoutes({ deps, messages, respond }: PageTools): readonly PageRoute[] {
  async function handle(page: SignedInRequest): Promise<Response> {
    const now = deps.clock().getTime();
    const asked = new URLSearchParams(page.query).get('since');
    if (asked === null) return respond.seeOther(`/connect/wait?since=${now}`);
    const since = /^\d{1,15}$/.test(asked) ? Number(asked) : 0;
    const connections = await deps.connections.list(page.session.userId);
    // The oldest since then: the one that the person has waited for.
    const found = connections.findLast(({ createdAt }) => createdAt.getTime() >= since && since > now - WAIT_MS) ?? null;
    const isWaiting = found === null && since > now - WAIT_MS && since <= now;
    const title = messages.text(found !== null ? 'connect.found' : isWaiting ? 'connect.waiting' : 'connect.waitOver');
    const body = <WaitPage messages={messages} title={title} mcpUrl={deps.identifiers.resource} connection={found} isWaiting={isWaiting} />;
    return respond.owner(page, { title, body, ...(isWaiting && { refreshSeconds: LOOK_SECONDS }) });
  }

  return [{ method: 'GET', path: '/connect/wait', access: 'signed_in', handle }];
}

interface WaitPageProps {
  readonly messages: Messages;
  readonly title: string;
  readonly mcpUrl: string;
  readonly connection: Connection | null;
  readonly isWaiting: boolean;
}

function WaitPage({ messages, title, mcpUrl, connection, isWaiting }: WaitPageProps): VNode {
  if (connection !== null) {
    const name = connection.clientName ?? messages.text('consent.unnamedClient');
    return (
      <>
        <h1>{title}</h1>
        <Notice kind="done">
          <p>{messages.rich('connect.foundLead', { client: <Untrusted>{name}</Untrusted> })}</p>
        </Notice>
        <p class="actions">
          <ButtonLink href={`/connections/${encodeURIComponent(connection.id)}`}>{messages.text('connect.foundLink')}</ButtonLink>
        </p>
      </>
    );
  }
  return (
    <>
      <h1>{title}</h1>
      <p class="lead">{messages.text(isWaiting ? 'connect.waitingLead' : 'connect.waitOverLead')}</p>
      <Snippet text={mcpUrl} />
      <p class="actions">
        {isWaiting ? null : <ButtonLink href="/connect/wait">{messages.text('connect.waitAgain')}</ButtonLink>}
        <ButtonLink href="/connect" kind="secondary">
          {messages.text(isWaiting ? 'connect.waitStop' : 'connect.title')}
        </ButtonLink>
      </p>
    </>
  );
}
