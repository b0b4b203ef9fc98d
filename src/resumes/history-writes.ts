import { and, eq, gte, notInArray, sql } from 'drizzle-orm';
import { resumeVersion } from '../db/schema/versions.ts';
import { diffResumes, type Change } from './diff.ts';
import { ResumeError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { mergeJson } from './merge.ts';
import { requireResume } from './patch.ts';
import { isSlugConflict } from './slug-conflict.ts';
import type { StoredResume } from './stored-resume.ts';
import { lockRow, requireRevision, requireUnlocked, store } from './stored-write.ts';
import { isSuggesting, recordSuggestion, type SuggestionNote } from './suggestion-record.ts';
import { parseVersionedJson, toVersionedJson } from './versioned-state.ts';
import { readHistory, readVersion } from './versions.ts';
import type { WriteContext } from './write-context.ts';

export interface RestoreRequest {
  /** The version whose content comes back. */
  readonly revision: number;
  readonly expectedRevision?: number | undefined;
}

export interface RestoreOutcome {
  readonly resume: StoredResume;
  /** What restoring changed in the document; empty when it was that already. */
  readonly changes: readonly Change[];
  /** Nothing was changed: this waits for the owner. */
  readonly suggestion?: SuggestionNote;
}

/**
 * Brings the content of an earlier version back, as a new version. Name, slug, tags and publishing stay as they are.
 *
 * @throws ResumeError `resume_not_found`, `version_not_found`, `resume_locked`, `revision_conflict`, `invalid_resume` (a version
 * from before a rule was tightened)
 */
export async function restoreVersion(write: WriteContext, id: string, request: RestoreRequest): Promise<RestoreOutcome> {
  return write.db.transaction(async () => {
    const before = await lockRow(write, id);
    requireUnlocked(before);
    await requireRevision(write, before, request.expectedRevision);
    const { data } = await readVersion(write.db, write.access, id, request.revision);
    const changes = diffResumes(before.data, data);
    if (changes.length === 0) return { resume: before, changes };
    const wanted = requireResume(data);
    if (await isSuggesting(write)) {
      return { resume: before, changes, suggestion: await recordSuggestion(write, 'restored', before, { ...before, data: wanted }) };
    }
    return { resume: await store(write, 'restored', before, { data: wanted }), changes };
  });
}

export interface UndoRequest {
  readonly connectionId: string;
  readonly since: Date;
}

export interface UndoOutcome {
  readonly resume: StoredResume;
  /** How many versions were taken back; 0: the connection has made none since then. */
  readonly undone: number;
}

/** What gives a resume its first version; taking that back would be deleting it. */
const BEGINNINGS = ['created', 'imported', 'duplicated', 'kept'] as const;

/**
 * Takes back what one connection changed in a resume since an instant, and leaves what others changed meanwhile: each run of its
 * versions is merged out of the current state, the latest first.
 *
 * @throws ResumeError `resume_not_found`, `resume_locked`, `slug_taken`, `undo_conflict` with the pointers where somebody has
 * changed since what the connection changed (nothing is undone then), `invalid_resume`
 */
export async function undoConnection(write: WriteContext, id: string, request: UndoRequest): Promise<UndoOutcome> {
  let wantedSlug = '';
  try {
    return await write.db.transaction(async () => {
      const before = await lockRow(write, id);
      requireUnlocked(before);
      const { runs, undone } = await findRuns(write, before, request);
      if (undone === 0) return { resume: before, undone };
      let current: JsonValue = toVersionedJson(before);
      for (const run of runs.toReversed()) {
        const merged = mergeJson(run.after, current, run.before);
        if (!merged.ok) throw new ResumeError({ code: 'undo_conflict', pointers: merged.conflicts });
        current = merged.value;
      }
      const { name, slug, tags, isPublic, data } = parseVersionedJson(current);
      wantedSlug = slug;
      const columns = { name, slug, tags: [...tags], isPublic, data: requireResume(data) };
      return { resume: await store(write, 'undone', before, columns), undone };
    });
  } catch (error) {
    if (isSlugConflict(error)) throw new ResumeError({ code: 'slug_taken', slug: wantedSlug });
    throw error;
  }
}

/** A run: versions of the connection with none of anybody else between, from the state it started at to the one it left. */
interface Run {
  readonly before: JsonValue;
  readonly after: JsonValue;
}

async function findRuns(write: WriteContext, found: StoredResume, { connectionId, since }: UndoRequest) {
  const [first] = await write.db.orm
    .select({ revision: sql<number | null>`min(${resumeVersion.revision})::int` })
    .from(resumeVersion)
    .where(
      and(
        eq(resumeVersion.resumeId, found.id),
        eq(resumeVersion.actorKind, 'connection'),
        eq(resumeVersion.actorId, connectionId),
        gte(resumeVersion.at, since),
        notInArray(resumeVersion.kind, [...BEGINNINGS]),
      ),
    );
  const runs: Run[] = [];
  let undone = 0;
  if (first === undefined || first.revision === null) return { runs, undone };
  let previous: JsonValue | undefined;
  let open: Run | undefined;
  for (const [version, state] of await readHistory(write.db, write.access, found.id, first.revision - 1, found.revision)) {
    const isTheirs = version.revision >= first.revision && version.actor.kind === 'connection' && version.actor.id === connectionId;
    if (isTheirs && previous !== undefined) {
      undone += 1;
      open = { before: open?.before ?? previous, after: state };
    } else if (open !== undefined) {
      runs.push(open);
      open = undefined;
    }
    previous = state;
  }
  return { runs: open === undefined ? runs : [...runs, open], undone };
}
