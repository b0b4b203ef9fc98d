import type { VNode } from 'preact';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { DataTable } from './components/data-table.tsx';
import { AccessList, Time, Untrusted } from './components/data.tsx';
import { Done, EmptyState } from './components/feedback.tsx';
import { HiddenField } from './components/fields.tsx';
import type { Connection } from './page-connections.ts';
import type { MessageKey, Messages } from './messages.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';

const DONE: Readonly<Record<string, MessageKey>> = {
  changed: 'connections.changed',
  disconnected: 'connections.disconnected',
  'all-disconnected': 'connections.allDisconnected',
  gone: 'connections.gone',
};

/** GET /connections; POST …/:id/disconnect; GET and POST …/disconnect-all. */
export function createConnectionRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;

  async function open(page: SignedInRequest): Promise<Response> {
    const connections = await deps.connections.list(page.session.userId);
    const done = doneText(messages, page.query, DONE);
    const csrfToken = csrf.issue(page.session.sessionId);
    const body = <ConnectionsPage messages={messages} connections={connections} csrfToken={csrfToken} done={done} />;
    return respond.owner(page, { title: messages.text('connections.title'), body });
  }

  async function disconnect(page: SignedInRequest): Promise<Response> {
    const found = await deps.connections.disconnect(page.session.userId, page.params.id ?? '');
    return respond.seeOther(`/connections?done=${found ? 'disconnected' : 'gone'}`);
  }

  async function confirmAll(page: SignedInRequest): Promise<Response> {
    const csrfToken = csrf.issue(page.session.sessionId);
    return respond.owner(page, {
      title: messages.text('connections.disconnectAllTitle'),
      body: <DisconnectAllPage messages={messages} csrfToken={csrfToken} />,
    });
  }

  async function disconnectAll(page: SignedInRequest): Promise<Response> {
    await deps.connections.disconnectAll(page.session.userId);
    return respond.seeOther('/connections?done=all-disconnected');
  }

  return [
    { method: 'GET', path: '/connections', access: 'signed_in', handle: open },
    { method: 'GET', path: '/connections/disconnect-all', access: 'signed_in', handle: confirmAll },
    { method: 'POST', path: '/connections/disconnect-all', access: 'signed_in', handle: disconnectAll },
    { method: 'POST', path: '/connections/:id/disconnect', access: 'signed_in', handle: disconnect },
  ];
}

/** The text for the `done` a form has led here with; null for none or an unknown one. */
export function doneText(messages: Messages, query: string, texts: Readonly<Record<string, MessageKey>>): string | null {
  const done = new URLSearchParams(query).get('done');
  const key = done !== null && Object.hasOwn(texts, done) ? texts[done] : undefined;
  return key === undefined ? null : messages.text(key);
}

interface ConnectionsPageProps {
  readonly messages: Messages;
  readonly connections: readonly Connection[];
  readonly csrfToken: string;
  readonly done: string | null;
}

function ConnectionsPage({ messages, connections, csrfToken, done }: ConnectionsPageProps): VNode {
  return (
    <>
      <h1>{messages.text('connections.title')}</h1>
      <p class="lead">{messages.text('connections.lead')}</p>
      <Done text={done} />
      {connections.length === 0 ? (
        <EmptyState title={messages.text('connections.empty')}>
          <p>{messages.text('connections.emptyLead')}</p>
          <p class="actions">
            <ButtonLink href="/connect">{messages.text('home.toConnect')}</ButtonLink>
          </p>
        </EmptyState>
      ) : (
        <>
          <DataTable
            caption={messages.text('connections.title')}
            columns={[
              { id: 'app', label: messages.text('connections.app') },
              { id: 'access', label: messages.text('connections.access') },
              { id: 'resumes', label: messages.text('connections.resumes') },
              { id: 'since', label: messages.text('connections.since') },
              { id: 'lastUsed', label: messages.text('connections.lastUsed') },
              { id: 'end', label: messages.text('connections.end') },
            ]}
            rows={connections.map((connection) => ({ id: connection.id, cells: buildCells(messages, connection, csrfToken) }))}
          />
          <p>
            <a class="danger-link" href="/connections/disconnect-all">
              {messages.text('connections.disconnectAll')}
            </a>
          </p>
        </>
      )}
    </>
  );
}

function buildCells(messages: Messages, connection: Connection, csrfToken: string) {
  return {
    app: (
      <>
        <Untrusted>{connection.clientName ?? messages.text('consent.unnamedClient')}</Untrusted>
        {connection.redirectHost === null ? null : <span class="soft host">{connection.redirectHost}</span>}
        <a class="block" href={`/connections/${encodeURIComponent(connection.id)}`} aria-describedby={`row-${connection.id}`}>
          {messages.text('connections.change')}
        </a>
      </>
    ),
    access: (
      <>
        <AccessList messages={messages} scopes={connection.scopes} />
        {connection.mode === 'suggest' ? <span class="soft block">{messages.text('connections.suggests')}</span> : null}
      </>
    ),
    resumes: connection.allResumes ? (
      messages.text('connections.allResumes')
    ) : connection.resumes.length === 0 ? (
      messages.text('connections.noResumes')
    ) : (
      <ul class="plain">
        {connection.resumes.map(({ id, name }) => (
          <li key={id}>
            <Untrusted>{name}</Untrusted>
          </li>
        ))}
      </ul>
    ),
    since: <Time messages={messages} at={connection.createdAt} />,
    lastUsed: (
      <>
        <Time messages={messages} at={connection.lastUsedAt} />
        <span class="soft block">{messages.text('connections.calls', { count: messages.count(connection.callsInSevenDays) })}</span>
      </>
    ),
    end: (
      <ActionForm
        action={`/connections/${encodeURIComponent(connection.id)}/disconnect`}
        csrfToken={csrfToken}
        kind="danger"
        describedBy={`row-${connection.id}`}
      >
        {messages.text('connections.disconnect')}
      </ActionForm>
    ),
  };
}

function DisconnectAllPage({ messages, csrfToken }: { messages: Messages; csrfToken: string }): VNode {
  return (
    <>
      <h1>{messages.text('connections.disconnectAllTitle')}</h1>
      <p class="lead">{messages.text('connections.disconnectAllLead')}</p>
      <form method="post" action="/connections/disconnect-all" class="actions">
        <HiddenField name="csrf" value={csrfToken} />
        <Button kind="danger">{messages.text('connections.disconnectAllConfirm')}</Button>
        <ButtonLink href="/connections" kind="secondary">
          {messages.text('action.cancel')}
        </ButtonLink>
      </form>
    </>
  );
}
