import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { authorize, connect, redeem, refresh, toTokens } from './support/connect.ts';
import { PATHS, postForm, present, registerClient, type CredentialStyle, type Parameters, type RegisteredClient } from './support/wire.ts';

const REDIRECT_URI = 'https://client.example/callback';

describe('the token endpoint and the spellings of real clients', () => {
  let app: TestApp;
  let ada: Person;
  let publicClient: RegisteredClient;
  let postClient: RegisteredClient;
  let basicClient: RegisteredClient;

  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
    const registered = (method: string) =>
      registerClient(app, { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: method }, REDIRECT_URI);
    publicClient = await registered('none');
    postClient = await registered('client_secret_post');
    basicClient = await registered('client_secret_basic');
  });
  afterAll(() => app.close());

  const styles: readonly CredentialStyle[] = ['body', 'basic_raw', 'basic_encoded'];

  // proves token:client-authentication
  it.each(styles)('takes the secret of a client registered for either method as %s, for codes and refresh tokens', async (style) => {
    for (const client of [postClient, basicClient]) {
      const tokens = await connect(app, ada, client, { style });
      expect((await refresh(app, client, tokens.refreshToken, { style })).status).toBe(200);
    }
  });

  // proves token:client-authentication
  it.each(['id_only', 'empty_secret', 'basic_empty_secret'] as const)('takes a public client that authenticates by %s', async (style) => {
    const tokens = await connect(app, ada, publicClient, { style });
    expect((await refresh(app, publicClient, tokens.refreshToken, { style })).status).toBe(200);
  });

  // security case 108
  // proves token:one-credential
  it('refuses two sets of credentials at once and leaves the code alone', async () => {
    const callback = await authorize(app, ada, postClient);
    const { headers } = present(postClient, 'basic_raw');
    const both = await postForm(app, PATHS.token, { ...code(callback), client_secret: postClient.secret }, headers);
    expect(both).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect((await redeem(app, postClient, callback)).status).toBe(200);
  });

  // security cases 108, 109, 110
  it.each([
    ['a wrong secret in the body', () => ({ client: { ...postClient, secret: 'wrong' }, style: 'body' as const })],
    ['a wrong secret by Basic', () => ({ client: { ...postClient, secret: 'wrong' }, style: 'basic_raw' as const })],
    ['no secret', () => ({ client: postClient, style: 'id_only' as const })],
    ['a secret of a public client', () => ({ client: { ...publicClient, secret: 'any' }, style: 'body' as const })],
    ['a client nobody knows', () => ({ client: { ...publicClient, id: 'nobody' }, style: 'id_only' as const })],
    ['a client nobody knows, by Basic', () => ({ client: { ...postClient, id: 'nobody' }, style: 'basic_raw' as const })],
  ])('answers 401 invalid_client with a challenge for %s', async (_case, build) => {
    const { client, style } = build();
    const answer = await redeem(app, client, { url: new URL(REDIRECT_URI), code: 'x', verifier: 'y' }, { style });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(answer.headers.get('cache-control')).toContain('no-store');
  });

  // security case 108
  it.each(['Basic', 'Basic !!!', 'Basic bm9jb2xvbg==', `Basic ${Buffer.from('a%zz:b').toString('base64')}`])(
    'answers 401 invalid_client for the header %s',
    async (authorization) => {
      const answer = await postForm(app, PATHS.token, { grant_type: 'refresh_token', refresh_token: 'x' }, { authorization });
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    },
  );

  it.each([
    ['no grant type', {}],
    ['an unknown grant type', { grant_type: 'urn:example:other' }],
    ['a malformed redirect URI', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'javascript:1' }],
    ['a foreign resource', { grant_type: 'refresh_token', refresh_token: 'x', resource: 'https://other.example/' }],
  ])('says that the client is unknown before anything about %s', async (_case, parameters) => {
    const answer = await postForm(app, PATHS.token, { client_id: 'nobody', ...parameters });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it.each([
    ['a dead code', { code: 'dead' }, {}],
    ['another verifier', {}, { code_verifier: 'v'.repeat(43) }],
    ['no verifier', {}, { code_verifier: null }],
    ['another redirect URI', {}, { redirect_uri: 'https://client.example/other' }],
  ])('answers 400 invalid_grant for %s', async (_case, changed, parameters) => {
    const callback = await authorize(app, ada, publicClient);
    const answer = await redeem(app, publicClient, { ...callback, ...changed }, { parameters });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  // proves token:invalid-grant
  it('answers 400 invalid_grant for a refresh token nobody issued, with and without our prefix', async () => {
    for (const dead of ['vitae_rt_unknown', 'unknown']) {
      expect(await refresh(app, publicClient, dead)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    }
  });

  // security case 113
  it('refuses a repeated parameter, except our resource', async () => {
    const { refreshToken } = await connect(app, ada, publicClient);
    const repetitions: readonly Parameters[] = [
      { client_id: [publicClient.id, publicClient.id] },
      { refresh_token: [refreshToken, refreshToken] },
    ];
    for (const repeated of repetitions) {
      const answer = await refresh(app, publicClient, refreshToken, { parameters: repeated });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    }
    const resource = [app.mcpUrl, `${app.mcpUrl}/`];
    expect((await refresh(app, publicClient, refreshToken, { parameters: { resource } })).status).toBe(200);
  });

  it('goes on rotating whatever a refresh says about scope and resource', async () => {
    let { refreshToken } = await connect(app, ada, publicClient);
    const variants: readonly Parameters[] = [
      {},
      { scope: 'resumes:read' },
      { scope: '' },
      { scope: 'offline_access resumes:read', resource: app.mcpUrl },
      { resource: `${app.mcpUrl}/` },
      { resource: '' },
      { resource: app.origin },
      { resource: app.mcpUrl.toUpperCase().replace('/MCP', '/mcp') },
    ];
    for (const parameters of variants) {
      const next = toTokens(await refresh(app, publicClient, refreshToken, { parameters }));
      expect(next.refreshToken).not.toBe(refreshToken);
      refreshToken = next.refreshToken;
    }
  });

  // proves refresh:never-widens
  it('takes the scopes the client began with on refresh, whatever the person unticked, and grants none of those', async () => {
    const asked = 'resumes:read resumes:write';
    const tokens = await connect(app, ada, publicClient, {
      parameters: { scope: `${asked} claudeai`, prompt: 'consent' },
      choices: { [SCOPE_DESCRIPTIONS['resumes:write']]: false },
    });
    expect(tokens.scope).toBe('resumes:read offline_access');
    let { refreshToken } = tokens;
    for (const scope of [asked, `${asked} offline_access`, `${asked} claudeai`]) {
      const next = toTokens(await refresh(app, publicClient, refreshToken, { parameters: { scope } }));
      expect(next.scope).toBe('resumes:read offline_access');
      refreshToken = next.refreshToken;
    }
    for (const scope of ['resumes:delete', `${asked} openid`]) {
      const refusal = await refresh(app, publicClient, refreshToken, { parameters: { scope } });
      expect(refusal).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
    }
  });

  it('refuses another resource on refresh without spending the token', async () => {
    const { refreshToken } = await connect(app, ada, publicClient);
    const other = await refresh(app, publicClient, refreshToken, { parameters: { resource: 'https://other.example/mcp' } });
    expect(other).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
    expect((await refresh(app, publicClient, refreshToken)).status).toBe(200);
  });

  it('answers the guessed path exactly like the real one', async () => {
    const callback = await authorize(app, ada, publicClient);
    const tokens = toTokens(await redeem(app, publicClient, callback, { path: '/token' }));
    expect((await refresh(app, publicClient, tokens.refreshToken, { path: '/token' })).status).toBe(200);
  });
});

function code(callback: { readonly code: string; readonly verifier: string }) {
  return { grant_type: 'authorization_code', code: callback.code, redirect_uri: REDIRECT_URI, code_verifier: callback.verifier };
}
