import type { AuthorizationCodes } from './authorization-codes.ts';
import type { GrantStore } from './grants.ts';
import { OAuthError } from './oauth-error.ts';
import { handRow } from './remembered-reads.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { RequestFlow } from './request-flow.ts';

/** What the hooks of the token, revocation and introspection endpoints work with. */
export interface TokenHooks {
  /** Before POST /oauth2/token. @throws OAuthError */
  beforeToken(parameters: Record<string, unknown>, flow: RequestFlow, authenticateClient: () => Promise<string>): Promise<void>;
  /** After a token was issued. */
  afterToken(flow: RequestFlow): Promise<void>;
  /** Before POST /oauth2/revoke. True: everything is done, answer 200. False: the library goes on. @throws OAuthError */
  beforeRevoke(parameters: Record<string, unknown>, flow: RequestFlow, authenticateClient: () => Promise<string>): Promise<boolean>;
  /** Before POST /oauth2/introspect: a JWT the resource server would refuse becomes a token nobody issued. */
  beforeIntrospect(parameters: Record<string, unknown>): Promise<void>;
  /** Before /oauth2/userinfo (OpenID Connect Core §5.3). @throws OAuthError `invalid_token` for a token the resource server would refuse */
  beforeUserInfo(authorization: string | null): Promise<void>;
}

/**
 * Verifies one of our own access tokens in process, revocation included; null when the resource server would refuse it.
 * Narrowed: it carries scopes that the person has taken away since.
 */
export type InspectAccessToken = (
  token: string,
) => Promise<{ readonly clientId: string; readonly grantId: string; readonly isNarrowed: boolean } | null>;

export interface TokenHookDependencies {
  readonly resource: string;
  readonly codes: AuthorizationCodes;
  readonly refreshTokens: RefreshTokens;
  readonly grants: GrantStore;
  readonly inspectAccessToken: InspectAccessToken;
  readonly refreshTokenPrefix: string;
}

const UNKNOWN_TOKEN = 'unknown-token';

export function createTokenHooks(dependencies: TokenHookDependencies): TokenHooks {
  const { resource, codes, refreshTokens, grants, inspectAccessToken, refreshTokenPrefix } = dependencies;

  /** The library reads scopes from the token itself, so one that carries too many is no good there: a refresh brings the right one. */
  const isWhole = async (token: string) => (await inspectAccessToken(token))?.isNarrowed === false;

  const beforeCode = async (parameters: Record<string, unknown>, flow: RequestFlow, clientId: string) => {
    const code = text(parameters, 'code');
    if (code === undefined) return;
    const judged = await codes.judge({
      code,
      clientId,
      redirectUri: text(parameters, 'redirect_uri'),
      codeVerifier: text(parameters, 'code_verifier'),
    });
    if (parameters['resource'] !== undefined && parameters['resource'] !== resource) {
      throw new OAuthError('invalid_target', 'The requested resource was not authorized');
    }
    flow.grantId = judged.grantId;
    flow.codeHash = judged.codeHash;
    handRow(flow.reads, 'user', 'id', judged.person);
  };

  const beforeRefresh = async (parameters: Record<string, unknown>, flow: RequestFlow, clientId: string) => {
    const refreshToken = text(parameters, 'refresh_token');
    if (refreshToken === undefined) return;
    if (!refreshToken.startsWith(refreshTokenPrefix)) throw new OAuthError('invalid_grant', 'The refresh token is invalid');
    const judged = await refreshTokens.judge({
      refreshToken: refreshToken.slice(refreshTokenPrefix.length),
      clientId,
      scope: text(parameters, 'scope'),
    });
    if (judged !== null) {
      flow.grantId = judged.grantId;
      handRow(flow.reads, 'oauthRefreshToken', 'token', judged.token);
      handRow(flow.reads, 'user', 'id', judged.person);
    }
    // A narrowed refresh would stick to the chain, and without offline_access it would stop rotating: the answer's `scope`
    // states what the token carries (RFC 6749 §3.3), which is never more than was granted.
    delete parameters['scope'];
  };

  return {
    async beforeToken(parameters, flow, authenticateClient) {
      const grantType = parameters['grant_type'];
      const clientId = await authenticateClient();
      flow.clientId = clientId;
      if (flow.plain !== null) {
        Object.assign(flow, flow.plain.judge(parameters, clientId));
        delete parameters['scope'];
        return;
      }
      if (grantType !== 'authorization_code' && grantType !== 'refresh_token') return;
      if (grantType === 'authorization_code') await beforeCode(parameters, flow, clientId);
      else await beforeRefresh(parameters, flow, clientId);
    },

    async afterToken(flow) {
      // A refresh token comes from an exchange, so its grant is active. A plain request writes everything together.
      if (flow.codeHash !== null && flow.plain === null) await codes.markRedeemed(flow.codeHash);
    },

    async beforeRevoke(parameters, flow, authenticateClient) {
      const token = text(parameters, 'token');
      if (token === undefined || token === '') return false;
      const clientId = await authenticateClient();
      flow.clientId = clientId;
      const isRefreshToken = token.startsWith(refreshTokenPrefix);
      const found = isRefreshToken ? await refreshTokens.find(token.slice(refreshTokenPrefix.length)) : await inspectAccessToken(token);
      // RFC 7009 §2.2: unknown, foreign and dead tokens are answered like revoked ones.
      if (found === null || found.grantId === null || found.clientId !== clientId) return true;
      flow.grantId = found.grantId;
      await grants.revoke({ grantId: found.grantId }, 'token_revoked');
      // Never left to the library: it answers 400 for a token that was rotated meanwhile or came with a wrong hint, and revokes
      // every grant of the client for a rotated one. Without its grant the token is dead.
      return true;
    },

    async beforeUserInfo(authorization) {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined || !(await isWhole(token))) {
        throw new OAuthError('invalid_token', 'The access token is invalid, expired or revoked');
      }
    },

    async beforeIntrospect(parameters) {
      const token = text(parameters, 'token');
      if (token === undefined) return;
      if (token.startsWith(refreshTokenPrefix)) {
        const found = await refreshTokens.find(token.slice(refreshTokenPrefix.length));
        if (found?.grantId === null || found?.grantId === undefined || (await grants.lockLive(found.grantId)) === null)
          parameters['token'] = UNKNOWN_TOKEN;
      } else if (!(await isWhole(token))) {
        parameters['token'] = UNKNOWN_TOKEN;
      }
    },
  };
}

function text(parameters: Record<string, unknown>, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}
