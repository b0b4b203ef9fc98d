import { apiKey } from '@better-auth/api-key';
import { createCimdClientDiscovery } from '@better-auth/cimd';
import { getOAuthProviderApi, getOAuthProviderState, oauthProvider } from '@better-auth/oauth-provider';
import { passkey } from '@better-auth/passkey';
import type { BetterAuthOptions } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthEndpoint, type createAuthMiddleware, router } from 'better-auth/api';
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import { createJwk, jwt, type Jwk, type JwtOptions } from 'better-auth/plugins/jwt';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { createMiddleware } from 'better-call';
import { z } from 'zod';
import { API_KEY_LENGTH, API_KEY_PREFIX, DEFAULT_API_KEY_PERMISSIONS } from './api-keys.ts';
import { schema } from '../db/schema/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { createClientDocuments } from './client-metadata/client-documents.ts';
import { createSignatureRenewal } from './earlier-signatures.ts';
import { keepExpiredKeys } from './expired-keys.ts';
import { keepCreations } from './kept-creations.ts';
import { findRefusal, isRecord } from './library-refusal.ts';
import { INTERACTION_SECONDS } from './lifetimes.ts';
import { buildProviderOptions } from './provider-options.ts';
import { rememberReads } from './remembered-reads.ts';
import type { Keyring, WriteKey } from './signing-keys/keyring.ts';
import { createOpenedKeys, type KeyCipher, type OpenedKeys } from './signing-keys/opened-keys.ts';
import { createTokenSigner, SIGNING_ALGORITHM, withSigner } from './signing-keys/token-signer.ts';

const API_KEY_REQUESTS_PER_MINUTE = 600;

/** Server-only endpoints, for what the library does inside an endpoint and nowhere else. */
const ownEndpoints = (jwtOptions: JwtOptions, keyring: Keyring, openedKeys: OpenedKeys) =>
  ({
    id: 'own-endpoints',
    endpoints: {
      /** Makes and stores a signing key as the jwt plugin does, to sign from an instant on; answers its id. */
      createSigningKey: createAuthEndpoint.serverOnly({ method: 'POST', body: z.object({ signsFrom: z.date() }) }, async (ctx) => {
        const createKey = async (data: NewKey) =>
          keyring.add(await openedKeys.seal(data, cipherOf(ctx)), ctx.body.signsFrom, writeKeyOf(ctx));
        return (await createJwk(ctx, { ...jwtOptions, adapter: { createJwk: createKey } })).id;
      }),
      /** The provider checks the signature of any `oauth_query` before an endpoint runs: this answers whether a query is intact. */
      checkAuthorizationQuery: createAuthEndpoint.serverOnly(
        { method: 'POST', body: z.object({ oauth_query: z.string().min(1) }) },
        async () => true,
      ),
      /** What is stored encrypted, encrypted with the first secret; null for what no secret opens. */
      encryptAnew: createAuthEndpoint.serverOnly({ method: 'POST', body: z.object({ value: z.string() }) }, async (ctx) => {
        const key = ctx.context.secretConfig;
        const data = await symmetricDecrypt({ key, data: ctx.body.value }).catch(() => null);
        return data === null ? null : symmetricEncrypt({ key, data });
      }),
      /** Looks a client up, and by that reads its metadata document, before a request that must not wait for it. */
      resolveClient: createAuthEndpoint.serverOnly({ method: 'POST', body: z.object({ client_id: z.string() }) }, async (ctx) => {
        await findRefusal(() => providerOf(ctx).getClient(ctx.body.client_id));
      }),
    },
  }) as const;

/** The plugins of the one better-auth instance. What they are told is in the options; what no option says is in the hooks of auth.ts. */
export function buildPlugins(dependencies: AuthDependencies) {
  const { identifiers, log, flows, newName, consentHooks, keyring } = dependencies;
  const providerOptions = buildProviderOptions(identifiers, {
    async consentReferenceId(user) {
      const state = await getOAuthProviderState();
      return consentHooks.nameGrant(user?.id, new URLSearchParams(state?.query ?? ''), flows.current());
    },
  });

  const clientDiscovery = createClientDocuments({
    ...dependencies.clientDocuments,
    createDiscovery: createCimdClientDiscovery,
    issuer: identifiers.issuer,
    scopes: identifiers.scopes,
    refuse: (description) => new APIError(400, { error: 'invalid_client', error_description: description }),
    flows,
    log,
  });

  const openedKeys = createOpenedKeys();
  const jwtOptions = {
    disableSettingJwtHeader: true,
    jwt: { issuer: identifiers.issuer },
    // Which keys are published and which one signs is the keyring's to say: the library would sign with a new one at once.
    // The adapter encrypts and decrypts the private halves, in the same way and under the same secrets: the library does it for every token.
    jwks: { keyPairConfig: { alg: SIGNING_ALGORITHM }, gracePeriod: Number.POSITIVE_INFINITY, disablePrivateKeyEncryption: true },
    adapter: {
      getJwks: async (ctx) => {
        const cipher = cipherOf(ctx);
        return Promise.all((await keyring.load()).map((key) => openedKeys.open(key, cipher)));
      },
      async createJwk(data, ctx) {
        const cipher = cipherOf(ctx);
        return openedKeys.open(await keyring.addFirst(await openedKeys.seal(data, cipher), writeKeyOf(ctx)), cipher);
      },
    },
  } satisfies JwtOptions;

  return [
    // In front of the provider: its hook ends the session of a password before the provider's would go on with it and give a code.
    twoFactor({ issuer: 'Vitae', twoFactorCookieMaxAge: INTERACTION_SECONDS }),
    passkey({
      rpName: 'Vitae',
      rpID: new URL(identifiers.issuer).hostname,
      origin: identifiers.origin,
      // A passkey stands for both factors, so its holder must have proved to it who they are: a touch is not enough.
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      registration: { afterVerification: async ({ verification }) => requireVerifiedUser(verification.registrationInfo?.userVerified) },
      authentication: { afterVerification: async ({ verification }) => requireVerifiedUser(verification.authenticationInfo.userVerified) },
      advanced: { webAuthnChallengeCookie: 'passkey' },
    }),
    withSigner(jwt(jwtOptions), createTokenSigner(keyring, openedKeys)),
    oauthProvider({ ...providerOptions, generateClientId: newName, extensions: [{ clientDiscovery }] }),
    apiKey({
      defaultPrefix: API_KEY_PREFIX,
      defaultKeyLength: API_KEY_LENGTH,
      startingCharactersConfig: { charactersLength: 10 },
      enableSessionForAPIKeys: false,
      permissions: { defaultPermissions: DEFAULT_API_KEY_PERMISSIONS },
      rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: API_KEY_REQUESTS_PER_MINUTE },
      keyExpiration: { minExpiresIn: 1, maxExpiresIn: 3650 },
    }),
    ownEndpoints(jwtOptions, keyring, openedKeys),
  ];
}

type NewKey = Parameters<WriteKey>[0];

function cipherOf({ context: { secretConfig: key } }: Parameters<typeof createJwk>[0]): KeyCipher {
  return { encrypt: (data) => symmetricEncrypt({ key, data }), decrypt: (data) => symmetricDecrypt({ key, data }) };
}

function writeKeyOf({ context }: Parameters<typeof createJwk>[0]): WriteKey {
  return (data) => context.adapter.create<NewKey, Jwk>({ model: 'jwks', data });
}

/**
 * Makes a hook as the library's `createAuthMiddleware` does, but for the two empty middlewares that it puts in front of each, for their types
 * alone: for each of them a whole context is built, and the cookies are parsed again.
 */
// It gives the hook what that one gives.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const createHook = createMiddleware.create() as unknown as typeof createAuthMiddleware;

/**
 * The hook before every endpoint. It is told nothing of secrets: what is signed with an earlier one comes to it, and to everything behind it,
 * as if the current one had signed it.
 */
export function createBeforeHook(secrets: AuthDependencies['secrets'], rules: Parameters<typeof createAuthMiddleware>[0]) {
  const before = createHook(rules);
  if (secrets.length === 1) return before;
  const renewal = createSignatureRenewal(secrets);
  return createHook(async (ctx) => {
    const cookies = ctx.headers?.get('cookie');
    // In place: each part of the library reads them again from here.
    if (typeof cookies === 'string') ctx.headers?.set('cookie', renewal.renewCookies(cookies));
    if (isRecord(ctx.body) && typeof ctx.body['oauth_query'] === 'string')
      Object.assign(ctx.body, { oauth_query: renewal.renewQuery(ctx.body['oauth_query']) });
    if (ctx.path === '/verify-email' && isRecord(ctx.query) && typeof ctx.query['token'] === 'string')
      Object.assign(ctx.query, { token: await renewal.renewEmailToken(ctx.query['token']) });
    return before({ ...ctx, returnHeaders: false });
  });
}

/**
 * What the instance's own `handler` does, but for a copy of the whole context and a new router for every request: the context depends on a
 * request only where the address of the server is to be guessed from it, and the router copies it for each.
 */
export async function createHandler(auth: { readonly $context: Promise<unknown>; readonly options: BetterAuthOptions }) {
  // The instance's own context, whose type knows its options more closely.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const context = (await auth.$context) as Parameters<typeof router>[0];
  return router(context, auth.options).handler;
}

function requireVerifiedUser(isVerified: boolean | undefined): undefined {
  if (isVerified !== true)
    throw new APIError('UNAUTHORIZED', { code: 'USER_NOT_VERIFIED', message: 'The authenticator did not verify its user' });
}

/** The provider's own functions, for the endpoint that is being answered. */
export function providerOf(ctx: Parameters<typeof getOAuthProviderApi>[0]): ReturnType<typeof getOAuthProviderApi> {
  const options = ctx.context.getPlugin('oauth-provider')?.options;
  if (options === undefined) throw new TypeError('the OAuth provider is not installed');
  return getOAuthProviderApi(ctx, options);
}

/** The library's adapter, and what lies over it. */
export function createAdapter({ db, flows, newName, clientDocuments: { clock, metrics } }: AuthDependencies) {
  const adapter = keepExpiredKeys(drizzleAdapter(db.orm, { provider: 'pg', schema, transaction: true }));
  return rememberReads(keepCreations(adapter, flows, newName), flows, clock, metrics);
}
