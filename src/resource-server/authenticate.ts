import { looksLikeApiKey, type ApiKeyVerification } from '../authorization-server/api-keys.ts';
import type { AccessTokenFailure, JudgeAccessToken } from './judge-access-token.ts';
import type { Principal, SessionPrincipal } from './principal.ts';

/** Why a request has no principal; challenge.ts turns each into an answer. */
export type AuthenticationFailure =
  | { readonly reason: 'no_credentials' }
  | { readonly reason: 'malformed_authorization' }
  | { readonly reason: 'unsupported_scheme' }
  | { readonly reason: 'two_credentials' }
  | { readonly reason: 'token_in_query' }
  | AccessTokenFailure
  | { readonly reason: 'api_key_refused'; readonly detail: (typeof API_KEY_REFUSALS)[number] };

export const API_KEY_REFUSALS = ['malformed', 'unknown', 'disabled', 'expired', 'owner_banned'] as const;

export type Authentication =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly failure: AuthenticationFailure };

export interface Authenticator {
  /** For /mcp: a Bearer access token or an API key. Cookies are not looked at. Rejects when it can't be known (answer 503). */
  authenticateMcp(request: Pick<Request, 'headers' | 'url'>): Promise<Authentication>;
  /** For the API: an API key or a session cookie. Access tokens are for /mcp alone. Rejects when it can't be known. */
  authenticateApi(request: Request): Promise<Authentication>;
  /** The owner in a browser, for pages. Rejects when it can't be known. */
  resolveSession(request: Request): Promise<SessionPrincipal | null>;
}

export interface AuthenticatorDependencies {
  readonly judgeAccessToken: JudgeAccessToken;
  /** Every scope of the resource: what its owner may do in a browser. */
  readonly scopes: readonly string[];
  readonly verifyApiKey: (key: string) => Promise<ApiKeyVerification>;
  readonly loadSession: (
    headers: Headers,
  ) => Promise<{ readonly sessionId: string; readonly userId: string; readonly userName: string; readonly userEmail: string } | null>;
}

/** RFC 6750 §2.1 b64token after one or more spaces. */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

export function createAuthenticator({
  judgeAccessToken,
  verifyApiKey,
  loadSession,
  scopes: own,
}: AuthenticatorDependencies): Authenticator {
  const authenticateBearer = async (authorization: string): Promise<Authentication> => {
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return fail({ reason: /^Bearer\b/i.test(authorization) ? 'malformed_authorization' : 'unsupported_scheme' });
    const judged = await judgeAccessToken(token);
    return judged.ok ? { ok: true, principal: judged.principal } : judged;
  };

  const authenticateApiKey = async (key: string): Promise<Authentication> => {
    if (!looksLikeApiKey(key)) return fail({ reason: 'api_key_refused', detail: 'malformed' });
    const verified = await verifyApiKey(key);
    if (verified.ok) {
      const { id, name, userId, scopes } = verified.key;
      return { ok: true, principal: Object.freeze({ method: 'api_key', userId, apiKeyId: id, apiKeyName: name, scopes: new Set(scopes) }) };
    }
    return fail({ reason: 'api_key_refused', detail: verified.reason });
  };

  const resolveSession = async (request: Request): Promise<SessionPrincipal | null> => {
    if (!request.headers.has('cookie')) return null;
    const session = await loadSession(request.headers);
    return session === null ? null : Object.freeze({ method: 'session', ...session, scopes: new Set(own) });
  };

  return {
    async authenticateMcp(request) {
      const authorization = request.headers.get('authorization');
      const apiKey = request.headers.get('x-api-key');
      // An Authorization header is decisive: a bad token never falls through to another credential.
      if (authorization !== null && apiKey !== null) {
        const bearer = await authenticateBearer(authorization);
        return bearer.ok ? fail({ reason: 'two_credentials' }) : bearer;
      }
      if (authorization !== null) return authenticateBearer(authorization);
      if (apiKey !== null) return authenticateApiKey(apiKey);
      return fail({ reason: new URL(request.url).searchParams.has('access_token') ? 'token_in_query' : 'no_credentials' });
    },

    async authenticateApi(request) {
      if (request.headers.has('authorization')) return fail({ reason: 'unsupported_scheme' });
      const apiKey = request.headers.get('x-api-key');
      if (apiKey !== null) return authenticateApiKey(apiKey);
      const session = await resolveSession(request);
      return session === null ? fail({ reason: 'no_credentials' }) : { ok: true, principal: session };
    },

    resolveSession,
  };
}

function fail(failure: AuthenticationFailure): Authentication {
  return { ok: false, failure };
}
