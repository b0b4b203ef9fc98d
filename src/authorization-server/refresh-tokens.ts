import { eq } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oauthRefreshToken } from '../db/schema/auth.ts';
import type { GrantStore } from './grants.ts';
import { hashToken } from './hashes.ts';
import { OAuthError } from './oauth-error.ts';
import { parseScopeList } from './scopes.ts';
import type { TokenRefusal } from './token-refusals.ts';

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
  }): Promise<{ readonly grantId: string } | null>;
  /** Reads which client and grant a refresh token belongs to. No lock, no judgement. */
  find(refreshToken: string): Promise<{ readonly clientId: string; readonly grantId: string | null } | null>;
}

export function createRefreshTokens(db: Database, clock: () => Date, grants: GrantStore): RefreshTokens {
  return {
    async judge({ refreshToken, clientId, scope }) {
      const [row] = await db.orm
        .select({
          id: oauthRefreshToken.id,
          clientId: oauthRefreshToken.clientId,
          grantId: oauthRefreshToken.referenceId,
          scopes: oauthRefreshToken.scopes,
          revoked: oauthRefreshToken.revoked,
          replayUntil: oauthRefreshToken.rotationReplayExpiresAt,
        })
        .from(oauthRefreshToken)
        .where(eq(oauthRefreshToken.token, hashToken(refreshToken)))
        .for('update');
      if (row === undefined) return null;
      if (row.clientId !== clientId) return refuse('refresh_token_of_another_client');
      const grant = row.grantId === null ? null : await grants.lockLive(row.grantId);
      if (row.grantId === null || grant === null) return refuse('grant_not_live');
      if (row.revoked !== null && (row.replayUntil === null || row.replayUntil < clock())) {
        await grants.revoke({ grantId: row.grantId }, 'refresh_token_replayed');
        return refuse('refresh_token_replayed');
      }
      // What the person did not allow, or has taken away since, may still be asked for: Codex, Gemini CLI and LibreChat repeat their request
      // (interop/token.ts). The answer says what is left (RFC 6749 §3.3).
      const askable = [...row.scopes, ...grant.repeatableScopes];
      if (!parseScopeList(scope).every((requested) => askable.includes(requested))) {
        throw new OAuthError('invalid_scope', 'The requested scope exceeds what was granted', 'scope_exceeds_grant');
      }
      const left = row.scopes.filter((held) => grant.scopes.includes(held));
      // A rotated one stays as it was: the library answers a repeated refresh only if it would issue the same scopes again.
      if (left.length < row.scopes.length && row.revoked === null) {
        await db.orm.update(oauthRefreshToken).set({ scopes: left }).where(eq(oauthRefreshToken.id, row.id));
      }
      return { grantId: row.grantId };
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

function refuse(reason: TokenRefusal): never {
  throw new OAuthError('invalid_grant', 'The refresh token is invalid, expired or revoked', reason);
}
