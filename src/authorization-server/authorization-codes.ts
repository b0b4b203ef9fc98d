import { timingSafeEqual } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { user } from '../db/schema/auth.ts';
import { oauthGrant, oauthGrantCode } from '../db/schema/grants.ts';
import type { GrantStore } from './grants.ts';
import { hashToken } from './hashes.ts';
import { CODE_ATTEMPTS, CODE_SECONDS } from './lifetimes.ts';
import { isLive } from './live-grants.ts';
import { holdParentsOfCode } from './lock-order.ts';
import { OAuthError } from './oauth-error.ts';
import type { TokenRefusal } from './token-refusals.ts';

export interface IssuedCode {
  readonly codeHash: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  /** Hash of the signed request whose consent this code comes from, or null. */
  readonly requestHash: string | null;
}

/** The parameters of an access token request (RFC 6749 §4.1.3, RFC 7636 §4.5); the client is authenticated already. */
export interface Redemption {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
}

export interface JudgedRedemption {
  readonly grantId: string;
  readonly codeHash: string;
  readonly person: typeof user.$inferSelect;
}

export interface AuthorizationCodes {
  recordIssue(code: IssuedCode): Promise<void>;
  /**
   * Makes sure that a signed request was not answered with a code before. Call inside a transaction: a second answer waits
   * for the first one's end.
   *
   * @throws OAuthError `invalid_request`
   */
  requireUnanswered(requestHash: string): Promise<void>;
  /**
   * Judges a redemption before the library consumes the code, so that a wrong one costs nothing but an attempt. Call inside
   * a transaction: the code's row stays locked until it ends, and parallel redemptions wait.
   *
   * @returns the grant the code belongs to, and its person as the library will read them
   * @throws OAuthError `invalid_grant`; for a code that was redeemed before, its grant is revoked first (RFC 6749 §4.1.2).
   * An unknown code is never left to the library, which calls one whose person has gone `invalid_user`.
   */
  judge(redemption: Redemption): Promise<JudgedRedemption>;
  /** Marks the first token of its grant as issued, too; a later one changes nothing there. */
  markRedeemed(codeHash: string): Promise<void>;
}

/** RFC 7636 §4.1: 43 to 128 unreserved characters. */
const CODE_VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

export function createAuthorizationCodes(db: Database, clock: () => Date, grants: GrantStore): AuthorizationCodes {
  /** The code, if tokens may still be issued under its grant, and its person, in one statement. Code and grant are locked, and what they stand on is held. */
  const lockWithGrant = async (codeHash: string) => {
    const { person, signedIn } = holdParentsOfCode(db, codeHash);
    const [found] = await db.orm
      .with(person, signedIn)
      .select({ issued: oauthGrantCode, person: user })
      .from(oauthGrantCode)
      .innerJoin(oauthGrant, and(eq(oauthGrant.id, oauthGrantCode.grantId), isLive(clock())))
      .innerJoin(user, eq(user.id, oauthGrant.userId))
      .innerJoin(person, eq(person.id, user.id))
      .leftJoin(signedIn, sql`true`)
      .where(eq(oauthGrantCode.codeHash, codeHash))
      .for('update', { of: [oauthGrantCode, oauthGrant] });
    return found ?? null;
  };
  const lockAlone = async (codeHash: string) => {
    const [issued] = await db.orm.select().from(oauthGrantCode).where(eq(oauthGrantCode.codeHash, codeHash)).for('update');
    return issued ?? null;
  };

  return {
    async recordIssue(code) {
      await db.orm.insert(oauthGrantCode).values({ ...code, issuedAt: clock() });
    },

    async requireUnanswered(requestHash) {
      await db.orm.execute(sql`select pg_advisory_xact_lock(hashtextextended(${requestHash}, 0))`);
      const [answered] = await db.orm
        .select({ grantId: oauthGrantCode.grantId })
        .from(oauthGrantCode)
        .where(eq(oauthGrantCode.requestHash, requestHash));
      if (answered !== undefined) {
        throw new OAuthError('invalid_request', 'This request was answered already: start again from the app', 'request_answered_twice');
      }
    },

    async judge({ code, clientId, redirectUri, codeVerifier }) {
      const codeHash = hashToken(code);
      const found = await lockWithGrant(codeHash);
      // Without a live grant no row is found; what else is wrong with the code is said first.
      const issued = found?.issued ?? (await lockAlone(codeHash));
      if (issued === null) return refuse('unknown_code');
      if (issued.clientId !== clientId) return refuse('code_of_another_client');
      if (issued.redeemedAt !== null) {
        await grants.revoke({ grantId: issued.grantId }, 'code_replayed');
        return refuse('code_replayed');
      }
      if (isExpired(issued, clock())) return refuse('code_expired');
      if (issued.failedAttempts >= CODE_ATTEMPTS) return refuse('code_attempts_exhausted');
      const mismatch = findMismatch(issued, redirectUri, codeVerifier);
      if (mismatch !== null) {
        await db.orm
          .update(oauthGrantCode)
          .set({ failedAttempts: sql`${oauthGrantCode.failedAttempts} + 1` })
          .where(eq(oauthGrantCode.codeHash, codeHash));
        return refuse(mismatch);
      }
      if (found === null) return refuse('grant_not_live');
      return { grantId: issued.grantId, codeHash, person: found.person };
    },

    async markRedeemed(codeHash) {
      const now = clock().toISOString();
      await db.orm.execute(sql`
        with redeemed as (update ${oauthGrantCode} set redeemed_at = ${now}::timestamptz where code_hash = ${codeHash} returning grant_id)
        update ${oauthGrant} set activated_at = coalesce(activated_at, ${now}::timestamptz) from redeemed where id = redeemed.grant_id`);
    },
  };
}

/** Whether a redemption is one of the many: {@link AuthorizationCodes.judge} would not refuse it by what was read of its code. */
export function isPlainRedemption(
  issued: typeof oauthGrantCode.$inferSelect,
  { clientId, redirectUri, codeVerifier }: Omit<Redemption, 'code'>,
  now: Date,
): boolean {
  return (
    issued.clientId === clientId &&
    issued.redeemedAt === null &&
    !isExpired(issued, now) &&
    issued.failedAttempts < CODE_ATTEMPTS &&
    findMismatch(issued, redirectUri, codeVerifier) === null
  );
}

function isExpired({ issuedAt }: { readonly issuedAt: Date }, now: Date): boolean {
  return now.getTime() > issuedAt.getTime() + CODE_SECONDS * 1000;
}

function refuse(reason: TokenRefusal): never {
  throw new OAuthError('invalid_grant', 'The authorization code is invalid, expired or was issued for another request', reason);
}

function findMismatch(
  issued: { readonly redirectUri: string; readonly codeChallenge: string },
  redirectUri: string | undefined,
  codeVerifier: string | undefined,
): TokenRefusal | null {
  if (redirectUri !== issued.redirectUri) return 'redirect_uri_mismatch';
  if (codeVerifier === undefined || !CODE_VERIFIER.test(codeVerifier)) return 'code_verifier_malformed';
  const challenge = Buffer.from(hashToken(codeVerifier));
  const expected = Buffer.from(issued.codeChallenge);
  return challenge.length === expected.length && timingSafeEqual(challenge, expected) ? null : 'code_verifier_mismatch';
}
