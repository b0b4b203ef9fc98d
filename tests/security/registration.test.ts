import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthClient } from '../../src/db/schema/auth.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { attack } from './support/attack.ts';
import {
  REDIRECT_URI,
  REGISTER,
  TOKEN,
  authorizePath,
  createVerifier,
  form,
  json,
  navigation,
  register,
  registration,
} from './support/requests.ts';

let app: TestApp;
let ada: Person;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
});
afterAll(() => app.close());

async function expectRefused(metadata: Readonly<Record<string, unknown>>, error?: string): Promise<void> {
  const refusal = await attack(app, registration(app, metadata));
  expect(refusal.status).toBe(400);
  expect(refusal.error ?? '').toMatch(error === undefined ? /./ : new RegExp(`^${error}$`));
}

async function rowOf(clientId: string): Promise<typeof oauthClient.$inferSelect> {
  const [row] = await app.db.orm.select().from(oauthClient).where(eq(oauthClient.clientId, clientId));
  if (row === undefined) throw new Error(`no client ${clientId}`);
  return row;
}

describe('a redirect URI', () => {
  // security case 1
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '\tjavascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a.example/x',
    'about:blank',
    'view-source:https://a.example',
  ])('is refused with the active scheme of %j', async (uri) => {
    await expectRefused({ redirect_uris: [uri] }, 'invalid_redirect_uri|invalid_client_metadata');
    await expectRefused({ redirect_uris: [uri], application_type: 'native' }, 'invalid_redirect_uri|invalid_client_metadata');
    await expectRefused({ redirect_uris: [REDIRECT_URI, uri] }, 'invalid_redirect_uri|invalid_client_metadata');
  });

  // security cases 2, 3, 4, 5, 6
  it.each([
    'http://evil.example/cb',
    'https://a.example/cb#x',
    'https://a.example/cb#',
    'https://claude.ai@evil.example/cb',
    'https://claude.ai:x@evil.example/cb',
    'https://*.evil.example/cb',
    'https://a.example/*',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost.evil.example/',
    'http://127.0.0.1.evil.example/cb',
    'http://localhost@evil.example/cb',
    'http://127.0.0.1\\@evil.example/cb',
    'https://a.example/\r\nx',
    'https:/a.example/cb',
    '/callback',
    '',
  ])('is refused as %j', async (uri) => {
    await expectRefused({ redirect_uris: [uri] });
    await expectRefused({ redirect_uris: [uri], application_type: 'native' });
    await expectRefused({ redirect_uris: [REDIRECT_URI, uri] });
  });

  // security case 202
  it('that a pattern could choke on is refused like any other', async () => {
    await expectRefused({ redirect_uris: [`https://${'a-'.repeat(20_000)}.example/${'%'.repeat(1000)}`] });
  });

  // security case 7
  it.each(['myapp:/cb', 'com.example.app://h/cb', 'myapp://cb', 'cursor://evil/cb'])(
    'is refused with the private scheme of %s',
    async (uri) => {
      await expectRefused({ redirect_uris: [uri], application_type: 'native' });
    },
  );

  // security case 8
  it.each([undefined, [], 'https://a.example/cb', { 0: 'https://a.example/cb' }, [null], [1], [['https://a.example/cb']], null])(
    'list is refused as %j',
    async (uris) => {
      await expectRefused({ redirect_uris: uris });
    },
  );

  // security case 9
  it('list holds ten at most, of 2,048 bytes each', async () => {
    const uri = (index: number, length: number) => `https://client.example/${index}/`.padEnd(length, 'x');
    await expectRefused({ redirect_uris: Array.from({ length: 11 }, (_unused, index) => uri(index, 40)) });
    await expectRefused({ redirect_uris: [uri(0, 2_049)] });
    const most = Array.from({ length: 10 }, (_unused, index) => uri(index, 2_048));
    expect((await register(app, { redirect_uris: most })).redirect_uris).toEqual(most);
  });
});

describe('a registration', () => {
  // security case 12
  it('ignores members it does not know, and keeps nothing of them', async () => {
    const client = await register(app, { resource: 'https://evil.example', foo: 'a-value-to-find', x_bar: { a: 1 } });
    expect(JSON.stringify(client)).not.toContain('a-value-to-find');
    expect(JSON.stringify(await rowOf(client.client_id))).not.toContain('a-value-to-find');
  });

  // security case 13
  it.each<Readonly<Record<string, unknown>>>([
    { skip_consent: true },
    { require_pkce: false },
    { disabled: false },
    { client_id: 'chosen-by-me' },
    { client_secret: 'chosen-by-me' },
    { userId: 'somebody' },
    { referenceId: 'somebody' },
    { metadata: { trusted: true } },
    { clientCredentialsScopes: ['resumes:read'] },
    { client_credentials_scopes: ['resumes:read'] },
    { enable_end_session: true },
    { subject_type: 'pairwise' },
    { skipConsent: true, requirePKCE: false },
  ])('gives itself no privilege: %j', async (member) => {
    const response = await app.fetch(registration(app, member));
    expect([201, 400]).toContain(response.status);
    const body = (await response.json()) as { readonly client_id?: string };
    const rows = body.client_id === undefined ? [] : [await rowOf(body.client_id)];
    expect(body.client_id).not.toBe('chosen-by-me');
    for (const row of rows) {
      expect(row).toMatchObject({ userId: null, referenceId: null, metadata: null });
      expect([row.skipConsent ?? false, row.disabled ?? false, row.requirePKCE ?? true, row.enableEndSession ?? false]).toEqual([
        false,
        false,
        true,
        false,
      ]);
      expect(JSON.stringify(row)).not.toMatch(/chosen-by-me|somebody|trusted/);
    }
  });

  // security cases 14, 15
  it.each<Readonly<Record<string, unknown>>>([
    { grant_types: ['client_credentials'] },
    { grant_types: ['password'] },
    { grant_types: ['implicit'], response_types: ['token'] },
    { grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] },
    { response_types: ['token'] },
    { grant_types: ['refresh_token'] },
    { grant_types: 'authorization_code' },
  ])('is refused with nothing that is supported: %j', async (metadata) => {
    await expectRefused(metadata, 'invalid_client_metadata');
  });

  // security case 16
  it.each([{ token_endpoint_auth_method: 'client_secret_post' }, { token_endpoint_auth_method: 'client_secret_basic' }, {}])(
    'states the method that then works: %j',
    async (metadata) => {
      const client = await register(app, { token_endpoint_auth_method: undefined, ...metadata });
      const { client_id: id, client_secret: secret = '', token_endpoint_auth_method: method } = client;
      expect(method === 'none').toBe(secret === '');
      const inBody = { client_id: id, ...(method === 'client_secret_post' && { client_secret: secret }) };
      const basic = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
      const parameters = { grant_type: 'refresh_token', refresh_token: 'vitae_rt_x', ...(method !== 'client_secret_basic' && inBody) };
      const refusal = await attack(app, form(app, TOKEN, parameters, method === 'client_secret_basic' ? basic : {}));
      expect([refusal.status, refusal.error]).toEqual([400, 'invalid_grant']);
    },
  );

  // security case 17
  it.each<Readonly<Record<string, unknown>>>([
    { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' }] } },
    { jwks: { keys: [{ kty: 'oct', k: 'AA' }] } },
    { jwks: { keys: [] } },
    { jwks: [{ kty: 'EC' }] },
    { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }] }, jwks_uri: 'https://client.example/jwks' },
  ])('is refused with the keys %j', async (metadata) => {
    await expectRefused({ token_endpoint_auth_method: 'private_key_jwt', ...metadata });
  });

  // security cases 52, 54, 55
  it.each<Readonly<Record<string, unknown>>>([
    { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://169.254.169.254/jwks' },
    { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://127.0.0.1/jwks' },
    { backchannel_logout_uri: 'http://169.254.169.254/logout' },
    { backchannel_logout_uri: 'https://evil.example/logout' },
  ])('is refused or forgets what would make the server send requests: %j', async (metadata) => {
    const response = await app.fetch(registration(app, metadata));
    const body = (await response.json()) as { readonly client_id?: string };
    const row = body.client_id === undefined ? null : await rowOf(body.client_id);
    expect([201, 400]).toContain(response.status);
    expect([row?.jwksUri ?? null, row?.backchannelLogoutUri ?? null]).toEqual([null, null]);
  });

  // security case 54
  it('sends no request for a sector identifier', async () => {
    const refusal = await attack(app, registration(app, { sector_identifier_uri: 'http://169.254.169.254/', redirect_uris: [] }));
    expect(refusal.status).toBe(400);
  });

  // security case 18
  it.each(['logo_uri', 'client_uri', 'tos_uri', 'policy_uri'])('is refused with a %s that is no https address', async (member) => {
    for (const uri of [
      'javascript:alert(1)',
      'data:text/html,x',
      'http://169.254.169.254/',
      'not a uri',
      '\tjavascript:alert(1)',
      'file:///x',
    ]) {
      await expectRefused({ [member]: uri }, 'invalid_client_metadata');
    }
  });

  // security case 19
  it.each(['x'.repeat(10_000), 'x'.repeat(81), 'a\u202eb', 'a\u200bb', 'a\u0007b', 'a\nb', ' ', '\u2066x'])(
    'is refused with the name %.10j',
    async (name) => {
      await expectRefused({ client_name: name }, 'invalid_client_metadata');
    },
  );

  // security case 19
  it('keeps markup in a name as the text it is', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const client = await register(app, { client_name: name });
    expect((await rowOf(client.client_id)).name).toBe(name);
    const page = await ada.browser.open(authorizePath(app, client.client_id, createVerifier().challenge));
    expect(page.html).not.toContain('<img');
    expect(page.heading()).toContain(name);
  });

  // security cases 21, 70
  it('gets no scope that there is not, and none beyond what it registered for', async () => {
    const client = await register(app, { scope: 'admin:* resumes:read unknown' });
    const { scopes } = await rowOf(client.client_id);
    expect((scopes ?? []).filter((scope) => /admin|unknown/.test(scope))).toEqual([]);
    const response = await app.fetch(registration(app, { scope: 'admin:* unknown' }));
    const body = (await response.json()) as { readonly scope?: string };
    expect(body.scope ?? '').not.toMatch(/admin|unknown/);
  });

  // security case 27
  it('is answered so that no client stumbles: whole numbers, no null, no cache', async () => {
    for (const method of ['none', 'client_secret_post']) {
      const response = await app.fetch(registration(app, { token_endpoint_auth_method: method, client_uri: null, logo_uri: '' }));
      expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store']);
      const body = (await response.json()) as Readonly<Record<string, unknown>>;
      expect(Object.entries(body).filter(([, value]) => value === null)).toEqual([]);
      expect(Number.isInteger(body['client_id_issued_at'])).toBe(true);
      expect(body['client_secret'] === undefined || Number.isInteger(body['client_secret_expires_at'])).toBe(true);
      // security case 31
      expect(body['registration_client_uri']).toBeUndefined();
      expect(body['registration_access_token']).toBeUndefined();
    }
  });

  // security case 28
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json-evil'])(
    'is refused as %s',
    async (type) => {
      const refusal = await attack(app, json(app, REGISTER, { redirect_uris: [REDIRECT_URI] }, { 'content-type': type }));
      expect([400, 415]).toContain(refusal.status);
    },
  );

  // security case 29
  it('from another site with a person’s cookies belongs to nobody', async () => {
    const headers = { cookie: ada.browser.cookies.header() ?? '', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const response = await app.fetch(registration(app, {}, headers));
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    const body = (await response.json()) as { readonly client_id?: string };
    const row = body.client_id === undefined ? null : await rowOf(body.client_id);
    expect(row?.userId ?? null).toBeNull();
    const own = await ada.browser.fetch(REGISTER, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none' }),
    });
    const { client_id } = (await own.json().catch(() => ({}))) as { readonly client_id?: string };
    expect(client_id === undefined ? null : (await rowOf(client_id)).userId).toBeNull();
  });

  // security case 30
  it('with a token that is none is refused, not taken for one without', async () => {
    const refusal = await attack(app, registration(app, {}, { authorization: 'Bearer junk' }));
    expect([refusal.status, refusal.error]).toEqual([401, 'invalid_token']);
  });

  // security case 32
  it('is judged by the value it keeps when a member stands twice', async () => {
    const twice = (first: string, second: string) =>
      `{"redirect_uris":["${first}"],"redirect_uris":["${second}"],"token_endpoint_auth_method":"none"}`;
    expect((await attack(app, json(app, REGISTER, twice(REDIRECT_URI, 'javascript:alert(1)')))).status).toBe(400);
    const response = await app.fetch(json(app, REGISTER, twice('javascript:alert(1)', REDIRECT_URI)));
    expect(response.status).toBe(201);
    const { client_id } = (await response.json()) as { readonly client_id: string };
    expect((await rowOf(client_id)).redirectUris).toEqual([REDIRECT_URI]);
  });

  // security case 33
  it('pollutes no prototype', async () => {
    const body = `{"redirect_uris":["${REDIRECT_URI}"],"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`;
    await app.fetch(json(app, REGISTER, body));
    expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
  });

  // security cases 10, 119
  it.each(['client_name', 'client_uri', 'software_id'])('is refused with a NUL in %s', async (member) => {
    await expectRefused({ [member]: 'a\0b' });
  });

  // security case 53
  it('never has its logo loaded by a page', async () => {
    const client = await register(app, { logo_uri: 'https://client.example/logo.png' });
    const page = await ada.browser.open(authorizePath(app, client.client_id, createVerifier().challenge));
    expect(page.html).not.toContain('logo.png');
    expect(page.headers.get('content-security-policy')).toContain("img-src 'self'");
    expect((await attack(app, navigation(app, '/register'))).status).toBeGreaterThanOrEqual(400);
  });
});
