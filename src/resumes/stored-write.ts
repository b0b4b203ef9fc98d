import { and, eq, not, sql } from 'drizzle-orm';
import { resume } from '../db/schema/resumes.ts';
import { recordChange } from './change-record.ts';
import type { ResumeChangeKind } from './version-record.ts';
import { diffJson, type Change } from './diff.ts';
import { ResumeError } from './errors.ts';
import { readResume } from './reads.ts';
import type { Resume } from './resume.ts';
import { STORED_COLUMNS, toStoredResume, type StoredResume } from './stored-resume.ts';
import { splitChanges, toVersionedJson, type SettingName } from './versioned-state.ts';
import { readVersion } from './versions.ts';
import { isVisibleById } from './visibility.ts';
import type { WriteContext } from './write-context.ts';

/** What a conflict tells about what happened since; more is for who asks. */
const MAX_TOLD_CHANGES = 50;
const MAX_TOLD_BYTES = 8_192;

/** Holds the row until the transaction ends, so that the next writer starts from what this one leaves. @throws `resume_not_found` */
export async function lockRow({ db, access }: WriteContext, id: string): Promise<StoredResume> {
  const [row] = await db.orm.select(STORED_COLUMNS).from(resume).where(isVisibleById(access, id)).for('update', { of: resume });
  if (row === undefined) throw new ResumeError({ code: 'resume_not_found' });
  return toStoredResume(row);
}

export interface Columns {
  readonly data?: Resume;
  readonly name?: string;
  readonly slug?: string;
  readonly tags?: string[];
  readonly isPublic?: boolean;
  readonly isLocked?: boolean;
}

/**
 * The one statement that changes a resume. Whatever its caller has checked, it writes only to the revision it was read at, and
 * to a locked row nothing but the lock, or that it is off the web.
 */
export async function store(write: WriteContext, kind: ResumeChangeKind, before: StoredResume, columns: Columns): Promise<StoredResume> {
  const { db, access, actor } = write;
  const at = write.now();
  const [row] = await db.orm
    .update(resume)
    .set({ ...columns, revision: sql`${resume.revision} + 1`, updatedAt: at })
    .where(
      and(isVisibleById(access, before.id), eq(resume.revision, before.revision), passesLock(columns) ? undefined : not(resume.isLocked)),
    )
    .returning(STORED_COLUMNS);
  if (row === undefined) {
    const current = await readResume(db, access, before.id);
    requireUnlocked(current);
    throw new ResumeError({ code: 'revision_conflict', currentRevision: current.revision, expectedRevision: before.revision });
  }
  const after = toStoredResume(row);
  await recordChange(write, { kind, userId: access.userId, actor, at, before, after });
  return after;
}

function passesLock(columns: Columns): boolean {
  return columns.isLocked !== undefined || (columns.isPublic === false && Object.keys(columns).length === 1);
}

/** @throws ResumeError `resume_locked` */
export function requireUnlocked(found: StoredResume): void {
  if (found.isLocked) throw new ResumeError({ code: 'resume_locked' });
}

/** @throws ResumeError `revision_conflict`, with what changed since where that is known */
export async function requireRevision(write: WriteContext, found: StoredResume, expectedRevision: number | undefined): Promise<void> {
  if (expectedRevision === undefined || expectedRevision === found.revision) return;
  const conflict = { code: 'revision_conflict', currentRevision: found.revision, expectedRevision } as const;
  throw new ResumeError({ ...conflict, ...(await findChangesSince(write, found, expectedRevision)) });
}

async function findChangesSince({ db, access }: WriteContext, found: StoredResume, revision: number) {
  if (revision > found.revision) return {};
  try {
    const then = await readVersion(db, access, found.id, revision);
    return tellChanges(diffJson(toVersionedJson(then), toVersionedJson(found)));
  } catch (error) {
    if (error instanceof ResumeError && error.failure.code === 'version_not_found') return {};
    throw error;
  }
}

interface ToldChanges {
  readonly changesSince: readonly Change[];
  readonly settingsSince: readonly SettingName[];
  readonly hasMoreChanges: boolean;
}

function tellChanges(changes: readonly Change[]): ToldChanges {
  const { document, settings } = splitChanges(changes);
  let bytes = 0;
  const told = document.slice(0, MAX_TOLD_CHANGES).filter((change) => {
    bytes += Buffer.byteLength(JSON.stringify(change));
    return bytes <= MAX_TOLD_BYTES;
  });
  return { changesSince: told, settingsSince: settings, hasMoreChanges: told.length < document.length };
}
