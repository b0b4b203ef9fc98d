import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oauthRefreshToken, user } from '../db/schema/auth.ts';
import { oauthGrant } from '../db/schema/grants.ts';
import type { GrantStore } from './grants.ts';
import { hashToken } from './hashes.ts';
import { isLive, LIVE_GRANT_COLUMNS, toLiveGrant, type LiveGrant } from './live-grants.ts';
import { holdParentsOfToken } from './lock-order.ts';
import { OAuthError } from './oauth-error.ts';
import { parseScopeList } from './scopes.ts';
import type { TokenRefusal } from './token-refusals.ts';

/** A refresh that the library may go on with, and what it will read for it: the rows as they are now. */
export interface JudgedRefresh {
  readonly grantId: string;
  readonly token: typeof oauthRefreshToken.$inferSelect;
  readonly person: typeof user.$inferSelect;
}

export interface RefreshTokens {
  /**
   * Judges a refresh before the library rotates the token. Call inside a transaction: the token's row stays locked until it
   * ends, so parallel refreshes queue up behind the first and then get its answer from the library's replay window.
   *
   * @param refresh the presented token, the authenticated client and the requested scope (RFC 6749 §6)
   * A token that carries more than the grant still allows is cut down to what is left before the library carries it on.
   *
   * @returns the grant, or null for a token we don't know (the library refuses it)
   * @throws OAuthError `invalid_grant`; a token replayed after its window ends the one grant it belongs to, before the library
   * would end every grant that the person gave to the same client id. `invalid_scope` when more is asked than
   * the person was asked for.
   */
  judge(refresh: {
    readonly refreshToken: string;
    readonly clientId: string;
    readonly scope: string | undefined;
  }): Promise<JudgedRefresh | null>;
  /** Reads which client and grant a refresh token belongs to. No lock, no judgement. */
  find(refreshToken: string): Promise<{ readonly clientId: string; readonly grantId: string | null } | null>;
}

export function createRefreshTokens(db: Database, clock: () => Date, grants: GrantStore): RefreshTokens {
  /** The token, its grant if tokens may still be issued under it, and its person, in one statement. Token and grant are locked, and what they stand on is held. */
  const lockWithGrant = async (hash: string) => {
    const { person, signedIn } = holdParentsOfToken(db, hash);
    const [found] = await db.orm
      .with(person, signedIn)
      .select({ token: oauthRefreshToken, grant: LIVE_GRANT_COLUMNS, person: user })
      .from(oauthRefreshToken)
      .innerJoin(person, eq(person.id, oauthRefreshToken.userId))
      .leftJoin(signedIn, sql`true`)
      .innerJoin(oauthGrant, and(eq(oauthGrant.id, oauthRefreshToken.referenceId), isLive(clock())))
      .innerJoin(user, eq(user.id, oauthRefreshToken.userId))
      .where(eq(oauthRefreshToken.token, hash))
      .for('update', { of: [oauthRefreshToken, oauthGrant] });
    return found === undefined ? null : { ...found, grant: toLiveGrant(found.grant) };
  };
  const lockAlone = async (hash: string) => {
    const [row] = await db.orm.select().from(oauthRefreshToken).where(eq(oauthRefreshToken.token, hash)).for('update');
    return row ?? null;
  };

  return {
    async judge({ refreshToken, clientId, scope }) {
      const hash = hashToken(refreshToken);
      const found = await lockWithGrant(hash);
      // Without a live grant and a person no row is found; which of the three was missing decides what becomes of it.
      const row = found?.token ?? (await lockAlone(hash));
      if (row === null) return null;
      if (row.clientId !== clientId) return refuse('refresh_token_of_another_client');
      if (found === null || row.referenceId === null) return refuse('grant_not_live');
      const { grant } = found;
      if (row.revoked !== null && (row.rotationReplayExpiresAt === null || row.rotationReplayExpiresAt < clock())) {
        await grants.revoke({ grantId: row.referenceId }, 'refresh_token_replayed');
        return refuse('refresh_token_replayed');
      }
      if (!mayAsk(scope, row, grant)) {
        throw new OAuthError('invalid_scope', 'The requested scope exceeds what was granted', 'scope_exceeds_grant');
      }
      const left = row.scopes.filter((held) => grant.scopes.includes(held));
      // A rotated one stays as it was: the library answers a repeated refresh only if it would issue the same scopes again.
      const isCut = left.length < row.scopes.length && row.revoked === null;
      if (isCut) await db.orm.update(oauthRefreshToken).set({ scopes: left }).where(eq(oauthRefreshToken.id, row.id));
      return { grantId: row.referenceId, token: isCut ? { ...row, scopes: left } : row, person: found.person };
    },

    async find(refreshToken) {
      const [row] = await db.orm
        .select({ clientId: oauthRefreshToken.clientId, grantId: oauthRefreshToken.referenceId })
        .from(oauthRefreshToken)
        .where(eq(oauthRefreshToken.token, hashToken(refreshToken)));
      return row ?? null;
    },
  };
}

/**
 * Whether a refresh is one of the many: nothing in what was read of it has to be refused, repeated, cut down or recorded beside the token.
 * What {@link RefreshTokens.judge} does with it is to leave it to the library as it is.
 */
export function isPlainRefresh(
  { token, grant }: { readonly token: JudgedRefresh['token']; readonly grant: LiveGrant },
  { clientId, scope }: { readonly clientId: string; readonly scope: string | undefined },
): boolean {
  const isWhole = token.scopes.every((held) => grant.scopes.includes(held));
  return token.clientId === clientId && token.revoked === null && isWhole && mayAsk(scope, token, grant);
}

/**
 * What the person did not allow, or has taken away since, may still be asked for: Codex, Gemini CLI and LibreChat repeat their request
 * (interop/token.ts). The answer says what is left (RFC 6749 §3.3).
 */
function mayAsk(scope: string | undefined, token: JudgedRefresh['token'], grant: LiveGrant): boolean {
  const askable = [...token.scopes, ...grant.repeatableScopes];
  return parseScopeList(scope).every((requested) => askable.includes(requested));
}

function refuse(reason: TokenRefusal): never {
  throw new OAuthError('invalid_grant', 'The refresh token is invalid, expired or revoked', reason);
}
