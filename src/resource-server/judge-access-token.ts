import type { AccessTokenRefusal, AccessTokenVerifier } from './access-token.ts';
import type { AccessTokenPrincipal } from './principal.ts';
import type { RevocationList } from './revocations.ts';

export type AccessTokenFailure =
  | { readonly reason: 'access_token_refused'; readonly detail: AccessTokenRefusal }
  | { readonly reason: 'access_token_revoked'; readonly grantId: string; readonly userId: string; readonly clientId: string };

export type JudgedAccessToken =
  | {
      readonly ok: true;
      /** With the scopes that are left to it. */
      readonly principal: AccessTokenPrincipal;
      /** Whether it carries scopes that the person has taken away since. */
      readonly isNarrowed: boolean;
    }
  | { readonly ok: false; readonly failure: AccessTokenFailure };

/** What an access token opens at this moment: verified in process, and not revoked. Rejects when that can't be known. */
export type JudgeAccessToken = (token: string) => Promise<JudgedAccessToken>;

export function createAccessTokenJudge(
  accessTokens: Pick<AccessTokenVerifier, 'verify'>,
  revocations: Pick<RevocationList, 'isRevoked' | 'allowedScopes' | 'isKeyWithdrawn' | 'isEndedForPerson'>,
): JudgeAccessToken {
  return async (token) => {
    const verified = await accessTokens.verify(token);
    if (!verified.ok) return { ok: false, failure: { reason: 'access_token_refused', detail: verified.reason } };
    const { principal, keyId, issuedAt } = verified;
    const { grantId, userId, clientId } = principal;
    // Only the first of them makes sure that memory knows.
    const isRevoked = await revocations.isRevoked(grantId);
    if (isRevoked || revocations.isKeyWithdrawn(keyId) || revocations.isEndedForPerson(userId, issuedAt))
      return { ok: false, failure: { reason: 'access_token_revoked', grantId, userId, clientId } };
    const allowed = revocations.allowedScopes(grantId);
    const isNarrowed = allowed !== null && principal.grantedScopes.some((scope) => !allowed.has(scope));
    return { ok: true, principal: isNarrowed ? narrow(principal, allowed) : principal, isNarrowed };
  };
}

function narrow(principal: AccessTokenPrincipal, allowed: ReadonlySet<string>): AccessTokenPrincipal {
  return Object.freeze({
    ...principal,
    grantedScopes: Object.freeze(principal.grantedScopes.filter((scope) => allowed.has(scope))),
    scopes: new Set([...principal.scopes].filter((scope) => allowed.has(scope))),
  });
}
