import { and, eq, gt, gte, inArray, isNull, lt, notExists, or, sql } from 'drizzle-orm';
import type { Where } from 'better-auth';
import type { Database } from '../db/client.ts';
import { deleteSome, toDay } from '../db/expiries.ts';
import type { Expiry } from '../db/janitor.ts';
import { oauthClient, oauthConsent } from '../db/schema/auth.ts';
import { oauthGrant, oauthGrantCalls, oauthGrantCode, revocation } from '../db/schema/grants.ts';
import { oauthClientRegistration } from '../db/schema/registrations.ts';
import type { Auth } from './auth.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** After the end of what a row is about: clocks differ, and a request may be in the middle of using it. */
const MARGIN_MS = 60 * 60 * 1000;
/** An authorization code lives a minute and the request it answers ten; after that its note only tells a replay from a guess. */
const CODE_NOTE_MS = DAY_MS;
/** Expired keys stay listed, so that their owner sees why a script has stopped. */
const EXPIRED_KEY_DAYS = 90;
/** A client that nobody has used for so long registers again when it comes back. */
const UNUSED_CLIENT_DAYS = 90;

/** As far back as {@link createGrantStore} counts, and a day for clocks that differ. */
const CALLS_DAYS = 8;

export interface AuthExpiryDependencies {
  readonly auth: Auth;
  readonly db: Database;
  /** How long a grant that has ended keeps its name for the audit trail; at least as long as it keeps its client. */
  readonly endedGrantDays: number;
}

/**
 * What the authorization server keeps and when it is over. Rows of the library are found here and deleted through its own adapter.
 *
 * Rotated refresh tokens stay until they would have expired: to know one again is how a stolen token is noticed
 * (RFC 9700 §4.14.2). Clients that somebody registered by hand or that belong to a person are never unused.
 */
export function createAuthExpiries({ auth, db, endedGrantDays }: AuthExpiryDependencies): readonly Expiry[] {
  const deleteFound = async (model: string, found: readonly { readonly id: string }[], isStill: readonly Where[] = []) => {
    const { adapter } = await auth.$context;
    const isFound = { field: 'id', operator: 'in', value: found.map(({ id }) => id) } as const;
    return found.length === 0 ? 0 : adapter.deleteMany({ model, where: [...isStill, isFound] });
  };
  /** Rows of the library that say themselves when they are over. */
  const expired = (name: string, model: string, keptMs = MARGIN_MS): Expiry => ({
    name,
    async removeBatch(limit, now) {
      const { adapter } = await auth.$context;
      const isOver = { field: 'expiresAt', operator: 'lt', value: before(now, keptMs) } as const;
      return deleteFound(model, await adapter.findMany<{ id: string }>({ model, where: [isOver], limit, select: ['id'] }), [isOver]);
    },
  });
  /** Rows of the library that are over because of rows of ours. @param find finds and locks them */
  const orphaned = (name: string, model: string, find: (limit: number, now: Date) => Promise<{ readonly id: string }[]>): Expiry => ({
    name,
    removeBatch: async (limit, now) => deleteFound(model, await find(limit, now)),
  });

  const isUnusedClient = (now: Date) => {
    const cutoff = before(now, UNUSED_CLIENT_DAYS * DAY_MS);
    const grantOfLate = db.orm
      .select({ one: sql`1` })
      .from(oauthGrant)
      .where(
        and(
          eq(oauthGrant.clientId, oauthClient.clientId),
          gte(sql`coalesce(${oauthGrant.revokedAt}, ${oauthGrant.expiresAt})`, sql`${cutoff.toISOString()}::timestamptz`),
        ),
      );
    const registeredOfLate = db.orm
      .select({ one: sql`1` })
      .from(oauthClientRegistration)
      .where(and(eq(oauthClientRegistration.clientId, oauthClient.clientId), gt(oauthClientRegistration.lastRegisteredAt, cutoff)));
    return and(
      lt(sql`coalesce(${oauthClient.updatedAt}, ${oauthClient.createdAt})`, sql`${toLibraryTime(cutoff)}::timestamp`),
      isNull(oauthClient.userId),
      isNull(oauthClient.referenceId),
      notExists(grantOfLate),
      notExists(registeredOfLate),
    );
  };

  return [
    expired('verifications', 'verification'),
    expired('sessions', 'session'),
    expired('client_assertions', 'oauthClientAssertion'),
    expired('access_tokens', 'oauthAccessToken'),
    expired('refresh_tokens', 'oauthRefreshToken'),
    expired('api_keys', 'apikey', EXPIRED_KEY_DAYS * DAY_MS),
    {
      // The answer to a rotation is kept, encrypted, for a client that asks twice; the token itself stays.
      name: 'rotation_answers',
      async removeBatch(limit, now) {
        const { adapter } = await auth.$context;
        const isOver = { field: 'rotationReplayExpiresAt', operator: 'lt', value: before(now, MARGIN_MS) } as const;
        const isKept = { field: 'rotationReplayResponse', operator: 'ne', value: null } as const;
        const model = 'oauthRefreshToken';
        const found = await adapter.findMany<{ id: string }>({ model, where: [isOver, isKept], limit, select: ['id'] });
        if (found.length === 0) return 0;
        const isFound = { field: 'id', operator: 'in', value: found.map(({ id }) => id) } as const;
        return adapter.updateMany({ model, where: [isFound], update: { rotationReplayResponse: null } });
      },
    },
    orphaned('consents', 'oauthConsent', (limit, now) =>
      db.orm
        .select({ id: oauthConsent.id })
        .from(oauthConsent)
        .leftJoin(oauthGrant, eq(oauthGrant.id, oauthConsent.referenceId))
        .where(
          and(
            lt(oauthConsent.createdAt, before(now, CODE_NOTE_MS)),
            or(isNull(oauthGrant.id), ended(before(now, MARGIN_MS)), unredeemed(now)),
          ),
        )
        .limit(limit)
        .for('update', { of: oauthConsent, skipLocked: true }),
    ),
    {
      name: 'code_notes',
      removeBatch: (limit, now) => deleteSome(db, oauthGrantCode, lt(oauthGrantCode.issuedAt, before(now, CODE_NOTE_MS)), limit),
    },
    {
      name: 'grants',
      removeBatch(limit, now) {
        const isForgotten = ended(before(now, Math.max(endedGrantDays, UNUSED_CLIENT_DAYS) * DAY_MS));
        return deleteSome(db, oauthGrant, or(unredeemed(now), isForgotten), limit);
      },
    },
    {
      name: 'revocations',
      removeBatch: (limit, now) => deleteSome(db, revocation, lt(revocation.expiresAt, before(now, MARGIN_MS)), limit),
    },
    {
      name: 'connection_calls',
      removeBatch: (limit, now) =>
        deleteSome(db, oauthGrantCalls, sql`${oauthGrantCalls.day} < ${toDay(before(now, CALLS_DAYS * DAY_MS))}::date`, limit),
    },
    orphaned('clients', 'oauthClient', async (limit, now) => {
      const found = await db.orm
        .select({ id: oauthClient.id })
        .from(oauthClient)
        .where(isUnusedClient(now))
        .limit(limit)
        .for('update', { skipLocked: true });
      if (found.length === 0) return [];
      // Looked at again under the lock: a consent may have been given between the look and the lock.
      return db.orm
        .select({ id: oauthClient.id })
        .from(oauthClient)
        .where(
          and(
            inArray(
              oauthClient.id,
              found.map(({ id }) => id),
            ),
            isUnusedClient(now),
          ),
        );
    }),
  ];
}

/** The library's columns are timestamps without a zone, in UTC. */
function toLibraryTime(at: Date): string {
  return at.toISOString().replace('Z', '');
}

function before(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() - milliseconds);
}

function ended(cutoff: Date) {
  return or(lt(oauthGrant.revokedAt, cutoff), lt(oauthGrant.expiresAt, cutoff));
}

/** A code that nobody redeemed: no token has ever been issued under it, and none can be any more. */
function unredeemed(now: Date) {
  return and(isNull(oauthGrant.activatedAt), lt(oauthGrant.createdAt, before(now, CODE_NOTE_MS)));
}
