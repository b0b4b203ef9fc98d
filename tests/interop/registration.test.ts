import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REGISTRATION_RULES } from '../../src/authorization-server/interop/registration.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { authorize, connect, redeem, refresh } from './support/connect.ts';
import { register, registerClient } from './support/wire.ts';

const BODIES = JSON.parse(readFileSync(new URL('data/registrations.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, unknown>>>
>;
const WEB = { redirect_uris: ['https://client.example/cb'] };
const CURSOR = 'cursor://anysphere.cursor-mcp/oauth/callback';

describe('registration of real clients (RFC 7591)', () => {
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
  });
  afterAll(() => app.close());

  it.each(Object.entries(BODIES))('takes the body of %s and says what is enforced', async (_name, body) => {
    const { status, headers, body: answer } = await register(app, body);
    expect({ status, answer }).toMatchObject({ status: 201 });
    expect(headers.get('cache-control')).toContain('no-store');
    expect(Object.values(answer)).not.toContain(null);
    expect(answer['client_id_issued_at']).toSatisfy(Number.isInteger);
    expect(answer['redirect_uris']).toEqual(body['redirect_uris']);
    expect(answer['grant_types']).toEqual(['authorization_code', 'refresh_token']);
    expect(answer['response_types']).toEqual(['code']);
    expect(answer['token_endpoint_auth_method']).toBe(body['token_endpoint_auth_method'] ?? 'client_secret_basic');
    const isConfidential = answer['token_endpoint_auth_method'] !== 'none';
    expect('client_secret' in answer).toBe(isConfidential);
    expect(answer['client_secret_expires_at']).toBe(isConfidential ? 0 : undefined);
  });

  it('says that a client that registers for codes alone gets refresh tokens too, as it does', async () => {
    const { body: answer } = await register(app, { ...WEB, grant_types: ['authorization_code'], token_endpoint_auth_method: 'none' });
    expect(answer['grant_types']).toEqual(['authorization_code', 'refresh_token']);
  });

  /** For each rule what it is for, and what it must not let through. */
  const cases: Readonly<Record<keyof typeof REGISTRATION_RULES, readonly [Record<string, unknown>, Record<string, unknown>][]>> = {
    emptyMembers: [
      [{ ...WEB, client_name: '', client_uri: null, contacts: [], scope: '', jwks_uri: null }, { redirect_uris: WEB.redirect_uris }],
      [{ ...WEB, grant_types: [], response_types: [], token_endpoint_auth_method: '' }, { response_types: ['code'] }],
    ],
    linksOfThisComputer: [
      [{ ...WEB, client_uri: 'http://localhost:5173', logo_uri: 'http://127.0.0.1:5173/logo.png' }, { redirect_uris: WEB.redirect_uris }],
    ],
    nativeByRedirect: [
      [{ redirect_uris: ['http://localhost:3118/callback'] }, { application_type: 'native' }],
      [{ redirect_uris: ['http://[::1]/callback'] }, { application_type: 'native' }],
      [{ redirect_uris: ['com.example.app:/callback'] }, { application_type: 'native' }],
    ],
    unknownScopes: [
      [{ ...WEB, scope: 'claudeai' }, {}],
      [{ ...WEB, scope: 'resumes:read  unknown' }, {}],
    ],
    unknownGrants: [
      [
        { ...WEB, grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'] },
        { grant_types: ['authorization_code', 'refresh_token'] },
      ],
    ],
    unknownResponseTypes: [[{ ...WEB, response_types: ['code', 'token', 'code token'] }, { response_types: ['code'] }]],
    grantsByDefault: [[WEB, { grant_types: ['authorization_code', 'refresh_token'] }]],
  };

  it.each(Object.entries(cases))('holds the rule %s', async (name, examples) => {
    const rule = Object.entries(REGISTRATION_RULES).find(([key]) => key === name)?.[1];
    expect(rule?.seen.length).toBeGreaterThan(10);
    for (const [body, expected] of examples) {
      const changed = structuredClone(body);
      rule?.apply(changed);
      expect(changed).not.toEqual(body);
      const answer = await register(app, body);
      expect(answer).toMatchObject({ status: 201 });
      expect(answer.body).toMatchObject(expected);
    }
  });

  // security cases 14, 15
  it.each([
    [{ grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] }],
    [{ grant_types: ['client_credentials'] }],
    [{ grant_types: ['password'] }],
    [{ response_types: ['token'] }],
    [{ response_types: ['code token'] }],
    [{ grant_types: ['refresh_token'] }],
    [{ token_endpoint_auth_method: 'tls_client_auth' }],
    [{ application_type: 'browser' }],
  ])('refuses %j, in which nothing is supported', async (metadata) => {
    expect(await register(app, { ...WEB, ...metadata })).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
  });

  // security case 16
  it('gives claude.ai the secret that it names no value for, and takes it at the token endpoint', async () => {
    const body = BODIES['claude.ai (2026, client_secret_post)'] ?? {};
    const client = await registerClient(app, body, 'https://claude.ai/api/mcp/auth_callback');
    expect(client.method).toBe('client_secret_post');
    const callback = await authorize(app, ada, client);
    expect((await redeem(app, client, callback, { style: 'id_only' })).status).toBe(401);
    expect((await redeem(app, client, callback)).status).toBe(200);
  });

  describe('of Cursor, whose scheme has an authority', () => {
    const body = BODIES['Cursor DCR'] ?? {};

    it.each([
      CURSOR,
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
      'http://localhost:49999/callback',
    ])('connects through %s', async (redirectUri) => {
      const client = await registerClient(app, body, redirectUri);
      const tokens = await connect(app, ada, client);
      expect((await refresh(app, client, tokens.refreshToken)).status).toBe(200);
    });

    it('connects an older build that has the scheme alone', async () => {
      const { body: answer } = await register(app, { ...body, redirect_uris: [CURSOR] });
      expect(answer['redirect_uris']).toEqual([CURSOR]);
      const client = { id: String(answer['client_id']), secret: null, method: 'none', redirectUri: CURSOR };
      await connect(app, ada, client);
      const other = { ...client, redirectUri: 'http://127.0.0.1/' };
      await expect(authorize(app, ada, other)).rejects.toThrow('Allow');
    });

    it.each([
      'cursor://anysphere.cursor-mcp/oauth/callback/',
      'cursor://evil/oauth/callback',
      'CURSOR://anysphere.cursor-mcp/oauth/callback',
    ])('is no way in for %s', async (uri) => {
      const answer = await register(app, { redirect_uris: [uri, 'http://localhost/cb'], token_endpoint_auth_method: 'none' });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } });
    });
  });

  it('answers the guessed path exactly like the real one', async () => {
    const body = BODIES['ChatGPT DCR'];
    const [real, guessed] = [await register(app, body), await register(app, body, '/register')];
    expect(guessed.status).toBe(201);
    expect(guessed.body).toEqual(real.body);
  });

  describe('repeated with the same metadata', () => {
    const rows = async () => {
      const result: unknown = await app.db.orm.execute(sql`select count(*)::int as count from oauth_client`);
      return (result as { readonly rows: readonly { readonly count: number }[] }).rows[0]?.count ?? 0;
    };

    // security case 25
    it('gives a hundred parallel public registrations one client', async () => {
      const body = {
        ...BODIES['Zed'],
        redirect_uris: ['http://127.0.0.1:50000/callback'],
        token_endpoint_auth_method: 'none',
        client_name: 'Zed',
      };
      const before = await rows();
      const answers = await Promise.all(Array.from({ length: 100 }, () => register(app, body)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(new Set(answers.map((answer) => answer.body['client_id'])).size).toBe(1);
      expect(await rows()).toBe(before + 1);
    });

    it('takes another loopback port for the same client, and says the port that was asked for', async () => {
      const body = { ...BODIES['Claude Code DCR'] };
      const first = await register(app, body);
      const redirectUri = 'http://localhost:61234/callback';
      const second = await register(app, { ...body, redirect_uris: [redirectUri] });
      expect(second.body).toEqual({ ...first.body, redirect_uris: [redirectUri] });
      const client = { id: String(second.body['client_id']), secret: null, method: 'none', redirectUri };
      expect((await connect(app, ada, client)).scope).toContain('offline_access');
    });

    it('makes a client of its own of any difference, and of every client with a secret', async () => {
      const ids = new Set<unknown>();
      const different = [
        { client_name: 'A' },
        { client_name: 'B' },
        { client_name: 'A', client_uri: 'https://client.example/' },
        { client_name: 'A', redirect_uris: ['https://client.example/other'] },
        { client_name: 'A', redirect_uris: ['http://localhost:1/cb'] },
        { client_name: 'A', redirect_uris: ['http://127.0.0.1:1/cb'] },
        { client_name: 'A', token_endpoint_auth_method: 'client_secret_post' },
        { client_name: 'A', token_endpoint_auth_method: 'client_secret_post' },
      ];
      for (const metadata of different)
        ids.add((await register(app, { ...WEB, token_endpoint_auth_method: 'none', ...metadata })).body['client_id']);
      expect(ids.size).toBe(different.length);
    });

    it('registers anew once the client is gone', async () => {
      const body = { ...WEB, client_name: 'Short-lived', token_endpoint_auth_method: 'none' };
      const first = String((await register(app, body)).body['client_id']);
      await app.db.orm.execute(sql`delete from oauth_client where client_id = ${first}`);
      const second = await register(app, body);
      expect(second.status).toBe(201);
      expect(second.body['client_id']).not.toBe(first);
    });
  });
});
