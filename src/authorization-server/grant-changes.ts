import { and, eq, gt, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { oauthGrant } from '../db/schema/grants.ts';
import { oauthGrantResume, resume } from '../db/schema/resumes.ts';
import type { GrantMode } from './grant-mode.ts';
import type { RecordRevocation } from './recorded-revocations.ts';
import { OFFLINE_ACCESS } from './scopes.ts';

/** What the person changes of a grant without the client asking again; what is left out stays. */
export interface GrantChange {
  /** Those it keeps. `offline_access` stays in any case: to end that is to disconnect. */
  readonly scopes?: readonly string[];
  readonly resumes?: 'all' | readonly string[];
  readonly mode?: GrantMode;
}

export type GrantChangeOutcome = 'changed' | 'not_found' | 'exceeds_grant' | 'nothing_left' | 'unknown_resume';

export interface GrantChangeDependencies {
  readonly db: Database;
  readonly clock: () => Date;
  readonly audit: AuditTrail;
  readonly recordRevocation: RecordRevocation;
}

/** Changes a live connection of the person in place. Nothing is written unless the outcome is `changed`. */
export function changeGrant(
  { db, clock, audit, recordRevocation }: GrantChangeDependencies,
  { grantId, userId }: { readonly grantId: string; readonly userId: string },
  { scopes, resumes, mode }: GrantChange,
): Promise<GrantChangeOutcome> {
  return db.transaction(async () => {
    const [grant] = await db.orm
      .select()
      .from(oauthGrant)
      .where(
        and(
          eq(oauthGrant.id, grantId),
          eq(oauthGrant.userId, userId),
          isNotNull(oauthGrant.activatedAt),
          isNull(oauthGrant.revokedAt),
          gt(oauthGrant.expiresAt, clock()),
        ),
      )
      .for('update');
    if (grant === undefined) return 'not_found';
    if (scopes?.some((scope) => !grant.scopes.includes(scope)) === true) return 'exceeds_grant';
    const kept = grant.scopes.filter((scope) => scopes === undefined || scopes.includes(scope) || scope === OFFLINE_ACCESS);
    if (kept.every((scope) => scope === OFFLINE_ACCESS)) return 'nothing_left';
    const chosen = resumes === undefined || resumes === 'all' ? [] : await findOwnedResumes(db, userId, resumes);
    if (chosen === null) return 'unknown_resume';

    const isNarrowed = kept.length < grant.scopes.length;
    await db.orm
      .update(oauthGrant)
      .set({
        mode: mode ?? grant.mode,
        allResumes: resumes === undefined ? grant.allResumes : resumes === 'all',
        ...(isNarrowed && { scopes: kept, consentedScopes: grant.consentedScopes ?? grant.scopes }),
      })
      .where(eq(oauthGrant.id, grantId));
    if (resumes !== undefined) await db.orm.delete(oauthGrantResume).where(eq(oauthGrantResume.grantId, grantId));
    if (chosen.length > 0) await db.orm.insert(oauthGrantResume).values(chosen.map((resumeId) => ({ grantId, resumeId })));
    if (isNarrowed) await recordRevocation([grantId], { scopes: kept });
    await audit.record({
      event: 'grant.changed',
      grantId,
      userId,
      clientId: grant.clientId,
      detail: {
        ...(isNarrowed && { scopes: kept }),
        ...(resumes !== undefined && { resumes: resumes === 'all' ? 'all' : chosen.length }),
        ...(mode !== undefined && { mode }),
      },
    });
    return 'changed';
  });
}

/** Those of the chosen resumes that are the person's, or null when one is not or none was chosen. */
export async function findOwnedResumes(db: Database, userId: string, resumes: readonly string[]): Promise<string[] | null> {
  const chosen = [...new Set(resumes)];
  if (chosen.length === 0) return null;
  const owned = await db.orm
    .select({ id: resume.id })
    .from(resume)
    .where(and(eq(resume.userId, userId), inArray(resume.id, chosen)));
  return owned.length === chosen.length ? chosen : null;
}
