import type { ComponentChildren, VNode } from 'preact';
import { APP_KINDS } from './app-kinds.ts';
import { ButtonLink } from './components/actions.tsx';
import { Snippet } from './components/data.tsx';
import { ClientCards } from './connect-clients.tsx';
import type { MessageKey, Messages } from './messages.ts';
import type { PageRoute, PageTools } from './page.ts';
import { StepList } from './problem-page.tsx';

/** GET /connect: this server's address and what to do with it, app by app. Open to anyone: it holds no secret. */
export function createConnectRoutes({ deps, messages, respond }: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/connect',
      access: 'anyone',
      async handle(page) {
        const waitPath = `/connect/wait?since=${deps.clock().getTime()}`;
        const { resource, issuer } = deps.identifiers;
        const body = (
          <ConnectPage messages={messages} mcpUrl={resource} issuer={issuer} waitPath={page.session === null ? null : waitPath} />
        );
        return respond.owner(page, { title: messages.text('connect.title'), body, script: 'page' });
      },
    },
  ];
}

interface ConnectPageProps {
  readonly messages: Messages;
  readonly mcpUrl: string;
  readonly issuer: string;
  /** Where it shows that an app has connected from now on; null for a visitor. */
  readonly waitPath: string | null;
}

function ConnectPage({ messages, mcpUrl, issuer, waitPath }: ConnectPageProps): VNode {
  return (
    <>
      <h1>{messages.text('connect.title')}</h1>
      <p class="lead">{messages.text('connect.lead')}</p>
      <section class="panel" aria-labelledby="address">
        <h2 id="address">{messages.text('connect.address')}</h2>
        <Snippet messages={messages} text={mcpUrl} what={messages.text('connect.address')} />
        <p class="hint">{messages.text('connect.addressHint')}</p>
        {waitPath === null ? null : <LiveCheck messages={messages} waitPath={waitPath} />}
        <p class="actions" data-without-script={waitPath === null ? undefined : ''}>
          <ButtonLink href="/connect/wait" kind="secondary">
            {messages.text('connect.wait')}
          </ButtonLink>
        </p>
      </section>
      <h2>{messages.text('connect.clients')}</h2>
      <div class="cards cards-wide">
        <ClientCards messages={messages} mcpUrl={mcpUrl} issuer={issuer} />
      </div>
      <h2 id="trouble">{messages.text('connect.trouble')}</h2>
      <p class="soft">{messages.text('connect.troubleLead')}</p>
      <Troubles messages={messages} mcpUrl={mcpUrl} issuer={issuer} />
    </>
  );
}

/** Turns green by itself where scripts run; elsewhere the page to wait on does that. */
function LiveCheck({ messages, waitPath }: { readonly messages: Messages; readonly waitPath: string }): VNode {
  return (
    <div aria-live="polite" class="live" data-live={waitPath} data-take="#check" data-state="waiting" hidden>
      <p class="waiting">{messages.text('connect.live')}</p>
    </div>
  );
}

const TROUBLES = [
  'browser',
  'unknown',
  'metadata',
  'unreachable',
  'address',
  'key',
  'again',
  'nothing',
  'readOnly',
  'late',
  'operator',
] as const;
type Trouble = (typeof TROUBLES)[number];

/** What a person sees in an app, what it is, and what to do. */
function Troubles({ messages, mcpUrl, issuer }: Pick<ConnectPageProps, 'messages' | 'mcpUrl' | 'issuer'>): VNode {
  const connections = <a href="/connections">{messages.text('nav.connections')}</a>;
  const remedies: Readonly<Record<Trouble, ComponentChildren>> = {
    browser: messages.text('trouble.browser.do'),
    unknown: (
      <>
        {messages.text('trouble.unknown.do')}
        <StepList messages={messages} apps={APP_KINDS} />
      </>
    ),
    metadata: messages.text('trouble.metadata.do'),
    unreachable: messages.text('trouble.unreachable.do'),
    address: messages.rich('trouble.address.do', { url: <code>{mcpUrl}</code> }),
    key: messages.rich('trouble.key.do', { header: <code>x-api-key</code> }),
    again: messages.rich('trouble.again.do', { link: connections }),
    nothing: messages.rich('trouble.nothing.do', { link: connections }),
    readOnly: messages.rich('trouble.readOnly.do', { link: connections }),
    late: messages.text('trouble.late.do'),
    operator: messages.rich('trouble.operator.do', { command: <code>{`node dist/main.js doctor ${issuer}`}</code> }),
  };
  return (
    <div class="troubles">
      {TROUBLES.map((trouble) => (
        <details key={trouble} class="trouble">
          <summary>{messages.text(key(trouble, 'see'))}</summary>
          <p>{messages.text(key(trouble, 'is'))}</p>
          <div>{remedies[trouble]}</div>
        </details>
      ))}
    </div>
  );
}

function key(trouble: Trouble, part: 'see' | 'is'): MessageKey & `trouble.${Trouble}.${'see' | 'is'}` {
  return `trouble.${trouble}.${part}`;
}
