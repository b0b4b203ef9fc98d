import type { VNode } from 'preact';
import { ActionForm } from './components/actions.tsx';
import { DataTable } from './components/data-table.tsx';
import { Badge, Time, Untrusted } from './components/data.tsx';
import { Done, EmptyState, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import type { PageVersion, ResumeDetail } from './dependencies.ts';
import type { MessageKey, Messages } from './messages.ts';

interface VersionsPageProps {
  readonly messages: Messages;
  readonly resume: ResumeDetail;
  readonly versions: readonly PageVersion[];
  readonly nextCursor: string | null;
  readonly csrfToken: string;
  readonly problems: readonly FormProblem[];
  readonly done: string | null;
}

/** Every version with who made it; each leads to what it changed. */
export function VersionsPage({ messages, resume, versions, nextCursor, csrfToken, problems, done }: VersionsPageProps): VNode {
  const path = `/resumes/${encodeURIComponent(resume.id)}`;
  return (
    <>
      <p class="crumb">
        <a href={path}>{messages.text('history.back')}</a>
      </p>
      <h1>{messages.rich('versions.title', { name: <Untrusted>{resume.name}</Untrusted> })}</h1>
      <p class="lead">{messages.text('versions.lead')}</p>
      <Done text={done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      {versions.length === 0 ? (
        <EmptyState title={messages.text('versions.empty')}>
          <p>{messages.text('versions.emptyLead')}</p>
        </EmptyState>
      ) : (
        <DataTable
          caption={messages.text('versions.heading')}
          columns={[
            { id: 'version', label: messages.text('versions.version') },
            { id: 'what', label: messages.text('versions.what') },
            { id: 'when', label: messages.text('versions.when') },
            { id: 'who', label: messages.text('versions.who') },
            { id: 'undo', label: messages.text('versions.undoColumn') },
          ]}
          rows={versions.map((version) => ({
            id: String(version.revision),
            cells: buildCells(messages, version, {
              path,
              isCurrent: version.revision === resume.revision,
              isLocked: resume.isLocked,
              csrfToken,
            }),
          }))}
        />
      )}
      {nextCursor === null ? null : (
        <p>
          <a href={`${path}/versions?${new URLSearchParams({ cursor: nextCursor })}`}>{messages.text('versions.earlier')}</a>
        </p>
      )}
    </>
  );
}

interface RowContext {
  readonly path: string;
  readonly isCurrent: boolean;
  readonly isLocked: boolean;
  readonly csrfToken: string;
}

/** What undoing would take back; a beginning can only be deleted. */
const UNDOABLE: readonly string[] = ['patched', 'updated', 'restored'];

function buildCells(messages: Messages, version: PageVersion, { path, isCurrent, isLocked, csrfToken }: RowContext) {
  const isUndoable = version.by.kind === 'connection' && UNDOABLE.includes(version.kind) && !isLocked;
  return {
    version: (
      <>
        <a href={`${path}/versions/${version.revision}`}>{messages.text('versions.number', { revision: version.revision })}</a>
        {isCurrent ? <Badge>{messages.text('versions.current')}</Badge> : null}
      </>
    ),
    what: (
      <>
        {kindText(messages, version.kind)}{' '}
        {version.touched.length === 0 ? null : (
          <span class="soft block">
            <Untrusted>{version.touched.join(', ')}</Untrusted>
          </span>
        )}
      </>
    ),
    when: <Time messages={messages} at={version.at} />,
    who: <Maker messages={messages} by={version.by} />,
    undo: isUndoable ? (
      <ActionForm
        action={`${path}/undo`}
        csrfToken={csrfToken}
        kind="secondary"
        fields={{ connection: version.by.id, since: version.at.toISOString() }}
        describedBy={`row-${version.revision}`}
      >
        {messages.text('versions.undo')}
      </ActionForm>
    ) : (
      '–'
    ),
  };
}

function Maker({ messages, by }: { readonly messages: Messages; readonly by: PageVersion['by'] }): VNode {
  if (by.kind === 'owner') return <>{messages.text('versions.you')}</>;
  if (by.name !== null) return <Untrusted>{by.name}</Untrusted>;
  return <>{messages.text(by.kind === 'connection' ? 'versions.someApp' : 'versions.someKey')}</>;
}

const KINDS: Readonly<Record<string, MessageKey>> = {
  created: 'versions.kind.created',
  imported: 'versions.kind.imported',
  duplicated: 'versions.kind.duplicated',
  patched: 'versions.kind.patched',
  updated: 'versions.kind.updated',
  locked: 'versions.kind.locked',
  unlocked: 'versions.kind.unlocked',
  restored: 'versions.kind.restored',
  undone: 'versions.kind.undone',
  accepted: 'versions.kind.accepted',
  kept: 'versions.kind.kept',
};

function kindText(messages: Messages, kind: string): string {
  const key = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return key === undefined ? kind : messages.text(key);
}
