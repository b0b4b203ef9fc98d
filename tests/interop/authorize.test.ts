import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESUME_SCOPES } from '../../src/authorization-server/scopes.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { authorize, redeem, refresh, toTokens } from './support/connect.ts';
import { authorizeUrl, createVerifier, registerClient, type Parameters, type RegisteredClient } from './support/wire.ts';

const REDIRECT_URI = 'https://client.example/callback';
const PATH = '/authorize';

describe('the authorization endpoint and the spellings of real clients', () => {
  let app: TestApp;
  let ada: Person;
  let client: RegisteredClient;

  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
    client = await registerClient(app, { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none' }, REDIRECT_URI);
  });
  afterAll(() => app.close());

  /** As this client would be asked anew: consent of before does not count. */
  const connect = async (parameters: Parameters) => {
    const callback = await authorize(app, ada, client, { parameters: { prompt: 'consent', ...parameters } });
    return toTokens(await redeem(app, client, callback));
  };

  // proves authorize:default-resource
  it.each<[string, (resource: string) => string | readonly string[] | null]>([
    ['as published', (resource) => resource],
    ['with a slash', (resource) => `${resource}/`],
    ['in upper case', (resource) => resource.replace('http://localhost', 'HTTP://LOCALHOST')],
    ['the bare origin', (resource) => new URL(resource).origin],
    ['the origin with a slash', (resource) => `${new URL(resource).origin}/`],
    ['empty', () => ''],
    ['twice empty', () => ['', '']],
    ['absent', () => null],
    ['twice', (resource) => [resource, resource]],
    ['twice, with and without a slash', (resource) => [`${resource}/`, resource]],
    ['once and once empty', (resource) => [resource, '']],
  ])('takes the resource %s for the one there is, at consent, code and refresh', async (_spelling, spell) => {
    const resource = spell(app.mcpUrl);
    const callback = await authorize(app, ada, client, { parameters: { resource, prompt: 'consent' } });
    const tokens = toTokens(await redeem(app, client, callback, { parameters: { resource } }));
    const refreshed = toTokens(await refresh(app, client, tokens.refreshToken, { parameters: { resource } }));
    for (const { accessToken } of [tokens, refreshed]) expect([decodeJwt(accessToken).aud].flat()).toContain(app.mcpUrl);
  });

  // proves authorize:scopes-narrowed
  it.each<[string | null, readonly string[]]>([
    ['resumes:read', ['resumes:read', 'offline_access']],
    [' resumes:read  resumes:read', ['resumes:read', 'offline_access']],
    ['claudeai resumes:read', ['resumes:read', 'offline_access']],
    ['user mcp:tools resumes:write offline_access', ['resumes:write', 'offline_access']],
    ['openid email profile', ['openid', 'email', 'profile', 'offline_access']],
  ])('narrows the scope "%s" to what is known', async (scope, granted) => {
    expect((await connect({ scope })).scope.split(' ').toSorted()).toEqual(granted.toSorted());
  });

  // Claude has asked for " offline_access" (claude-ai-mcp #96), ChatGPT for "" (fastmcp #1794), old builds of Claude Code for nothing.
  // proves authorize:scopes-narrowed
  it.each([null, '', ' offline_access', 'offline_access offline_access'])(
    'takes the scope "%s" for no scope in particular',
    async (scope) => {
      const { scope: granted } = await connect({ scope });
      expect(granted.split(' ')).toEqual(expect.arrayContaining([...RESUME_SCOPES, 'offline_access']));
    },
  );

  // proves authorize:scopes-narrowed
  it('tells the client when nothing of its scope is known', async () => {
    const url = authorizeUrl(app, client, createVerifier().challenge, { scope: 'claudeai mcp:tools', state: 'a b' }, PATH);
    const { leavesTo } = await ada.browser.open(url);
    expect(Object.fromEntries(leavesTo?.searchParams ?? [])).toMatchObject({ error: 'invalid_scope', state: 'a b', iss: app.origin });
  });

  it('takes empty parameters for absent ones', async () => {
    const empty = { prompt: '', nonce: '', max_age: '', login_hint: '', claims: '', request: '', ui_locales: '' };
    const callback = await authorize(app, ada, client, { parameters: { ...empty, scope: 'resumes:read resumes:publish' } });
    expect((await redeem(app, client, callback)).status).toBe(200);
  });
});
