import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthGrantCode } from '../../src/db/schema/grants.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { attack } from './support/attack.ts';
import { issueCode, readTokens, redemption, refreshing, type IssuedCode } from './support/codes.ts';
import { TOKEN, createVerifier, form, json, navigation, register, type Parameters } from './support/requests.ts';

let app: TestApp;
let ada: Person;
let issued: IssuedCode;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
  issued = await issueCode(app, ada);
  // The first redemption ever makes the signing key; no refusal shall look like it did.
  await readTokens(await app.fetch(redemption(app, await issueCode(app, ada))));
});
afterAll(() => app.close());

const callMcp = (accessToken: string) =>
  app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${accessToken}` }));

/** Counts as an attempt at the code, which is the one row a wrong redemption may change. */
async function expectRefused(request: Request, status: number, error: string): Promise<void> {
  const response = await app.fetch(request);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toMatchObject({ error });
  expect(response.status).toBe(status);
}

describe('an authorization code', () => {
  // security case 103
  it('ends everything it led to when it is used again', async () => {
    const code = await issueCode(app, ada);
    const tokens = await readTokens(await app.fetch(redemption(app, code)));
    expect((await callMcp(tokens.access_token)).status).toBe(200);
    await expectRefused(redemption(app, code), 400, 'invalid_grant');
    expect((await callMcp(tokens.access_token)).status).toBe(401);
    await expectRefused(refreshing(app, code.clientId, tokens.refresh_token ?? ''), 400, 'invalid_grant');
  });

  // security case 105
  it('is of no use to another client, and stays good for its own', async () => {
    const code = await issueCode(app, ada);
    const other = await register(app);
    const refusal = await attack(app, redemption(app, { ...code, clientId: other.client_id }));
    expect([refusal.status, refusal.error]).toEqual([400, 'invalid_grant']);
    const tokens = await readTokens(await app.fetch(redemption(app, code)));
    expect((await callMcp(tokens.access_token)).status).toBe(200);
  });

  // security cases 63, 106, 107
  it.each<[string, Parameters]>([
    ['another redirect URI', { redirect_uri: 'https://client.example/other' }],
    ['no redirect URI', { redirect_uri: null }],
    ['another verifier', { code_verifier: createVerifier().verifier }],
    ['no verifier', { code_verifier: null }],
    ['a verifier of 42 characters', { code_verifier: 'a'.repeat(42) }],
    ['a verifier of 129 characters', { code_verifier: 'a'.repeat(129) }],
    ['a verifier outside the alphabet', { code_verifier: `${'a'.repeat(43)}+/` }],
  ])('is refused with %s and not spent', async (_what, overrides) => {
    const code = await issueCode(app, ada);
    await expectRefused(redemption(app, code, overrides), 400, 'invalid_grant');
    await readTokens(await app.fetch(redemption(app, code)));
  });

  // security case 106
  it('is dead after five wrong attempts', async () => {
    const code = await issueCode(app, ada);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expectRefused(redemption(app, code, { code_verifier: createVerifier().verifier }), 400, 'invalid_grant');
    }
    await expectRefused(redemption(app, code), 400, 'invalid_grant');
  });

  // security case 116
  it.each(['https://evil.example/mcp', 'http://localhost:3000/other', '/mcp', 'http://localhost:3000/mcp#x'])(
    'is not spent when it is asked for the resource %s',
    async (resource) => {
      const refusal = await attack(app, redemption(app, issued, { resource }));
      expect([refusal.status, refusal.error]).toEqual([400, 'invalid_target']);
    },
  );

  // security case 76
  it('is 128 bits or more, kept as a hash and dead after a minute', async () => {
    const code = await issueCode(app, ada);
    expect(code.code.length).toBeGreaterThanOrEqual(22);
    const rows = await app.db.orm.select().from(oauthGrantCode).where(eq(oauthGrantCode.clientId, code.clientId));
    expect(JSON.stringify(rows)).not.toContain(code.code);
    await app.db.orm
      .update(oauthGrantCode)
      .set({ issuedAt: new Date(Date.now() - 61_000) })
      .where(eq(oauthGrantCode.clientId, code.clientId));
    await expectRefused(redemption(app, code), 400, 'invalid_grant');
  });

  // security case 117
  it('is exchanged for an answer that no cache keeps', async () => {
    const response = await app.fetch(redemption(app, await issueCode(app, ada)));
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('pragma')).toBe('no-cache');
    const body = (await response.json()) as Readonly<Record<string, unknown>>;
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'resumes:read offline_access' });
    expect(String(body['refresh_token'])).toMatch(/^vitae_rt_/);
  });

  // security case 117
  it('brings no refresh token without offline access', async () => {
    const choices = { 'Stay connected until you disconnect it': false };
    const tokens = await readTokens(await app.fetch(redemption(app, await issueCode(app, ada, { choices }))));
    expect(tokens.refresh_token).toBeUndefined();
    expect(tokens.scope).toBe('resumes:read');
  });
});

describe('the client at the token endpoint', () => {
  const basic = (id: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });
  let confidential: Awaited<ReturnType<typeof register>>;
  let id: string;
  let secret: string;
  beforeAll(async () => {
    confidential = await register(app, { token_endpoint_auth_method: 'client_secret_basic' });
    id = confidential.client_id;
    secret = confidential.client_secret ?? '';
  });

  // security case 108
  it('is refused with its secret twice', async () => {
    const request = form(
      app,
      TOKEN,
      { grant_type: 'refresh_token', refresh_token: 'vitae_rt_x', client_id: id, client_secret: secret },
      basic(id, secret),
    );
    const refusal = await attack(app, request);
    expect([refusal.status, refusal.error]).toEqual([400, 'invalid_request']);
  });

  // security case 108
  it('is told the same when it is unknown and when its secret is wrong', async () => {
    const answers: unknown[] = [];
    for (const [client, password] of [
      [id, 'wrong'],
      ['nobody', 'wrong'],
      [id, ''],
    ] as const) {
      const request = form(app, TOKEN, { grant_type: 'refresh_token', refresh_token: 'vitae_rt_x' }, basic(client, password));
      const refusal = await attack(app, request);
      answers.push([refusal.status, refusal.error, refusal.headers.get('www-authenticate')?.split(' ')[0]]);
    }
    expect(answers).toEqual(answers.map(() => [401, 'invalid_client', 'Basic']));
  });

  // security case 108
  it.each([
    'Basic %%%',
    'Basic',
    'Basic Og==',
    `Basic ${Buffer.from('%zz:%zz').toString('base64')}`,
    `Basic ${Buffer.from('a\0b:c').toString('base64')}`,
  ])('is refused with the malformed header %s', async (authorization) => {
    const refusal = await attack(app, form(app, TOKEN, { grant_type: 'refresh_token', refresh_token: 'vitae_rt_x' }, { authorization }));
    expect([400, 401]).toContain(refusal.status);
    expect(['invalid_client', 'invalid_request']).toContain(refusal.error);
  });

  // security cases 109, 110
  it('is refused by another method than its own, and with a secret that it does not have', async () => {
    const parameters = { grant_type: 'refresh_token', refresh_token: 'vitae_rt_x' };
    const attempts = [
      form(app, TOKEN, { ...parameters, client_id: id }),
      form(app, TOKEN, { ...parameters, client_id: issued.clientId, client_secret: 'invented' }),
      form(app, TOKEN, parameters, basic(issued.clientId, 'invented')),
      form(app, TOKEN, { ...parameters, client_id: 'nobody' }),
      form(app, TOKEN, parameters),
    ];
    for (const request of attempts) {
      const refusal = await attack(app, request);
      expect([refusal.status === 401 || refusal.status === 400, refusal.error]).toEqual([
        true,
        expect.stringMatching(/^invalid_(client|request)$/),
      ]);
    }
  });
});

describe('a malformed token request', () => {
  const good = () => ({ grant_type: 'authorization_code', client_id: issued.clientId, code: issued.code, code_verifier: issued.verifier });

  // security case 111
  it('is refused as JSON, by GET and with credentials in the query', async () => {
    expect((await attack(app, json(app, TOKEN, good()))).status).toBe(415);
    const query = new URLSearchParams(good()).toString();
    expect([404, 405]).toContain((await attack(app, navigation(app, `${TOKEN}?${query}`))).status);
    const inQuery = await attack(app, form(app, `${TOKEN}?${query}`, {}));
    expect([400, 401]).toContain(inQuery.status);
  });

  // security case 112
  it.each([
    'application/x-www-form-urlencoded-evil',
    'text/plain; application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
  ])('is refused as %s', async (type) => {
    const refusal = await attack(app, form(app, TOKEN, good(), { 'content-type': type }));
    expect([400, 415]).toContain(refusal.status);
  });

  // security case 113
  it.each(['code', 'grant_type', 'client_id', 'code_verifier', 'redirect_uri'])('is refused when %s stands twice', async (name) => {
    const parameters: Record<string, string> = { ...good(), redirect_uri: issued.redirectUri };
    const refusal = await attack(app, form(app, TOKEN, { ...parameters, [name]: [parameters[name] ?? '', parameters[name] ?? ''] }));
    expect([refusal.status, refusal.error]).toEqual([400, 'invalid_request']);
  });

  // security case 114
  it.each([
    'password',
    'implicit',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'nonsense',
  ])('is refused with the grant type %s', async (type) => {
    const refusal = await attack(app, form(app, TOKEN, { ...good(), grant_type: type, username: ada.email, password: ada.password }));
    expect([refusal.status, refusal.error]).toEqual([400, 'unsupported_grant_type']);
  });

  // security case 115
  it('is refused with client credentials', async () => {
    const refusal = await attack(
      app,
      form(app, TOKEN, { grant_type: 'client_credentials', client_id: issued.clientId, scope: 'resumes:read' }),
    );
    expect(refusal.status).toBe(400);
    expect(['unauthorized_client', 'unsupported_grant_type']).toContain(refusal.error);
  });

  // security cases 118, 201
  it('is refused before it is read when it is too large', async () => {
    expect((await attack(app, form(app, TOKEN, { ...good(), code: 'x'.repeat(1_000_000) }))).status).toBe(413);
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_unused, index) => [`p${index}`, 'x']));
    expect((await attack(app, form(app, TOKEN, { ...good(), ...many }))).status).toBe(413);
    const resources = Array.from({ length: 1_000 }, (_unused, index) => `https://evil.example/${index}`);
    expect((await attack(app, redemption(app, issued, { resource: resources }))).status).toBe(400);
  });

  // security case 119
  it.each([
    'code=%00',
    'code=a%00b',
    'code=%ff%fe',
    'code=%ed%a0%80',
    'code=%zz',
    'client_id=a%00b',
    'client_id=%ed%a0%80',
    'refresh_token=%00',
  ])('is a bad request with %s', async (raw) => {
    const rest = new URLSearchParams({ grant_type: raw.startsWith('refresh') ? 'refresh_token' : 'authorization_code' });
    if (!raw.startsWith('client_id')) rest.set('client_id', issued.clientId);
    const refusal = await attack(app, form(app, TOKEN, `${rest.toString()}&${raw}`));
    expect([400, 401]).toContain(refusal.status);
  });
});

// security case 120
it('lets any origin read its answers, never with credentials', async () => {
  for (const origin of ['https://app.example', 'null']) {
    const refusal = await attack(app, form(app, TOKEN, { grant_type: 'nonsense' }, { origin }));
    expect(refusal.headers.get('access-control-allow-origin')).toBe('*');
    expect(refusal.headers.get('access-control-allow-credentials')).toBeNull();
  }
});

// security case 122
it('writes no code, token or secret into the log', async () => {
  const code = await issueCode(app, ada);
  const tokens = await readTokens(await app.fetch(redemption(app, code)));
  await app.fetch(refreshing(app, code.clientId, tokens.refresh_token ?? ''));
  const log = JSON.stringify(app.logs());
  for (const value of [code.code, code.verifier, tokens.access_token, tokens.refresh_token ?? '', ada.password]) {
    expect(log).not.toContain(value);
  }
});
