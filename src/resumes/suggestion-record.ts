import { and, eq, sql } from 'drizzle-orm';
import { oauthGrant } from '../db/schema/grants.ts';
import { resumeSuggestion } from '../db/schema/versions.ts';
import { diffJson } from './diff.ts';
import { ResumeError } from './errors.ts';
import { packJson } from './packed-json.ts';
import type { StoredResume } from './stored-resume.ts';
import { ensureVersion, toChangesJson } from './version-record.ts';
import { toVersionedJson } from './versioned-state.ts';
import type { WriteContext } from './write-context.ts';

/** What one resume may have waiting, so that no connection can fill the database without writing anything. */
export const MAX_PENDING_SUGGESTIONS = 50;

/** What became of a write of a connection that may only suggest. */
export interface SuggestionNote {
  readonly id: string;
  readonly operations: number;
  readonly status: 'pending';
}

/** Whether what the actor writes has to wait for the owner. One query, for connections only. */
export async function isSuggesting({ db, actor }: WriteContext): Promise<boolean> {
  if (actor.kind !== 'connection') return false;
  const [grant] = await db.orm.select({ mode: oauthGrant.mode }).from(oauthGrant).where(eq(oauthGrant.id, actor.id));
  if (grant === undefined) throw new ResumeError({ code: 'access_ended' });
  return grant.mode === 'suggest';
}

/** @throws ResumeError `suggestions_only` for a connection whose writes wait for the owner, where waiting makes no sense */
export async function requireEditing(write: WriteContext): Promise<void> {
  if (await isSuggesting(write)) throw new ResumeError({ code: 'suggestions_only' });
}

/**
 * Keeps a change as a suggestion and changes nothing else. Runs in the transaction that holds the resume's row.
 * @throws ResumeError `too_many_suggestions`
 */
export async function recordSuggestion(
  write: WriteContext,
  kind: 'patched' | 'updated' | 'restored',
  before: StoredResume,
  wanted: StoredResume,
): Promise<SuggestionNote> {
  const { db, actor, createId } = write;
  const [waiting] = await db.orm
    .select({ count: sql<number>`count(*)::int` })
    .from(resumeSuggestion)
    .where(and(eq(resumeSuggestion.resumeId, before.id), eq(resumeSuggestion.status, 'pending')));
  if ((waiting?.count ?? 0) >= MAX_PENDING_SUGGESTIONS)
    throw new ResumeError({ code: 'too_many_suggestions', limit: MAX_PENDING_SUGGESTIONS });
  await ensureVersion(db, before);
  const changes = diffJson(toVersionedJson(before), toVersionedJson(wanted));
  const id = createId();
  await db.orm.insert(resumeSuggestion).values({
    id,
    resumeId: before.id,
    grantId: actor.id,
    clientName: sql`(select ${oauthGrant.clientName} from ${oauthGrant} where ${oauthGrant.id} = ${actor.id})`,
    kind,
    baseRevision: before.revision,
    changes: packJson(toChangesJson(changes)),
    operations: changes.length,
    createdAt: write.now(),
  });
  await write.audit.record({
    event: 'resume.suggested',
    userId: write.access.userId,
    resumeId: before.id,
    grantId: actor.id,
    detail: { suggestion: id, operations: changes.length },
  });
  return { id, operations: changes.length, status: 'pending' };
}
