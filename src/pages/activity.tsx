import type { VNode } from 'preact';
import { DataTable } from './components/data-table.tsx';
import { Time, Untrusted } from './components/data.tsx';
import { EmptyState } from './components/feedback.tsx';
import type { ActivityEvent } from './dependencies.ts';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools } from './page.ts';

/** GET /activity: the latest audit events about the owner. */
export function createActivityRoutes({ deps, messages, respond }: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/activity',
      access: 'signed_in',
      async handle(page) {
        const events = await deps.activity.list(page.session.userId);
        return respond.owner(page, { title: messages.text('activity.title'), body: <ActivityPage messages={messages} events={events} /> });
      },
    },
  ];
}

function ActivityPage({ messages, events }: { messages: Messages; events: readonly ActivityEvent[] }): VNode {
  return (
    <>
      <h1>{messages.text('activity.title')}</h1>
      <p class="lead">{messages.text('activity.lead')}</p>
      {events.length === 0 ? (
        <EmptyState title={messages.text('activity.empty')} />
      ) : (
        <DataTable
          caption={messages.text('activity.title')}
          columns={[
            { id: 'what', label: messages.text('activity.what') },
            { id: 'when', label: messages.text('activity.when') },
            { id: 'who', label: messages.text('activity.who') },
            { id: 'address', label: messages.text('activity.address') },
          ]}
          rows={events.map((event) => ({ id: String(event.id), cells: buildCells(messages, event) }))}
        />
      )}
    </>
  );
}

/** Events with words of their own; others show the name they are recorded under. */
const KNOWN_EVENTS = [
  'resume.created',
  'resume.patched',
  'resume.updated',
  'resume.locked',
  'resume.unlocked',
  'resume.imported',
  'resume.duplicated',
  'resume.restored',
  'resume.undone',
  'resume.accepted',
  'resume.suggested',
  'suggestion.rejected',
  'resume.deleted',
  'grant.opened',
  'grant.changed',
  'grant.revoked',
  'grants.revoked',
  'api_key.created',
  'api_key.revoked',
  'session.ended',
  'account.created',
  'session.started',
  'session.refused',
  'grant.denied',
  'grant.refused',
  'code.issued',
  'token.issued',
  'token.refreshed',
  'token.refused',
  'password.changed',
  'password.refused',
  'password.reset_requested',
  'email.link_sent',
  'email.change_asked',
  'email.confirmed',
  'email.refused',
  'two_factor.asked',
  'two_factor.begun',
  'two_factor.enabled',
  'two_factor.checked',
  'two_factor.disabled',
  'two_factor.codes_made',
  'two_factor.refused',
  'api_key.updated',
  'access.refused',
] as const;

function isKnownEvent(event: string): event is (typeof KNOWN_EVENTS)[number] {
  return KNOWN_EVENTS.some((known) => known === event);
}

function buildCells(messages: Messages, event: ActivityEvent) {
  const known = isKnownEvent(event.event) ? (`activity.event.${event.event}` as const) : null;
  const actor = event.clientName ?? event.apiKeyName;
  return {
    what: (
      <>
        {known === null ? <code>{event.event}</code> : messages.text(known)}
        {event.decision === 'refused' ? <span class="badge badge-warning">{messages.text('activity.refused')}</span> : null}
        {event.resumeName === null ? null : (
          <span class="soft block">
            <Untrusted>{event.resumeName}</Untrusted>
          </span>
        )}
      </>
    ),
    when: <Time messages={messages} at={event.at} />,
    who: actor === null ? messages.text('activity.you') : <Untrusted>{actor}</Untrusted>,
    address: event.address === null ? '–' : <code>{event.address}</code>,
  };
}
