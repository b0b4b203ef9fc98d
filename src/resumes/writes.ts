import { and, eq, not, sql } from 'drizzle-orm';
import { resume } from '../db/schema/resumes.ts';
import { isSlugConflict } from './slug-conflict.ts';
import { recordChange, type ResumeChangeKind } from './change-record.ts';
import { ResumeError } from './errors.ts';
import { diffResumes, type Change } from './diff.ts';
import { patchResume } from './patch.ts';
import { readResume } from './reads.ts';
import type { Resume } from './resume.ts';
import { STORED_COLUMNS, toStoredResume, type StoredResume } from './stored-resume.ts';
import { isVisibleById } from './visibility.ts';
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
}

/** Members left out stay as they are. */
export interface ResumeUpdate {
  readonly name?: string | undefined;
  readonly slug?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly isPublic?: boolean | undefined;
}

/** @throws ResumeError `resume_not_found`, `resume_locked`, `revision_conflict`, and what {@link patchResume} refuses */
export async function patchStoredResume(write: WriteContext, id: string, request: PatchRequest): Promise<PatchOutcome> {
  const apply = (before: StoredResume) => {
    requireUnlocked(before);
    requireRevision(before, request.expectedRevision);
    const data = patchResume(before.data, request.operations);
    return { data, changes: diffResumes(before.data, data) };
  };
  if (request.dryRun === true) {
    const before = await readResume(write.db, write.access, id);
    const { data, changes } = apply(before);
    return { resume: { ...before, data }, changes };
  }
  return write.db.transaction(async () => {
    const before = await lockRow(write, id);
    const { data, changes } = apply(before);
    return { resume: changes.length === 0 ? before : await store(write, 'patched', before, { data }), changes };
  });
}

/** @throws ResumeError `resume_not_found`, `resume_locked`, `slug_taken` */
export async function updateResume(write: WriteContext, id: string, update: ResumeUpdate): Promise<StoredResume> {
  try {
    return await write.db.transaction(async () => {
      const before = await lockRow(write, id);
      requireUnlocked(before);
      const changes = {
        ...(update.name !== undefined && update.name !== before.name && { name: update.name }),
        ...(update.slug !== undefined && update.slug !== before.slug && { slug: update.slug }),
        ...(update.tags !== undefined && !isSameList(update.tags, before.tags) && { tags: [...update.tags] }),
        ...(update.isPublic !== undefined && update.isPublic !== before.isPublic && { isPublic: update.isPublic }),
      };
      return Object.keys(changes).length === 0 ? before : await store(write, 'updated', before, changes);
    });
  } catch (error) {
    if (update.slug !== undefined && isSlugConflict(error)) throw new ResumeError({ code: 'slug_taken', slug: update.slug });
    throw error;
  }
}

/** @throws ResumeError `resume_not_found` */
export async function setResumeLock(write: WriteContext, id: string, isLocked: boolean): Promise<StoredResume> {
  return write.db.transaction(async () => {
    const before = await lockRow(write, id);
    return before.isLocked === isLocked ? before : store(write, isLocked ? 'locked' : 'unlocked', before, { isLocked });
  });
}

/** @throws ResumeError `resume_not_found`, `resume_locked` */
export async function deleteResume(write: WriteContext, id: string): Promise<void> {
  const { db, access, actor } = write;
  await db.transaction(async () => {
    const before = await lockRow(write, id);
    const deleted = await db.orm
      .delete(resume)
      .where(and(isVisibleById(access, id), not(resume.isLocked)))
      .returning({ id: resume.id });
    if (deleted.length === 0) throw new ResumeError({ code: 'resume_locked' });
    await recordChange(db, { kind: 'deleted', userId: access.userId, actor, at: write.now(), before, after: null });
  });
}

/** Holds the row until the transaction ends, so that the next writer starts from what this one leaves. */
async function lockRow({ db, access }: WriteContext, id: string): Promise<StoredResume> {
  const [row] = await db.orm.select(STORED_COLUMNS).from(resume).where(isVisibleById(access, id)).for('update', { of: resume });
  if (row === undefined) throw new ResumeError({ code: 'resume_not_found' });
  return toStoredResume(row);
}

interface Columns {
  readonly data?: Resume;
  readonly name?: string;
  readonly slug?: string;
  readonly tags?: string[];
  readonly isPublic?: boolean;
  readonly isLocked?: boolean;
}

/**
 * The one statement that changes a resume. Whatever its caller has checked, it writes only to the revision it was read at, and
 * to a locked row nothing but the lock.
 */
async function store(write: WriteContext, kind: ResumeChangeKind, before: StoredResume, columns: Columns): Promise<StoredResume> {
  const { db, access, actor } = write;
  const at = write.now();
  const [row] = await db.orm
    .update(resume)
    .set({ ...columns, revision: sql`${resume.revision} + 1`, updatedAt: at })
    .where(
      and(
        isVisibleById(access, before.id),
        eq(resume.revision, before.revision),
        columns.isLocked === undefined ? not(resume.isLocked) : undefined,
      ),
    )
    .returning(STORED_COLUMNS);
  if (row === undefined) {
    const current = await readResume(db, access, before.id);
    requireUnlocked(current);
    throw new ResumeError({ code: 'revision_conflict', currentRevision: current.revision, expectedRevision: before.revision });
  }
  const after = toStoredResume(row);
  await recordChange(db, { kind, userId: access.userId, actor, at, before, after });
  return after;
}

function requireUnlocked(found: StoredResume): void {
  if (found.isLocked) throw new ResumeError({ code: 'resume_locked' });
}

function requireRevision(found: StoredResume, expectedRevision: number | undefined): void {
  if (expectedRevision !== undefined && expectedRevision !== found.revision) {
    throw new ResumeError({ code: 'revision_conflict', currentRevision: found.revision, expectedRevision });
  }
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
