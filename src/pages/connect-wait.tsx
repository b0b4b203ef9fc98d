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
 * It begins only when asked to and ends after ten minutes. Each look is the page anew, by the script or without one.
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
    const state = found !== null ? 'found' : since > now - WAIT_MS && since <= now ? 'waiting' : 'over';
    const title = messages.text(TITLES[state]);
    const props = {
      messages,
      title,
      mcpUrl: deps.identifiers.resource,
      connection: found,
      state,
      livePath: `/connect/wait?since=${since}`,
    } as const;
    return respond.owner(page, {
      title,
      body: <WaitPage {...props} />,
      script: 'page',
      ...(state === 'waiting' && { refreshSeconds: LOOK_SECONDS }),
    });
  }

  return [{ method: 'GET', path: '/connect/wait', access: 'signed_in', handle }];
}

const TITLES = { found: 'connect.found', waiting: 'connect.waiting', over: 'connect.waitOver' } as const;

interface WaitPageProps {
  readonly messages: Messages;
  readonly title: string;
  readonly mcpUrl: string;
  readonly connection: Connection | null;
  readonly state: 'found' | 'waiting' | 'over';
  /** This page. */
  readonly livePath: string;
}

/** What the script of a page that waits takes over: all of this (`#wait`), or what has come of it (`#check`). */
function WaitPage({ messages, title, mcpUrl, connection, state, livePath }: WaitPageProps): VNode {
  return (
    <div
      id="wait"
      class="stack"
      data-state={state}
      {...(state === 'waiting' && { 'aria-live': 'polite' as const, 'data-live': livePath, 'data-take': '#wait' })}
    >
      <h1>{title}</h1>
      {state === 'found' ? null : (
        <>
          <p class="lead">{messages.text(state === 'waiting' ? 'connect.waitingLead' : 'connect.waitOverLead')}</p>
          <Snippet messages={messages} text={mcpUrl} what={messages.text('connect.address')} />
        </>
      )}
      <div id="check" class="stack" data-state={state}>
        <Check messages={messages} connection={connection} state={state} />
      </div>
    </div>
  );
}

function Check({ messages, connection, state }: Pick<WaitPageProps, 'messages' | 'connection' | 'state'>): VNode {
  if (connection !== null) {
    const name = connection.clientName ?? messages.text('consent.unnamedClient');
    return (
      <>
        <Notice kind="done">
          <p>{messages.rich('connect.foundLead', { client: <Untrusted>{name}</Untrusted> })}</p>
        </Notice>
        <p class="actions">
          <ButtonLink href={`/connections/${encodeURIComponent(connection.id)}`}>{messages.text('connect.foundLink')}</ButtonLink>
        </p>
      </>
    );
  }
  if (state === 'waiting') {
    return (
      <>
        <p class="waiting">{messages.text('connect.live')}</p>
        <p class="actions">
          <ButtonLink href="/connect" kind="secondary">
            {messages.text('connect.waitStop')}
          </ButtonLink>
        </p>
      </>
    );
  }
  return (
    <p class="actions">
      <ButtonLink href="/connect/wait">{messages.text('connect.waitAgain')}</ButtonLink>
      <ButtonLink href="/connect#trouble" kind="secondary">
        {messages.text('connect.trouble')}
      </ButtonLink>
    </p>
  );
}
