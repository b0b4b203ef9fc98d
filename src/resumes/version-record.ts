import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oauthGrant } from '../db/schema/grants.ts';
import { resumeVersion } from '../db/schema/versions.ts';
import { invertChanges } from './apply-changes.ts';
import { diffJson, type Change } from './diff.ts';
import type { JsonValue } from './json.ts';
import { packJson } from './packed-json.ts';
import type { StoredResume } from './stored-resume.ts';
import { trimVersions } from './version-bounds.ts';
import { toVersionedJson } from './versioned-state.ts';
import type { Actor } from './visibility.ts';

/**
 * A whole state at every so many revisions. Measured on a thousand versions of 50 KB: prose deflates to about a third, so this
 * costs 0.7 MB, and 2 MB where nothing deflates; a state is at most 24 patches away.
 */
const SNAPSHOT_INTERVAL = 25;

const MAX_TOUCHED = 20;
const MAX_TOUCHED_CHARACTERS = 60;

/** What was done: the procedure behind a change. */
export type ResumeChangeKind =
  | 'created'
  | 'imported'
  | 'duplicated'
  | 'patched'
  | 'updated'
  | 'locked'
  | 'unlocked'
  | 'restored'
  | 'undone'
  | 'accepted'
  | 'deleted';

export interface RecordedVersion {
  /** Of a connection, what its client is called. */
  readonly actorName: string | null;
  readonly operations: number;
}

/**
 * Writes the version that a change leads to: one statement, in the transaction of the change. The name of a connection is
 * looked up in it, so that reading never has to.
 */
export async function recordVersion(
  db: Database,
  change: {
    readonly kind: ResumeChangeKind;
    readonly actor: Actor;
    readonly at: Date;
    readonly before: StoredResume | null;
    readonly after: StoredResume;
  },
): Promise<RecordedVersion> {
  const { kind, actor, at, before, after } = change;
  const [old, state] = [before === null ? null : toVersionedJson(before), toVersionedJson(after)];
  const changes = old === null ? [] : diffJson(old, state);
  const back = old === null ? [] : invertChanges(old, changes);
  const isSnapshot = old === null || after.revision % SNAPSHOT_INTERVAL === 1;
  const [recorded] = await db.orm
    .insert(resumeVersion)
    .values({
      resumeId: after.id,
      revision: after.revision,
      at,
      kind,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName:
        actor.kind === 'connection'
          ? sql`(select ${oauthGrant.clientName} from ${oauthGrant} where ${oauthGrant.id} = ${actor.id})`
          : actor.name,
      operations: changes.length,
      touched: toTouched(changes),
      patches: old === null ? null : packJson([toChangesJson(changes), toChangesJson(back)]),
      snapshot: isSnapshot ? packJson(state) : null,
    })
    .returning({
      actorName: resumeVersion.actorName,
      followsVersion: sql<boolean>`exists (select 1 from resume_version previous where previous.resume_id = ${after.id} and previous.revision = ${after.revision - 1})`,
    });
  if (before !== null && recorded?.followsVersion !== true) await ensureVersion(db, before);
  if (isSnapshot) await trimVersions(db, after.id);
  return { actorName: recorded?.actorName ?? null, operations: changes.length };
}

/** For a resume from before there were versions: keeps the state that what follows starts from. */
export async function ensureVersion(db: Database, before: StoredResume): Promise<void> {
  await db.orm
    .insert(resumeVersion)
    .values({
      resumeId: before.id,
      revision: before.revision,
      at: before.updatedAt,
      kind: 'kept',
      actorKind: 'owner',
      actorId: '',
      operations: 0,
      touched: [],
      snapshot: packJson(toVersionedJson(before)),
    })
    .onConflictDoNothing();
}

/** The sections and settings that changes are about. */
function toTouched(changes: readonly Change[]): string[] {
  const parts = changes.map(({ path }) => {
    const [, first = '', second] = path.split('/');
    return (first === 'data' ? (second ?? first) : first).slice(0, MAX_TOUCHED_CHARACTERS);
  });
  return [...new Set(parts)].slice(0, MAX_TOUCHED);
}

/** The changes as JSON, to be packed. */
export function toChangesJson(changes: readonly Change[]): JsonValue {
  return changes.map(({ op, path, value }): JsonValue => (value === undefined ? { op, path } : { op, path, value }));
}
