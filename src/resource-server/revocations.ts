import { gt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { SubscriptionState } from '../db/notify.ts';
import { revocation } from '../db/schema/grants.ts';
import { DatabaseTimeout } from '../db/unavailable.ts';

export interface RevocationList {
  /**
   * Whether the access tokens of a grant must be refused although they verify. Answers from memory, without a query, while this instance
   * has missed no notice of a revocation until {@link MAXIMUM_AGE_MS} ago; otherwise it asks the database first.
   *
   * Rejects when the database can't be asked: an instance that can't know must not serve (503), whatever it knew before.
   */
  isRevoked(grantId: string): Promise<boolean>;
  /**
   * The scopes that tokens of a grant may still use, when its owner has taken some away while tokens with them are out; null: all
   * they carry. From memory: ask {@link RevocationList.isRevoked} first.
   */
  allowedScopes(grantId: string): ReadonlySet<string> | null;
  /** Whether a signing key was withdrawn, and with it whatever it signed. From memory, as above. */
  isKeyWithdrawn(keyId: string): boolean;
  /**
   * Whether everything that a person had given was ended after a token was issued, by a server of the release before: this one ends each
   * grant. From memory, as above.
   *
   * @param issuedAt seconds since the epoch
   */
  isEndedForPerson(userId: string, issuedAt: number): boolean;
  /** Makes the next question ask the database: called when this instance recorded a revocation itself. */
  markStale(): void;
  /** How this instance hears of revocations by others at the moment. */
  feedState(): SubscriptionState;
  /** Stops listening. Questions are answered as before, by asking the database. */
  close(): Promise<void>;
}

export interface RevocationObserver {
  readonly onLinkLost?: (error: unknown) => void;
  /**
   * Told of each revocation read.
   *
   * @param lagMs from its record (by the database's clock) until this instance could no longer answer without it: it had a notice, what
   * it knew had become too old, or it was read, whichever was first
   */
  readonly onLearnt?: (lagMs: number) => void;
  /** Told once of each signing key that was withdrawn: what is remembered of keys is to be read again. */
  readonly onKeyWithdrawn?: () => void;
}

/** A revocation anywhere holds everywhere within this time. */
const MAXIMUM_AGE_MS = 800;
/** From this age on a question starts a refresh without waiting for it. */
const REFRESH_AGE_MS = 500;
/** An answer that takes longer is none: the caller gets its 503 while it still waits for it. */
const ANSWER_MS = 1_500;
/**
 * Rows are read again for this long: transactions commit in another order than they wrote. Longer than any transaction can last that has
 * a revocation still to commit, by the timeouts of its statements and of its pauses (db/postgres.ts).
 */
const OVERLAP_SECONDS = 120;

/**
 * Creates this instance's view of the `revocation` table. It reads when a notice says that there is something new. While the
 * link for notices is down it reads on demand instead, at most every {@link REFRESH_AGE_MS} under load and never when idle.
 * An entry is kept until the last token it concerns has ended.
 *
 * @param observer told each time the link breaks, how late each revocation came to count here, and of keys that were withdrawn
 */
export function createRevocationList(db: Database, clock: () => Date, observer: RevocationObserver = {}): RevocationList {
  const revokedGrants = new Map<string, number>();
  const narrowedGrants = new Map<string, { readonly id: number; readonly scopes: ReadonlySet<string>; readonly expiresAt: number }>();
  const withdrawnKeys = new Map<string, number>();
  const endedPeople = new Map<string, { readonly until: number; readonly expiresAt: number }>();
  let knownAt = Number.NEGATIVE_INFINITY;
  let unknownSince: number | null = null;
  let readUpTo: string | null = null;
  let readIds: ReadonlySet<number> | null = null;
  let reading: Promise<void> | null = null;
  let generation = 0;

  const read = async () => {
    const ofGeneration = generation;
    const startedAt = clock().getTime();
    // Until when this instance could answer by what it knew before.
    const usableUntil = unknownSince ?? Math.max(knownAt, link.completeUntil()) + MAXIMUM_AGE_MS;
    const rows = await db.orm
      .select({
        id: revocation.id,
        ageMs: sql<number>`(extract(epoch from clock_timestamp() - ${revocation.recordedAt}) * 1000)::float8`,
        subjectType: revocation.subjectType,
        subjectId: revocation.subjectId,
        revokedAt: revocation.revokedAt,
        expiresAt: revocation.expiresAt,
        scopes: revocation.scopes,
        recordedAt: sql<string>`${revocation.recordedAt}::text`,
      })
      .from(revocation)
      .where(
        readUpTo === null
          ? gt(revocation.expiresAt, clock())
          : sql`${revocation.recordedAt} > ${readUpTo}::timestamptz - make_interval(secs => ${OVERLAP_SECONDS})`,
      )
      .orderBy(revocation.recordedAt);
    for (const row of rows) {
      if (row.subjectType === 'grant') revokedGrants.set(row.subjectId, row.expiresAt.getTime());
      if (row.subjectType === 'signing_key') {
        if (!withdrawnKeys.has(row.subjectId)) observer.onKeyWithdrawn?.();
        withdrawnKeys.set(row.subjectId, row.expiresAt.getTime());
      }
      if (row.subjectType === 'user') {
        const until = Math.max(row.revokedAt.getTime(), endedPeople.get(row.subjectId)?.until ?? 0);
        endedPeople.set(row.subjectId, { until, expiresAt: row.expiresAt.getTime() });
      }
      // Not by an earlier row: of two reads the one that began first may end last.
      if (row.subjectType === 'grant_scopes' && row.id >= (narrowedGrants.get(row.subjectId)?.id ?? 0))
        narrowedGrants.set(row.subjectId, { id: row.id, scopes: new Set(row.scopes), expiresAt: row.expiresAt.getTime() });
    }
    readUpTo = rows.at(-1)?.recordedAt ?? readUpTo;
    const knownFrom = Math.min(usableUntil, clock().getTime());
    // The first read finds what was revoked before this instance was there.
    const news = readIds === null ? [] : rows.filter(({ id }) => readIds?.has(id) === false);
    for (const { ageMs } of news) observer.onLearnt?.(Math.max(0, ageMs - (startedAt - knownFrom)));
    readIds = new Set(rows.map(({ id }) => id));
    forgetExpired(startedAt);
    // A read that was under way when a revocation was recorded may have missed it: it does not count as knowing.
    if (ofGeneration !== generation) return;
    knownAt = startedAt;
    unknownSince = null;
  };

  const forgetExpired = (now: number) => {
    for (const [id, expiresAt] of revokedGrants) if (expiresAt <= now) revokedGrants.delete(id);
    for (const [id, expiresAt] of withdrawnKeys) if (expiresAt <= now) withdrawnKeys.delete(id);
    for (const [id, entry] of narrowedGrants) if (entry.expiresAt <= now) narrowedGrants.delete(id);
    for (const [id, entry] of endedPeople) if (entry.expiresAt <= now) endedPeople.delete(id);
  };

  const refresh = () => {
    if (reading !== null) return reading;
    const started = read().finally(() => {
      if (reading === started) reading = null;
    });
    reading = started;
    return started;
  };

  const markStale = () => {
    generation += 1;
    unknownSince ??= clock().getTime();
    knownAt = Number.NEGATIVE_INFINITY;
    reading = null;
  };
  const link = db.listen('vitae_revocation', { onNotice: markStale, clock, onLost: (error) => observer.onLinkLost?.(error) });
  /** A read counts on for as long as the link brings every notice. */
  const ageAt = (now: number) => now - (knownAt === Number.NEGATIVE_INFINITY ? knownAt : Math.max(knownAt, link.completeUntil()));

  return {
    async isRevoked(grantId) {
      const now = clock().getTime();
      const age = ageAt(now);
      if (age > MAXIMUM_AGE_MS || age < 0) await withDeadline(refresh());
      else if (age > REFRESH_AGE_MS) refresh().catch(() => undefined);
      return (revokedGrants.get(grantId) ?? 0) > now;
    },
    allowedScopes: (grantId) => narrowedGrants.get(grantId)?.scopes ?? null,
    isKeyWithdrawn: (keyId) => (withdrawnKeys.get(keyId) ?? 0) > clock().getTime(),
    isEndedForPerson: (userId, issuedAt) => issuedAt * 1000 <= (endedPeople.get(userId)?.until ?? 0),
    markStale,
    feedState: () => link.state(),
    close: () => link.close(),
  };
}

async function withDeadline(reading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DatabaseTimeout('the revocations could not be read in time')), ANSWER_MS);
  });
  await Promise.race([reading, late]).finally(() => clearTimeout(timer));
}
