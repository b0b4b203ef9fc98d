import { and, eq, like } from 'drizzle-orm';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { oauthClient } from '../../src/db/schema/auth.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { startMetadataHost, type MetadataHost } from '../support/metadata-host.ts';
import { consent, createOAuthClient, type TestOAuthClient } from '../support/oauth.ts';

const REDIRECT = 'https://client.test/callback';

let host: MetadataHost;
let app: TestApp;
let ada: Person;

beforeAll(async () => {
  host = await startMetadataHost(['client.test']);
  app = await createTestApp({ clientMetadata: { network: host.network } });
  ada = await signUp(app);
});
afterAll(async () => {
  await app.close();
  await host.close();
});

let names = 0;
/** Serves a document of its own for each call and answers its URL. */
function publish(members: Record<string, unknown> = {}, headers: Record<string, string> = {}): string {
  names += 1;
  const url = `https://client.test/${names}.json`;
  host.serve(url, { client_id: url, client_name: 'Document client', redirect_uris: [REDIRECT], ...members }, headers);
  return url;
}
const createClient = (clientId: string, authentication?: oauth.ClientAuth, redirectUri = REDIRECT): Promise<TestOAuthClient> =>
  createOAuthClient(
    app,
    { client_id: clientId, redirect_uris: [redirectUri] },
    { redirectUri, ...(authentication !== undefined && { authentication }) },
  );
const connectWith = async (client: TestOAuthClient) => {
  const request = await client.createRequest();
  return request.redeem(await consent(ada, request));
};
const countRequests = (url: string) => host.requests.filter((requested) => requested === url).length;
const rowsOf = (clientId: string) => app.db.orm.select().from(oauthClient).where(eq(oauthClient.clientId, clientId));
const eventsOf = (clientId: string) =>
  app.db.orm
    .select({ event: auditEvent.event })
    .from(auditEvent)
    .where(and(eq(auditEvent.clientId, clientId), like(auditEvent.event, 'client.%')))
    .orderBy(auditEvent.id);

describe('a client by metadata document', () => {
  // proves metadata-documents:no-registration
  it('connects without registration, by its name and its host', async () => {
    const url = publish();
    const client = await createClient(url);
    const asked = await ada.browser.open((await client.createRequest()).url);
    expect(asked.heading()).toContain('Document client');
    expect(asked.text()).toContain('client.test');
    const tokens = await connectWith(client);
    const refreshed = await client.refresh(tokens.refresh_token ?? '');
    expect(refreshed.access_token).toBeTypeOf('string');
    await client.revoke(refreshed.refresh_token ?? '');
    expect(countRequests(url)).toBe(1);
    expect(await eventsOf(url)).toEqual([{ event: 'client.registered' }]);
  });

  it('may name grants, scopes and members that nobody knows here', async () => {
    const url = publish({
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      response_types: ['code', 'code id_token'],
      scope: 'mcp:tools openid resumes:read',
      tos_uri: '',
      contacts: null,
      unheard_of: { deep: true },
    });
    expect((await connectWith(await createClient(url))).refresh_token).toBeTypeOf('string');
  });

  it('with nothing but unknown scopes is asked for like one without', async () => {
    expect((await connectWith(await createClient(publish({ scope: 'mcp:tools user' })))).access_token).toBeTypeOf('string');
  });

  // security case 44
  it.each([
    ['a secret', { client_secret: 'secret' }],
    ['an expiry of a secret', { client_secret_expires_at: 0 }],
    ['a method with a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    [
      'a method with a secret beside none',
      { token_endpoint_auth_method: 'client_secret_post', token_endpoint_auth_methods_supported: ['none'] },
    ],
    [
      'a private key',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } },
    ],
    ['a back channel', { backchannel_logout_uri: 'https://client.test/logout' }],
    ['no name', { client_name: undefined }],
    ['no redirect URI', { redirect_uris: undefined }],
    ['a script to redirect to', { redirect_uris: ['javascript:alert(1)'] }],
    ['another id', { client_id: 'https://client.test:443/x.json' }],
  ])('whose document holds %s gets a page that says so, and no row', async (_what, members) => {
    const url = publish(members);
    const page = await ada.browser.open((await (await createClient(url)).createRequest()).url);
    expect(page.status).toBe(400);
    expect(page.leavesTo).toBeNull();
    expect(page.text()).toContain('Nothing was shared');
    expect(await rowsOf(url)).toEqual([]);
  });

  // security cases 34, 35, 42, 47
  it.each([
    'http://client.test/1.json',
    'https://client.test',
    'https://client.test:443/1.json',
    'https://CLIENT.test/1.json',
    'https://client.test/a/../1.json',
    'https://client.test/1.json#a',
    ' https://client.test/1.json',
    'https://me@client.test/1.json',
    'https://10.0.0.1/1.json',
    'https://localhost/1.json',
  ])('with the id %s gets a page, and nothing is fetched', async (clientId) => {
    const before = host.dialled.length;
    const page = await ada.browser.open((await (await createClient(clientId)).createRequest()).url);
    expect(page.status).toBe(400);
    expect(page.text()).toContain('Nothing was shared');
    expect(host.dialled.length).toBe(before);
  });

  it('is answered 401 invalid_client at the token endpoint when its document is not to be had', async () => {
    const response = await app.fetch(
      new Request(`${app.origin}/api/auth/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'vitae_rt_x', client_id: 'https://client.test/none.json' }),
      }),
    );
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'invalid_client' });
  });

  it('is read once however often its host says no-store', async () => {
    const url = publish({}, { 'cache-control': 'no-store' });
    await connectWith(await createClient(url));
    expect(countRequests(url)).toBe(1);
  });
});

describe('the redirect URIs of a document', () => {
  // security case 49
  it('on loopback match with any port, and are asked about each time', async () => {
    const url = publish({ redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'] });
    const client = await createClient(url, undefined, 'http://localhost:53123/callback');
    await connectWith(client);
    const again = await ada.browser.open((await client.createRequest()).url);
    expect(again.leavesTo).toBeNull();
    expect(again.text()).toContain('an app on this computer');
  });

  it('are held to: another one gets a page', async () => {
    const page = await ada.browser.open((await (await createClient(publish(), undefined, 'https://evil.test/')).createRequest()).url);
    expect(page.status).toBe(400);
    expect(page.leavesTo).toBeNull();
  });

  // security case 48
  it('that come after a consent are not covered by it, and those that went are refused', async () => {
    const url = publish();
    const client = await createClient(url);
    await connectWith(client);
    expect((await ada.browser.open((await client.createRequest()).url)).leavesTo).not.toBeNull();

    host.serve(url, { client_id: url, client_name: 'Document client', redirect_uris: ['https://client.test/new'] });
    const later = await createTestApp({ db: app.db, clientMetadata: { network: host.network } });
    const moved = await createOAuthClient(later, { client_id: url, redirect_uris: [REDIRECT] }, { redirectUri: 'https://client.test/new' });
    const browser = later.createBrowser();
    await (await browser.open('/sign-in')).press('Sign in', { Email: ada.email, Password: ada.password });
    const asked = await browser.open((await moved.createRequest()).url);
    expect(asked.leavesTo).toBeNull();
    expect(asked.heading()).toContain('Document client');
    expect((await browser.open((await client.createRequest()).url)).status).toBe(400);
    expect(await eventsOf(url)).toEqual([{ event: 'client.registered' }, { event: 'client.changed' }]);
    await later.close();
  });
});

describe('two machines behind one document', () => {
  // security case 50
  it('are two connections: the end of one leaves the other', async () => {
    const url = publish({ redirect_uris: ['http://127.0.0.1/callback'] });
    const [first, second] = await Promise.all(
      [3118, 3119].map((port) => createClient(url, undefined, `http://127.0.0.1:${port}/callback`)),
    );
    if (first === undefined || second === undefined) throw new TypeError('two clients');
    const one = await connectWith(first);
    const other = await connectWith(second);
    await first.revoke(one.refresh_token ?? '');
    await expect(first.refresh(one.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await second.refresh(other.refresh_token ?? '')).access_token).toBeTypeOf('string');
  });
});

describe('a document that prefers private_key_jwt and offers none', () => {
  let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
  beforeAll(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
    host.serve('https://client.test/jwks.json', { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] });
  });
  const offering = {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: 'https://client.test/jwks.json',
  };
  const assertion = (key: CryptoKey = keys.privateKey) => oauth.PrivateKeyJwt({ key, kid: 'k1' });

  // proves metadata-documents:negotiation
  it.each(['none', 'private_key_jwt'])('connects and refreshes with %s', async (method) => {
    const client = await createClient(publish(offering), method === 'none' ? undefined : assertion());
    const tokens = await connectWith(client);
    const refreshed = await client.refresh(tokens.refresh_token ?? '');
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    await client.revoke(refreshed.refresh_token ?? '');
  });

  it('is held to its keys once it presents an assertion', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const client = await createClient(publish(offering), assertion(privateKey));
    const request = await client.createRequest();
    const callback = await consent(ada, request);
    await expect(request.redeem(callback)).rejects.toMatchObject({ status: 401 });
  });

  it('has an assertion taken once', async () => {
    const url = publish(offering);
    let body: URLSearchParams | undefined;
    const keeping: oauth.ClientAuth = async (...parameters) => {
      await assertion()(...parameters);
      body ??= new URLSearchParams(parameters[2]);
    };
    const tokens = await connectWith(await createClient(url, keeping));
    body?.set('grant_type', 'refresh_token');
    body?.set('refresh_token', tokens.refresh_token ?? '');
    const response = await app.fetch(new Request(`${app.origin}/api/auth/oauth2/token`, { method: 'POST', body: body ?? null }));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'invalid_client' });
  });

  it('must use its keys when it does not offer none', async () => {
    const url = publish({ ...offering, token_endpoint_auth_methods_supported: undefined });
    await expect(connectWith(await createClient(url))).rejects.toMatchObject({ status: 401 });
    expect((await connectWith(await createClient(url, assertion()))).access_token).toBeTypeOf('string');
  });

  // security case 52
  it.each([
    [
      'a redirect',
      (_request: unknown, response: { writeHead(status: number, headers: object): { end(): unknown } }) =>
        response.writeHead(302, { location: '/' }).end(),
    ],
    ['65 KiB', { keys: [], padding: 'x'.repeat(65 * 1024) }],
  ])('can not use keys behind %s', async (_what, answer) => {
    host.serve('https://client.test/odd-jwks.json', answer);
    const client = await createClient(publish({ ...offering, jwks_uri: 'https://client.test/odd-jwks.json' }), assertion());
    const request = await client.createRequest();
    await expect(request.redeem(await consent(ada, request))).rejects.toMatchObject({ status: 401 });
  });
});
