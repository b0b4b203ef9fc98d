import { eq, sql } from 'drizzle-orm';
import type { WriteCondition } from '../db/kept-inserts.ts';
import type { Database } from '../db/client.ts';
import { oauthClient } from '../db/schema/auth.ts';
import { oauthClientRegistration } from '../db/schema/registrations.ts';
import { createRecentMap } from '../recent-map.ts';
import { hashToken } from './hashes.ts';

/** A registration answer of the library (RFC 7591 §3.2.1), as JSON. */
export type RegistrationAnswer = Readonly<Record<string, unknown>>;

/** Which public client a registration request led to before. */
export interface ClientRegistrations {
  /**
   * Finds the enabled client that the same metadata led to. When there is none, later callers with the same metadata wait until
   * this transaction ends, so that one of them registers and the others find it. Call inside a transaction.
   */
  claim(fingerprint: string): Promise<RegistrationAnswer | null>;
  remember(fingerprint: string, clientId: string, answer: RegistrationAnswer): Promise<void>;
  /**
   * Whether it is worth to look before registering: this process has seen the metadata before. A look that was left out costs a second
   * attempt, because {@link ClientRegistrations.claiming} does not hold then.
   */
  isWorthALook(fingerprint: string): boolean;
  /** As {@link ClientRegistrations.claim}, but that nobody waits and nothing is written yet. */
  find(fingerprint: string): Promise<RegistrationAnswer | null>;
  /** Holds when the same metadata has led to no client meanwhile, whoever else is about to register it; remembers the client then. */
  claiming(fingerprint: string, clientId: string, answer: RegistrationAnswer): WriteCondition;
  /** Holds when the client that was found is still there and enabled; notes that it was asked for then. */
  returning(fingerprint: string, answer: RegistrationAnswer): WriteCondition;
}

/** Forty characters each. Metadata that comes again and again is that of an app of which there are many installations. */
const SEEN = 2_000;

export function createClientRegistrations(db: Database, clock: () => Date): ClientRegistrations {
  const seen = createRecentMap<true>(SEEN);
  const find = async (fingerprint: string): Promise<RegistrationAnswer | null> => {
    seen.set(fingerprint, true);
    const [found] = await look({ fingerprint });
    return found === undefined || found.disabled === true || !isAnswer(found.answer) ? null : found.answer;
  };
  const look = db.prepare((orm) =>
    orm
      .select({ answer: oauthClientRegistration.answer, disabled: oauthClient.disabled })
      .from(oauthClientRegistration)
      .innerJoin(oauthClient, eq(oauthClient.clientId, oauthClientRegistration.clientId))
      .where(eq(oauthClientRegistration.fingerprint, sql.placeholder('fingerprint'))),
  );
  const findAgain = async (fingerprint: string): Promise<RegistrationAnswer | null> => {
    const found = await find(fingerprint);
    if (found === null) return null;
    await db.orm
      .update(oauthClientRegistration)
      .set({ lastRegisteredAt: clock() })
      .where(eq(oauthClientRegistration.fingerprint, fingerprint));
    return found;
  };

  return {
    isWorthALook: (fingerprint) => seen.get(fingerprint) === true,

    find,

    async claim(fingerprint) {
      const found = await findAgain(fingerprint);
      if (found !== null) return found;
      await db.orm.execute(sql`select pg_advisory_xact_lock(hashtextextended(${fingerprint}, 0))`);
      return findAgain(fingerprint);
    },

    async remember(fingerprint, clientId, answer) {
      const now = clock();
      await db.orm
        .insert(oauthClientRegistration)
        .values({ fingerprint, clientId, answer, registeredAt: now, lastRegisteredAt: now })
        .onConflictDoUpdate({
          target: oauthClientRegistration.fingerprint,
          set: { clientId, answer, registeredAt: now, lastRegisteredAt: now },
        });
    },

    // Under the lock of `claim`, for whoever registers in a transaction: that one looks again before it writes.
    claiming(fingerprint, clientId, answer) {
      seen.set(fingerprint, true);
      return {
        name: 'no client of the same metadata',
        build: (value) => sql`
          insert into ${oauthClientRegistration} (fingerprint, client_id, answer, registered_at, last_registered_at)
          select ${value('fingerprint')}::text, ${value('clientId')}::text, ${value('answer')}::jsonb, ${value('now')}::timestamptz, ${value('now')}::timestamptz
          from (select pg_advisory_xact_lock(hashtextextended(${value('fingerprint')}::text, 0))) as claimed
          on conflict (fingerprint) do nothing returning 1`,
        values: { fingerprint, clientId, answer: JSON.stringify(answer), now: clock().toISOString() },
      };
    },

    returning: (fingerprint, answer) => ({
      name: 'the client of the same metadata',
      build: (value) => sql`
        update ${oauthClientRegistration} as known set last_registered_at = ${value('now')}::timestamptz
        from ${oauthClient} as client
        where known.fingerprint = ${value('fingerprint')} and known.client_id = ${value('clientId')}
          and client.client_id = known.client_id and client.disabled is not true
        returning 1`,
      values: { fingerprint, clientId: answer['client_id'], now: clock().toISOString() },
    }),
  };
}

/**
 * One text for registrations that ask for the same client: the order of members and of lists does not count, and neither does
 * the port of a loopback redirect URI, which may be any at run time (RFC 8252 §7.3).
 *
 * @param metadata client metadata after tolerance and bounds
 */
export function buildFingerprint(metadata: Readonly<Record<string, unknown>>, redirectUris: readonly string[]): string {
  const withoutPorts = redirectUris.map((uri) => uri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])):\d+(?=[/?]|$)/i, '$1'));
  return hashToken(JSON.stringify(normalize({ ...metadata, redirect_uris: withoutPorts })));
}

function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize).toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, member]) => [name, normalize(member)]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isAnswer(value: unknown): value is RegistrationAnswer {
  return typeof value === 'object' && value !== null && 'client_id' in value;
}
