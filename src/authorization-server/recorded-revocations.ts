import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { revocation } from '../db/schema/grants.ts';
import { ACCESS_TOKEN_SECONDS, CLOCK_DIFFERENCE_SECONDS, CLOCK_SKEW_SECONDS, CODE_SECONDS } from './lifetimes.ts';

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

export function createRevocationRecorder(dependencies: RevocationRecorderDependencies): RecordRevocation {
  return (grantIds, narrowing) =>
    narrowing === undefined
      ? record(dependencies, { subjectType: 'grant', subjectIds: grantIds, scopes: null, seconds: TOKEN_SECONDS })
      : record(dependencies, {
          subjectType: 'grant_scopes',
          subjectIds: grantIds,
          scopes: narrowing.scopes,
          // A code that is out when scopes are taken away still brings a token with them, which lives its full time.
          seconds: TOKEN_SECONDS + CODE_SECONDS,
        });
}

/** Records for the resource server that nothing that these keys have signed is any good, until no server can remember them. */
export async function recordWithdrawnKeys(dependencies: RevocationRecorderDependencies, keyIds: readonly string[]): Promise<void> {
  if (keyIds.length === 0) return;
  await record(dependencies, { subjectType: 'signing_key', subjectIds: keyIds, scopes: null, seconds: TOKEN_SECONDS });
}

/** For as long as an access token can be good anywhere: this server's clock may be behind that of the one that issued it. */
const TOKEN_SECONDS = ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS + CLOCK_DIFFERENCE_SECONDS;

interface Revoked {
  readonly subjectType: (typeof revocation.$inferInsert)['subjectType'];
  readonly subjectIds: readonly string[];
  readonly scopes: readonly string[] | null;
  /** How long it is of use. */
  readonly seconds: number;
}

async function record(
  { db, clock, onRevocation }: RevocationRecorderDependencies,
  { subjectType, subjectIds, scopes, seconds }: Revoked,
): Promise<void> {
  const now = clock().getTime();
  // One parameter for all ids: a statement takes no more than 65,535.
  await db.orm.execute(sql`
    insert into ${revocation} (subject_type, subject_id, scopes, revoked_at, expires_at)
    select ${subjectType}, revoked.id, ${scopes === null ? null : sql.param([...scopes])}::text[],
      ${new Date(now).toISOString()}::timestamptz, ${new Date(now + seconds * 1000).toISOString()}::timestamptz
    from unnest(${sql.param([...subjectIds])}::text[]) as revoked(id)`);
  db.afterTransaction(onRevocation);
}
