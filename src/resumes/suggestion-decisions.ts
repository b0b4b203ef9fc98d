import { eq } from 'drizzle-orm';
import { resumeSuggestion } from '../db/schema/versions.ts';
import { ResumeError } from './errors.ts';
import { requireResume } from './patch.ts';
import { isSlugConflict } from './slug-conflict.ts';
import type { StoredResume } from './stored-resume.ts';
import { lockRow, requireUnlocked, store } from './stored-write.ts';
import { lockSuggestion, mergeSuggestion, unpackChanges, type StoredSuggestion, type SuggestionStatus } from './suggestions.ts';
import { parseVersionedJson } from './versioned-state.ts';
import { findVersion } from './versions.ts';
import type { WriteContext } from './write-context.ts';

export interface SuggestionDecision {
  readonly resume: StoredResume;
  readonly status: SuggestionStatus;
}

/**
 * Makes a suggestion a change, whole or in part, as a version by the actor.
 *
 * @param operations indexes of what is accepted; left out: all of it
 * @throws ResumeError `resume_not_found`, `resume_locked`, `suggestion_not_found`, `suggestion_decided`, `suggestion_conflict` with
 * the pointers of what has changed since, `slug_taken`, `invalid_resume` and `resume_too_large` when the chosen part leaves no resume
 */
export async function acceptSuggestion(
  write: WriteContext,
  id: string,
  suggestionId: string,
  operations?: readonly number[],
): Promise<SuggestionDecision> {
  let wantedSlug = '';
  try {
    return await write.db.transaction(async () => {
      const before = await lockRow(write, id);
      const suggestion = await requirePending(write, id, suggestionId);
      requireUnlocked(before);
      const changes = unpackChanges(suggestion.changes);
      const chosen = operations === undefined ? changes : changes.filter((_change, index) => operations.includes(index));
      const base = await findVersion(write.db, write.access, id, suggestion.baseRevision);
      const merged = mergeSuggestion(base, before, chosen);
      if (!merged.ok) throw new ResumeError({ code: 'suggestion_conflict', pointers: merged.conflicts });
      const { name, slug, tags, data } = parseVersionedJson(merged.value);
      wantedSlug = slug;
      const columns = { name, slug, tags: [...tags], data: requireResume(data) };
      const resume = chosen.length === 0 ? before : await store(write, 'accepted', before, columns);
      const status = chosen.length === 0 ? 'rejected' : chosen.length < changes.length ? 'partly_accepted' : 'accepted';
      await decide(write, suggestion, status, status === 'rejected' ? null : resume.revision);
      return { resume, status };
    });
  } catch (error) {
    if (isSlugConflict(error)) throw new ResumeError({ code: 'slug_taken', slug: wantedSlug });
    throw error;
  }
}

/** @throws ResumeError `resume_not_found`, `suggestion_not_found`, `suggestion_decided` */
export async function rejectSuggestion(write: WriteContext, id: string, suggestionId: string): Promise<SuggestionDecision> {
  return write.db.transaction(async () => {
    const resume = await lockRow(write, id);
    const suggestion = await requirePending(write, id, suggestionId);
    await decide(write, suggestion, 'rejected', null);
    await write.audit.record({
      event: 'suggestion.rejected',
      userId: write.access.userId,
      resumeId: id,
      detail: { suggestion: suggestionId, operations: unpackChanges(suggestion.changes).length },
    });
    return { resume, status: 'rejected' };
  });
}

async function requirePending({ db }: WriteContext, id: string, suggestionId: string): Promise<StoredSuggestion> {
  const suggestion = await lockSuggestion(db, id, suggestionId);
  if (suggestion === null) throw new ResumeError({ code: 'suggestion_not_found' });
  if (suggestion.status !== 'pending') throw new ResumeError({ code: 'suggestion_decided', status: suggestion.status });
  return suggestion;
}

async function decide(
  { db, now }: WriteContext,
  { id }: StoredSuggestion,
  status: SuggestionStatus,
  revision: number | null,
): Promise<void> {
  await db.orm.update(resumeSuggestion).set({ status, decidedAt: now(), decidedRevision: revision }).where(eq(resumeSuggestion.id, id));
}
