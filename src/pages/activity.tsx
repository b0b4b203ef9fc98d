import type { VNode } from 'preact';
import { buildActivityExport } from './activity-export.ts';
import { parseActivityFilter, toActivityQuery } from './activity-filter.ts';
import { toEventKey } from './activity-words.ts';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { DataTable } from './components/data-table.tsx';
import { Badge, Time, Untrusted } from './components/data.tsx';
import { EmptyState } from './components/feedback.tsx';
import { SelectField } from './components/fields.tsx';
import type { Activity, ActivityPage as ActivityFilter } from '../db/activity.ts';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools } from './page.ts';

const PAGE_EVENTS = 100;

/** GET /activity: what was done in the owner's name, to be narrowed down; GET /activity/export: all of it as CSV. */
export function createActivityRoutes({ deps, messages, respond, csrf }: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/activity',
      access: 'signed_in',
      async handle(page) {
        const { userId } = page.session;
        const filter = parseActivityFilter(new URLSearchParams(page.query));
        const body = (
          <ActivityPage
            messages={messages}
            events={await deps.activity.list(userId, filter)}
            filter={filter}
            sources={await deps.activity.listSources(userId)}
            resumes={(await deps.resumes.list({ principal: page.session, requestId: page.info.requestId }, null)).resumes}
            csrfToken={csrf.issue(page.session.sessionId)}
          />
        );
        return respond.owner(page, { title: messages.text('activity.title'), body });
      },
    },
    {
      method: 'GET',
      path: '/activity/export',
      access: 'signed_in',
      async handle(page) {
        return buildActivityExport(deps.activity, page.session.userId, parseActivityFilter(new URLSearchParams(page.query)), messages);
      },
    },
  ];
}

interface ActivityPageProps {
  readonly messages: Messages;
  readonly events: readonly Activity[];
  readonly filter: ActivityFilter;
  readonly sources: Awaited<ReturnType<PageTools['deps']['activity']['listSources']>>;
  readonly resumes: readonly { readonly id: string; readonly name: string }[];
  readonly csrfToken: string;
}

function ActivityPage({ messages, events, filter, sources, resumes, csrfToken }: ActivityPageProps): VNode {
  const isNarrowed = toActivityQuery({ ...filter, before: undefined }) !== '';
  const last = events.length === PAGE_EVENTS ? events.at(-1) : undefined;
  return (
    <>
      <h1>{messages.text('activity.title')}</h1>
      <p class="lead">{messages.text('activity.lead')}</p>
      <form method="get" action="/activity" class="filters" aria-label={messages.text('activity.filter')}>
        <SelectField name="by" label={messages.text('activity.who')} value={byOf(filter)} options={listActors(messages, sources)} />
        <SelectField
          name="resume"
          label={messages.text('activity.resume')}
          value={filter.resumeId ?? ''}
          options={[
            { value: '', label: messages.text('activity.anyResume') },
            ...resumes.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <div class="actions">
          <Button kind="secondary">{messages.text('activity.show')}</Button>
          <ButtonLink href={`/activity/export${toActivityQuery({ ...filter, before: undefined })}`} kind="secondary">
            {messages.text('activity.export')}
          </ButtonLink>
        </div>
      </form>
      {events.length === 0 ? (
        <EmptyState title={messages.text(isNarrowed ? 'activity.emptyFilter' : 'activity.empty')} />
      ) : (
        <DataTable
          caption={messages.text('activity.title')}
          columns={[
            { id: 'what', label: messages.text('activity.what') },
            { id: 'when', label: messages.text('activity.when') },
            { id: 'who', label: messages.text('activity.who') },
            { id: 'address', label: messages.text('activity.address') },
            { id: 'undo', label: messages.text('versions.undoColumn') },
          ]}
          rows={events.map((event) => ({ id: String(event.id), cells: buildCells(messages, event, csrfToken) }))}
        />
      )}
      {last === undefined ? null : (
        <p>
          <a href={`/activity${toActivityQuery({ ...filter, before: last.id })}`}>{messages.text('activity.earlier')}</a>
        </p>
      )}
    </>
  );
}

function byOf(filter: ActivityFilter): string {
  return new URLSearchParams(toActivityQuery(filter)).get('by') ?? '';
}

function listActors(messages: Messages, sources: ActivityPageProps['sources']) {
  const day = new Intl.DateTimeFormat(messages.language, { dateStyle: 'medium', timeZone: 'UTC' });
  return [
    { value: '', label: messages.text('activity.anybody') },
    { value: 'you', label: messages.text('activity.you') },
    ...sources.map(({ kind, id, name, since }) => ({
      value: `${kind === 'connection' ? 'connection' : 'key'}:${id}`,
      label: messages.text('activity.source', {
        name: name ?? messages.text(kind === 'connection' ? 'consent.unnamedClient' : 'activity.unnamedKey'),
        since: day.format(since),
      }),
    })),
  ];
}

/** Changes of a connection that can be taken back; a beginning can only be deleted. */
const UNDOABLE: readonly string[] = ['resume.patched', 'resume.updated', 'resume.restored'];

function buildCells(messages: Messages, event: Activity, csrfToken: string) {
  const key = toEventKey(event.event);
  const actor = event.clientName ?? event.apiKeyName;
  const { version, resumeId, connectionId } = event;
  const path = resumeId === null ? null : `/resumes/${encodeURIComponent(resumeId)}`;
  const isUndoable = version !== null && connectionId !== null && UNDOABLE.includes(event.event) && !version.isLocked;
  return {
    what: (
      <>
        {key === null ? <code>{event.event}</code> : messages.text(key)}
        {event.decision === 'refused' ? <Badge kind="warning">{messages.text('activity.refused')}</Badge> : null}
        {event.resumeName === null ? null : (
          <span class="soft block">
            <Untrusted>{event.resumeName}</Untrusted>
          </span>
        )}
        {version === null || version.touched.length === 0 ? null : (
          <span class="soft block">
            <Untrusted>{version.touched.join(', ')}</Untrusted>
          </span>
        )}
        {version === null || path === null ? null : (
          <a class="block" href={`${path}/versions/${version.revision}`} aria-describedby={`row-${event.id}`}>
            {messages.text('activity.change', { revision: version.revision })}
          </a>
        )}
      </>
    ),
    when: <Time messages={messages} at={event.at} />,
    who: actor === null ? messages.text('activity.you') : <Untrusted>{actor}</Untrusted>,
    address: event.address === null ? '–' : <code>{event.address}</code>,
    undo:
      isUndoable && path !== null ? (
        <ActionForm
          action={`${path}/undo`}
          csrfToken={csrfToken}
          kind="secondary"
          fields={{ connection: connectionId, since: version.at.toISOString() }}
          describedBy={`row-${event.id}`}
        >
          {messages.text('versions.undo')}
        </ActionForm>
      ) : (
        '–'
      ),
  };
}
