import type { OAuthOptions } from '@better-auth/oauth-provider';
import { GRANT_TYPES } from './grant-types.ts';
import { hashToken } from './hashes.ts';
import type { Identifiers } from './identifiers.ts';
import { ACCESS_TOKEN_SECONDS, ID_TOKEN_SECONDS, INTERACTION_SECONDS, REFRESH_TOKEN_SECONDS, REPLAY_WINDOW_SECONDS } from './lifetimes.ts';

export const REFRESH_TOKEN_PREFIX = 'vitae_rt_';

/** What {@link buildProviderOptions} needs beside the policy itself. */
export interface ProviderCallbacks {
  /** Names the grant that a consent belongs to; the library keeps it as `reference_id` of consent, code and tokens. */
  readonly consentReferenceId: (user: { readonly id: string } | undefined) => Promise<string>;
}

/** The OAuth policy as options of the library. Everything else in this folder closes a gap that no option closes. */
export function buildProviderOptions(identifiers: Identifiers, callbacks: ProviderCallbacks) {
  const { base } = identifiers;
  return {
    loginPage: `${base}/sign-in`,
    consentPage: `${base}/consent`,
    signup: { page: `${base}/sign-up` },
    selectAccount: { page: `${base}/sign-in`, shouldRedirect: async () => false },
    // Never redirects: it is here because it is where the library asks for the id that ties a consent to its tokens.
    postLogin: {
      page: `${base}/consent`,
      shouldRedirect: async () => false,
      consentReferenceId: async ({ user }) => callbacks.consentReferenceId(user),
    },
    scopes: [...identifiers.scopes.supported],
    resources: [{ identifier: identifiers.resource, name: 'Vitae MCP endpoint' }],
    // One resource for every client: links per client would only open introspection of each other's tokens.
    enforcePerClientResources: false,
    grantTypes: [...GRANT_TYPES],
    allowDynamicClientRegistration: true,
    allowUnauthenticatedClientRegistration: true,
    clientPrivileges: async () => false,
    accessTokenExpiresIn: ACCESS_TOKEN_SECONDS,
    idTokenExpiresIn: ID_TOKEN_SECONDS,
    refreshTokenExpiresIn: REFRESH_TOKEN_SECONDS,
    refreshTokenReuseInterval: REPLAY_WINDOW_SECONDS,
    // Also the life of the signed query that sign-in and consent hand back; the code itself is cut to CODE_SECONDS when stored.
    codeExpiresIn: INTERACTION_SECONDS,
    // As the library does it by itself, but on this thread: the way to another one and back costs more than many such hashes.
    storeTokens: { hash: async (token) => hashToken(token) },
    storeClientSecret: { hash: async (secret) => hashToken(secret) },
    prefix: { refreshToken: REFRESH_TOKEN_PREFIX, clientSecret: 'vitae_cs_' },
    customAccessTokenClaims: ({ referenceId }) => {
      if (referenceId === undefined) throw new TypeError('an access token needs a grant');
      return { grant_id: referenceId };
    },
  } satisfies OAuthOptions<string[]>;
}
