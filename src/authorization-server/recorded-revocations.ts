import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { revocation } from '../db/schema/grants.ts';
import { ACCESS_TOKEN_SECONDS, CLOCK_SKEW_SECONDS, CODE_SECONDS } from './lifetimes.ts';

/**
 * Records for the resource server what access tokens of grants may no longer do, for as long as one of them can be out.
 *
 * @param narrowing what they still may; nothing when left out
 */
export type RecordRevocation = (grantIds: readonly string[], narrowing?: { readonly scopes: readonly string[] }) => Promise<void>;

export interface RevocationRecorderDependencies {
  readonly db: Database;
  readonly clock: () => Date;
  /** Told after a revocation is recorded, or may have been. */
  readonly onRevocation: () => void;
}

export function createRevocationRecorder({ db, clock, onRevocation }: RevocationRecorderDependencies): RecordRevocation {
  return async (grantIds, narrowing) => {
    const now = clock().getTime();
    // A code that is out when scopes are taken away still brings a token with them, which lives its full time.
    const seconds = ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS + (narrowing === undefined ? 0 : CODE_SECONDS);
    // One parameter for all ids: a statement takes no more than 65,535.
    await db.orm.execute(sql`
      insert into ${revocation} (subject_type, subject_id, scopes, revoked_at, expires_at)
      select ${narrowing === undefined ? 'grant' : 'grant_scopes'}, ended.id, ${narrowing === undefined ? null : sql.param([...narrowing.scopes])}::text[],
        ${new Date(now).toISOString()}::timestamptz, ${new Date(now + seconds * 1000).toISOString()}::timestamptz
      from unnest(${sql.param([...grantIds])}::text[]) as ended(id)`);
    db.afterTransaction(onRevocation);
  };
}

/** Records for the resource server that nothing that these keys have signed is any good, until no server can remember them. */
export async function recordWithdrawnKeys(
  { db, clock, onRevocation }: RevocationRecorderDependencies,
  keyIds: readonly string[],
): Promise<void> {
  if (keyIds.length === 0) return;
  const now = clock();
  const expiresAt = new Date(now.getTime() + (ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS) * 1000);
  await db.orm
    .insert(revocation)
    .values(keyIds.map((keyId) => ({ subjectType: 'signing_key' as const, subjectId: keyId, revokedAt: now, expiresAt })));
  db.afterTransaction(onRevocation);
}
