import { and, not } from 'drizzle-orm';
import { resume } from '../db/schema/resumes.ts';
import { isSlugConflict } from './slug-conflict.ts';
import { recordChange } from './change-record.ts';
import { ResumeError } from './errors.ts';
import { diffResumes, type Change } from './diff.ts';
import { patchResume } from './patch.ts';
import { readResume } from './reads.ts';
import type { StoredResume } from './stored-resume.ts';
import { lockRow, requireRevision, requireUnlocked, store } from './stored-write.ts';
import { isVisibleById } from './visibility.ts';
import { isSuggesting, recordSuggestion, requireEditing, type SuggestionNote } from './suggestion-record.ts';
import type { WriteContext } from './write-context.ts';

export interface PatchRequest {
  /** RFC 6902; checked while it is applied. */
  readonly operations: readonly unknown[];
  /** Refuse unless the resume is still at this revision. */
  readonly expectedRevision?: number | undefined;
  /** Answer what would come out and change nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface PatchOutcome {
  /** After the patch; after a dry run what it would be, still at the revision it was read at. */
  readonly resume: StoredResume;
  /** What the patch changed, as a JSON Patch from the state before; empty when nothing. */
  readonly changes: readonly Change[];
  /** Nothing was changed: this waits for the owner. */
  readonly suggestion?: SuggestionNote;
}

export type UpdateOutcome = StoredResume & Pick<PatchOutcome, 'suggestion'>;

/** Members left out stay as they are. */
export interface ResumeUpdate {
  readonly name?: string | undefined;
  readonly slug?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly isPublic?: boolean | undefined;
}

/** @throws ResumeError `resume_not_found`, `resume_locked`, `revision_conflict`, and what {@link patchResume} refuses */
export async function patchStoredResume(write: WriteContext, id: string, request: PatchRequest): Promise<PatchOutcome> {
  const apply = async (before: StoredResume) => {
    requireUnlocked(before);
    await requireRevision(write, before, request.expectedRevision);
    const data = patchResume(before.data, request.operations);
    return { data, changes: diffResumes(before.data, data) };
  };
  if (request.dryRun === true) {
    const before = await readResume(write.db, write.access, id);
    const { data, changes } = await apply(before);
    return { resume: { ...before, data }, changes };
  }
  return write.db.transaction(async () => {
    const before = await lockRow(write, id);
    const { data, changes } = await apply(before);
    if (changes.length === 0) return { resume: before, changes };
    if (await isSuggesting(write)) {
      return { resume: before, changes, suggestion: await recordSuggestion(write, 'patched', before, { ...before, data }) };
    }
    return { resume: await store(write, 'patched', before, { data }), changes };
  });
}

/**
 * A lock refuses all of it but one: a resume can always be taken off the web.
 * @throws ResumeError `resume_not_found`, `resume_locked`, `slug_taken`, `suggestions_only` for publishing by who may only suggest
 */
export async function updateResume(write: WriteContext, id: string, update: ResumeUpdate): Promise<UpdateOutcome> {
  try {
    return await write.db.transaction(async () => {
      const before = await lockRow(write, id);
      const changes = {
        ...(update.name !== undefined && update.name !== before.name && { name: update.name }),
        ...(update.slug !== undefined && update.slug !== before.slug && { slug: update.slug }),
        ...(update.tags !== undefined && !isSameList(update.tags, before.tags) && { tags: [...update.tags] }),
        ...(update.isPublic !== undefined && update.isPublic !== before.isPublic && { isPublic: update.isPublic }),
      };
      const onlyUnpublishes = update.isPublic === false && Object.keys(changes).every((name) => name === 'isPublic');
      if (!onlyUnpublishes) requireUnlocked(before);
      if (Object.keys(changes).length === 0) return before;
      if (!(await isSuggesting(write))) return await store(write, 'updated', before, changes);
      if (changes.isPublic !== undefined) throw new ResumeError({ code: 'suggestions_only' });
      return { ...before, suggestion: await recordSuggestion(write, 'updated', before, { ...before, ...changes }) };
    });
  } catch (error) {
    if (update.slug !== undefined && isSlugConflict(error)) throw new ResumeError({ code: 'slug_taken', slug: update.slug });
    throw error;
  }
}

/** @throws ResumeError `resume_not_found`, `suggestions_only` */
export async function setResumeLock(write: WriteContext, id: string, isLocked: boolean): Promise<StoredResume> {
  return write.db.transaction(async () => {
    const before = await lockRow(write, id);
    if (before.isLocked !== isLocked) await requireEditing(write);
    return before.isLocked === isLocked ? before : store(write, isLocked ? 'locked' : 'unlocked', before, { isLocked });
  });
}

/** @throws ResumeError `resume_not_found`, `resume_locked`, `suggestions_only` */
export async function deleteResume(write: WriteContext, id: string): Promise<void> {
  const { db, access, actor } = write;
  await db.transaction(async () => {
    const before = await lockRow(write, id);
    await requireEditing(write);
    const deleted = await db.orm
      .delete(resume)
      .where(and(isVisibleById(access, id), not(resume.isLocked)))
      .returning({ id: resume.id });
    if (deleted.length === 0) throw new ResumeError({ code: 'resume_locked' });
    await recordChange(write, { kind: 'deleted', userId: access.userId, actor, at: write.now(), before, after: null });
  });
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
