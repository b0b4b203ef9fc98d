import type { AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { checkResume, type Review } from './check/check-resume.ts';
import { compareVersions, type Comparison } from './compare.ts';
import { createResume, duplicateResume, type NewResume } from './creation.ts';
import { createResumeList, listTags, type ListQuery, type ResumePage, type TagCount } from './list.ts';
import {
  restoreVersion,
  undoConnection,
  type RestoreOutcome,
  type RestoreRequest,
  type UndoOutcome,
  type UndoRequest,
} from './history-writes.ts';
import { describeAccess, readResume, type AccessDescription } from './reads.ts';
import type { StoredResume } from './stored-resume.ts';
import { acceptSuggestion, rejectSuggestion, type SuggestionDecision } from './suggestion-decisions.ts';
import { listOutcomes, listSuggestions, type Suggestion, type SuggestionOutcome } from './suggestions.ts';
import type { VersionedState } from './versioned-state.ts';
import { listVersions, readVersion, type VersionPage } from './versions.ts';
import type { Actor, ResumeAccess } from './visibility.ts';
import type { WriteContext } from './write-context.ts';
import {
  deleteResume,
  patchStoredResume,
  setResumeLock,
  updateResume,
  type PatchOutcome,
  type PatchRequest,
  type ResumeUpdate,
  type UpdateOutcome,
} from './writes.ts';

/**
 * Reads and writes resumes in SQL, always for one owner and what the caller may see of theirs. Every method throws a
 * `ResumeError` for what the domain refuses; a resume of somebody else is `resume_not_found`. Each write is one transaction.
 */
export interface ResumeRepository {
  /** @throws `invalid_cursor` */
  list(access: ResumeAccess, query: ListQuery): Promise<ResumePage>;
  listTags(access: ResumeAccess): Promise<readonly TagCount[]>;
  /** @throws `resume_not_found` */
  read(access: ResumeAccess, id: string): Promise<StoredResume>;
  /**
   * A resume created through a grant that opens only listed resumes is added to its list.
   * @throws `slug_taken` (only a slug that was asked for), `too_many_resumes`, `access_ended`
   */
  create(access: ResumeAccess, actor: Actor, created: NewResume): Promise<StoredResume>;
  /** Copies the document, and name and tags unless given; the copy is private and unlocked. @throws as `create`, `resume_not_found` */
  duplicate(access: ResumeAccess, actor: Actor, id: string, changes: Partial<Omit<NewResume, 'data'>>): Promise<StoredResume>;
  /** @throws `resume_not_found`, `resume_locked`, `revision_conflict`, and what a patch is refused for */
  patch(access: ResumeAccess, actor: Actor, id: string, request: PatchRequest): Promise<PatchOutcome>;
  /** @throws `resume_not_found`, `resume_locked`, `slug_taken` */
  update(access: ResumeAccess, actor: Actor, id: string, update: ResumeUpdate): Promise<UpdateOutcome>;
  /** Locking what is locked changes nothing. @throws `resume_not_found` */
  setLock(access: ResumeAccess, actor: Actor, id: string, isLocked: boolean): Promise<StoredResume>;
  /** For good. @throws `resume_not_found`, `resume_locked` */
  delete(access: ResumeAccess, actor: Actor, id: string): Promise<void>;
  /** Latest first. @throws `resume_not_found`, `invalid_cursor` */
  listVersions(
    access: ResumeAccess,
    id: string,
    query: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<VersionPage>;
  /** The state a version left, in one query. @throws `resume_not_found`, `version_not_found` */
  readVersion(access: ResumeAccess, id: string, revision: number): Promise<VersionedState>;
  /** The review of a resume and the revision it is about. @throws `resume_not_found` */
  check(access: ResumeAccess, id: string): Promise<{ readonly revision: number; readonly review: Review }>;
  /** @throws `resume_not_found`, `version_not_found` */
  compare(access: ResumeAccess, id: string, range: { readonly from: number; readonly to?: number | undefined }): Promise<Comparison>;
  /** @throws as {@link restoreVersion} */
  restore(access: ResumeAccess, actor: Actor, id: string, request: RestoreRequest): Promise<RestoreOutcome>;
  /** @throws as {@link undoConnection} */
  undoConnection(access: ResumeAccess, actor: Actor, id: string, request: UndoRequest): Promise<UndoOutcome>;
  /** The latest suggestions, those that wait first. @throws `resume_not_found` */
  listSuggestions(access: ResumeAccess, id: string): Promise<readonly Suggestion[]>;
  /** What became of the latest suggestions of the connection behind the access. */
  listOutcomes(access: ResumeAccess, id: string): Promise<readonly SuggestionOutcome[]>;
  /** @throws as {@link acceptSuggestion} */
  acceptSuggestion(
    access: ResumeAccess,
    actor: Actor,
    id: string,
    suggestionId: string,
    operations?: readonly number[],
  ): Promise<SuggestionDecision>;
  /** @throws as {@link rejectSuggestion} */
  rejectSuggestion(access: ResumeAccess, actor: Actor, id: string, suggestionId: string): Promise<SuggestionDecision>;
  describeAccess(access: ResumeAccess): Promise<AccessDescription>;
}

/** @param source of time and of ids (at least 128 random bits, URL-safe), and where every write is recorded */
export function createResumeRepository(
  db: Database,
  source: { readonly now: () => Date; readonly createId: () => string; readonly audit: AuditTrail },
): ResumeRepository {
  const writeAs = (access: ResumeAccess, actor: Actor): WriteContext => ({ ...source, db, access, actor });
  return {
    list: createResumeList(db),
    listTags: (access) => listTags(db, access),
    read: (access, id) => readResume(db, access, id),
    create: (access, actor, created) => createResume(writeAs(access, actor), created),
    duplicate: (access, actor, id, changes) => duplicateResume(writeAs(access, actor), id, changes),
    patch: (access, actor, id, request) => patchStoredResume(writeAs(access, actor), id, request),
    update: (access, actor, id, update) => updateResume(writeAs(access, actor), id, update),
    setLock: (access, actor, id, isLocked) => setResumeLock(writeAs(access, actor), id, isLocked),
    delete: (access, actor, id) => deleteResume(writeAs(access, actor), id),
    listVersions: (access, id, query) => listVersions(db, access, id, query),
    readVersion: (access, id, revision) => readVersion(db, access, id, revision),
    async check(access, id) {
      const { revision, data } = await readResume(db, access, id);
      return { revision, review: checkResume(data, source.now()) };
    },
    compare: (access, id, range) => compareVersions(db, access, id, range),
    restore: (access, actor, id, request) => restoreVersion(writeAs(access, actor), id, request),
    undoConnection: (access, actor, id, request) => undoConnection(writeAs(access, actor), id, request),
    listSuggestions: (access, id) => listSuggestions(db, access, id),
    listOutcomes: (access, id) => listOutcomes(db, access, id),
    acceptSuggestion: (access, actor, id, suggestionId, operations) =>
      acceptSuggestion(writeAs(access, actor), id, suggestionId, operations),
    rejectSuggestion: (access, actor, id, suggestionId) => rejectSuggestion(writeAs(access, actor), id, suggestionId),
    describeAccess: (access) => describeAccess(db, access),
  };
}
