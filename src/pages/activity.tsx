import type { VNode } from 'preact';
import { buildActivityExport } from './activity-export.ts';
import { fromTheLatest, parseActivityFilter, toActivityQuery, type ActivityFilter } from './activity-filter.ts';
import { readTimeline, type TimelineEntry, type TimelinePage } from './activity-timeline.ts';
import { toActorName, toEventKey } from './activity-words.ts';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { DataTable } from './components/data-table.tsx';
import { Badge, Time, Untrusted } from './components/data.tsx';
import { EmptyState } from './components/feedback.tsx';
import { SelectField } from './components/fields.tsx';
import type { Activity } from '../db/activity.ts';
import type { ResumeRead } from '../db/resume-reads.ts';
import type { Messages } from './messages.ts';
import type { PageRoute, PageTools } from './page.ts';

/** GET /activity: what was done and read in the owner's name, to be narrowed down; GET /activity/export: all of it as CSV. */
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
            timeline={await readTimeline(deps.activity, userId, filter)}
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
  readonly timeline: TimelinePage;
  readonly filter: ActivityFilter;
  readonly sources: Awaited<ReturnType<PageTools['deps']['activity']['listSources']>>;
  readonly resumes: readonly { readonly id: string; readonly name: string }[];
  readonly csrfToken: string;
}

function ActivityPage({ messages, timeline: { entries, next }, filter, sources, resumes, csrfToken }: ActivityPageProps): VNode {
  const narrowing = toActivityQuery(fromTheLatest(filter));
  return (
    <>
      <h1>{messages.text('activity.title')}</h1>
      <p class="lead">{messages.text('activity.lead')}</p>
      <form method="get" action="/activity" class="filters" aria-label={messages.text('activity.filter')}>
        {messages.isOfResumes ? (
          <SelectField name="what" label={messages.text('activity.what')} value={filter.only ?? ''} options={listKinds(messages)} />
        ) : null}
        <SelectField name="by" label={messages.text('activity.who')} value={byOf(filter)} options={listActors(messages, sources)} />
        {messages.isOfResumes ? (
          <SelectField
            name="resume"
            label={messages.text('activity.resume')}
            value={filter.resumeId ?? ''}
            options={[
              { value: '', label: messages.text('activity.anyResume') },
              ...resumes.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        ) : null}
        <div class="actions">
          <Button kind="secondary">{messages.text('activity.show')}</Button>
          <ButtonLink href={`/activity/export${narrowing}`} kind="secondary">
            {messages.text('activity.export')}
          </ButtonLink>
        </div>
      </form>
      {entries.length === 0 ? (
        <EmptyState title={messages.text(narrowing !== '' ? 'activity.emptyFilter' : 'activity.empty')} />
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
          rows={entries.map((entry) => buildRow(messages, entry, csrfToken))}
        />
      )}
      {next === null ? null : (
        <p>
          <a href={`/activity${toActivityQuery(next)}`}>{messages.text('activity.earlier')}</a>
        </p>
      )}
    </>
  );
}

function listKinds(messages: Messages) {
  return [
    { value: '', label: messages.text('activity.everything') },
    { value: 'changes', label: messages.text('activity.changes') },
    { value: 'reads', label: messages.text('activity.reads') },
  ];
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

function buildRow(messages: Messages, entry: TimelineEntry, csrfToken: string) {
  return entry.kind === 'event'
    ? { id: String(entry.event.id), cells: buildCells(messages, entry.event, csrfToken) }
    : { id: `read-${entry.read.id}`, cells: buildReadCells(messages, entry.read) };
}

function buildReadCells(messages: Messages, read: ResumeRead) {
  return {
    what: (
      <>
        {messages.plural('activity.read', read.reads)}
        <span class="soft block">
          <Untrusted>{read.resumeName}</Untrusted>
        </span>
      </>
    ),
    when: (
      <>
        <Time messages={messages} at={read.lastAt} />
        {read.reads === 1 ? null : <span class="soft block">{messages.text('activity.lastOfDay')}</span>}
      </>
    ),
    who: <Untrusted>{toActorName(messages, read) ?? messages.text('consent.unnamedClient')}</Untrusted>,
    address: '–',
    undo: '–',
  };
}

function buildCells(messages: Messages, event: Activity, csrfToken: string) {
  const key = toEventKey(event.event);
  const actor = toActorName(messages, event);
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
