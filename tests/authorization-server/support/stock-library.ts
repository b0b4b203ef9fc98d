import { oauthProvider, type OAuthOptions } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { jwt } from 'better-auth/plugins/jwt';
import { z } from 'zod';
import { buildIdentifiers } from '../../../src/authorization-server/identifiers.ts';
import { buildProviderOptions } from '../../../src/authorization-server/provider-options.ts';
import { schema } from '../../../src/db/schema/index.ts';
import type { Site } from '../../support/browser.ts';
import { createTestDatabase } from '../../support/database.ts';
import { readTokens, redemption, type Connection, type IssuedCode } from '../../security/support/codes.ts';
import { CONSENT, authorizePath, createVerifier, json, navigation, register } from '../../security/support/requests.ts';

const ORIGIN = 'http://localhost:3000';
const REDIRECT_URI = 'http://127.0.0.1:33418/callback';

export type CreateAdapter = ReturnType<typeof drizzleAdapter>;

/** The auth library with our options and none of our hooks, transactions and locks, and a person who is signed in to it. */
export interface StockLibrary {
  readonly site: Site;
  /** Of the person. */
  readonly cookie: string;
  /** A code for a client, by default one that has just registered. */
  issue(clientId?: string): Promise<IssuedCode>;
  connect(clientId?: string): Promise<Connection>;
  close(): Promise<void>;
}

/**
 * @param wrap stands between the library and its database
 * @param options win over ours
 */
export async function openStockLibrary(
  wrap: (create: CreateAdapter) => CreateAdapter = (create) => create,
  options: Partial<OAuthOptions<string[]>> = {},
): Promise<StockLibrary> {
  const db = await createTestDatabase();
  const identifiers = buildIdentifiers(ORIGIN);
  const auth = betterAuth({
    baseURL: ORIGIN,
    basePath: '/api/auth',
    secret: 'a-secret-for-tests-of-forty-characters-00',
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { disabled: true },
    onAPIError: { onError: () => undefined },
    emailAndPassword: { enabled: true },
    database: wrap(drizzleAdapter(db.orm, { provider: 'pg', schema, transaction: true })),
    plugins: [
      jwt({ disableSettingJwtHeader: true, jwt: { issuer: ORIGIN }, jwks: { keyPairConfig: { alg: 'ES256' } } }),
      oauthProvider({ ...buildProviderOptions(identifiers, { consentReferenceId: async () => 'one-consent' }), ...options }),
    ],
  });
  const site: Site = { origin: ORIGIN, fetch: (request) => auth.handler(request) };
  const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
  const signedUp = await site.fetch(json(site, '/api/auth/sign-up/email', person, { origin: ORIGIN }));
  const cookie = signedUp.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');

  const allow = async (consentPage: URL): Promise<URL> => {
    const body = { accept: true, oauth_query: consentPage.search.slice(1) };
    const response = await site.fetch(json(site, CONSENT, body, { cookie, origin: ORIGIN }));
    return new URL(z.object({ url: z.string() }).parse(await response.json()).url);
  };
  const issue = async (clientId?: string): Promise<IssuedCode> => {
    const client = clientId ?? (await register(site, { redirect_uris: [REDIRECT_URI], application_type: 'native' })).client_id;
    const { verifier, challenge } = createVerifier();
    const path = authorizePath(site, client, challenge, { redirect_uri: REDIRECT_URI });
    const asked = await site.fetch(navigation(site, path, { cookie }));
    const location = new URL(asked.headers.get('location') ?? '', ORIGIN);
    // It asks a person once for each client, on whichever computer.
    const callback = location.pathname === '/consent' ? await allow(location) : location;
    return { clientId: client, code: callback.searchParams.get('code') ?? '', verifier, redirectUri: REDIRECT_URI };
  };
  return {
    site,
    cookie,
    issue,
    async connect(clientId) {
      const issued = await issue(clientId);
      const tokens = await readTokens(await site.fetch(redemption(site, issued)));
      return { ...tokens, clientId: issued.clientId, refresh_token: tokens.refresh_token ?? '' };
    },
    close: () => db.close(),
  };
}
