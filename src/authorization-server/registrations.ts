import { eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oauthClient } from '../db/schema/auth.ts';
import { oauthClientRegistration } from '../db/schema/registrations.ts';
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
}

export function createClientRegistrations(db: Database, clock: () => Date): ClientRegistrations {
  const find = async (fingerprint: string): Promise<RegistrationAnswer | null> => {
    const [found] = await db.orm
      .select({ answer: oauthClientRegistration.answer, disabled: oauthClient.disabled })
      .from(oauthClientRegistration)
      .innerJoin(oauthClient, eq(oauthClient.clientId, oauthClientRegistration.clientId))
      .where(eq(oauthClientRegistration.fingerprint, fingerprint));
    if (found === undefined || found.disabled === true || !isAnswer(found.answer)) return null;
    await db.orm
      .update(oauthClientRegistration)
      .set({ lastRegisteredAt: clock() })
      .where(eq(oauthClientRegistration.fingerprint, fingerprint));
    return found.answer;
  };

  return {
    async claim(fingerprint) {
      const found = await find(fingerprint);
      if (found !== null) return found;
      await db.orm.execute(sql`select pg_advisory_xact_lock(hashtextextended(${fingerprint}, 0))`);
      return find(fingerprint);
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
