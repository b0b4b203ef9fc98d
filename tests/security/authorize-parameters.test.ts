import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { attack } from './support/attack.ts';
import { expectLocalError, expectRedirectError } from './support/authorization.ts';
import { issueCode, readTokens, redemption } from './support/codes.ts';
import { AUTHORIZE, REDIRECT_URI, authorizePath, createVerifier, navigation, register, type Parameters } from './support/requests.ts';

let app: TestApp;
let ada: Person;
let clientId: string;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
  clientId = (await register(app)).client_id;
});
afterAll(() => app.close());

function ask(overrides: Parameters = {}, headers: Readonly<Record<string, string>> = {}): Request {
  return navigation(app, authorizePath(app, clientId, createVerifier().challenge, overrides), headers);
}

function cookieOf(person: Person): { readonly cookie: string } {
  return { cookie: person.browser.cookies.header() ?? '' };
}

describe('the parameters', () => {
  const challenge = createVerifier().challenge;
  let headers: Readonly<Record<string, string>>;
  beforeEach(() => {
    headers = cookieOf(ada);
  });

  // security cases 60, 61, 62
  // proves authorize:pkce-s256
  it.each<[string, Parameters]>([
    ['no challenge', { code_challenge: null, code_challenge_method: null }],
    ['a method without a challenge', { code_challenge: null }],
    ['the method plain', { code_challenge_method: 'plain' }],
    ['no method', { code_challenge_method: null }],
    ['a challenge of 42 characters', { code_challenge: challenge.slice(1) }],
    ['a challenge of 44 characters', { code_challenge: `${challenge}A` }],
    ['a challenge with characters outside base64url', { code_challenge: `${challenge.slice(1)}+` }],
    ['a padded challenge', { code_challenge: `${challenge.slice(1)}=` }],
  ])('tell the client invalid_request for %s', async (_what, overrides) => {
    await expectRedirectError(app, ask(overrides, headers), 'invalid_request');
  });

  // security case 64
  it.each<[string | null, string]>([
    ['token', 'unsupported_response_type'],
    ['id_token', 'unsupported_response_type'],
    ['code token', 'unsupported_response_type'],
    [null, 'invalid_request'],
  ])('refuse the response type %s', async (responseType, error) => {
    await expectRedirectError(app, ask({ response_type: responseType }, headers), error);
  });

  // security case 65
  // proves authorize:repeated-parameter
  it.each(['client_id', 'redirect_uri'])('are refused on our own page when %s stands twice', async (name) => {
    const once: Record<string, string> = { client_id: clientId, redirect_uri: REDIRECT_URI };
    await expectLocalError(app, ask({ [name]: [once[name] ?? '', once[name] ?? ''] }, headers));
    await expectLocalError(app, ask({ [name]: [once[name] ?? '', 'https://evil.example/callback'] }, headers));
  });

  // security cases 64, 65
  it.each<[string, readonly [string, string]]>([
    ['state', ['state-1', 'state-2']],
    ['scope', ['resumes:read', 'resumes:write']],
    ['response_type', ['code', 'token']],
    ['code_challenge', [challenge, challenge]],
  ])('yield no code when %s stands twice', async (name, values) => {
    const refusal = await attack(app, ask({ [name]: values }, headers));
    expect(refusal.status === 400 || refusal.location?.searchParams.get('error') === 'invalid_request').toBe(true);
    expect(refusal.location?.searchParams.has('code') ?? false).toBe(false);
  });

  // security cases 66, 54
  it.each<[Parameters, string]>([
    [{ request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    [{ request_uri: 'https://evil.example/request' }, 'request_uri_not_supported'],
  ])('refuse %j and fetch nothing', async (overrides, error) => {
    await expectRedirectError(app, ask(overrides, headers), error);
  });

  // security case 67
  // proves authorize:prompt-none
  it('answer prompt=none with an error to the client, never with a page', async () => {
    await expectRedirectError(app, ask({ prompt: 'none' }), 'login_required');
    await expectRedirectError(app, ask({ prompt: 'none', client_id: (await register(app)).client_id }, headers), 'consent_required');
  });

  // security case 69
  it.each(['nonsense', 'admin:*', 'a"b', 'a\\b', 'a\tb', 'x'.repeat(20_000)])('refuse the scope %.20s', async (scope) => {
    const refusal = await attack(app, ask({ scope }, headers));
    expect(refusal.status === 400 || refusal.location?.searchParams.get('error') === 'invalid_scope').toBe(true);
    expect(refusal.location?.searchParams.has('code') ?? false).toBe(false);
  });

  // security case 71
  it.each<[string, string | readonly string[]]>([
    ['another server', 'https://evil.example/mcp'],
    ['another path', 'http://localhost:3000/other'],
    ['a relative one', '/mcp'],
    ['one with a fragment', 'http://localhost:3000/mcp#x'],
    ['a foreign one beside ours', ['http://localhost:3000/mcp', 'https://evil.example/mcp']],
    ['ten', Array.from({ length: 10 }, (_unused, index) => `https://evil.example/${index}`)],
  ])('refuse a resource: %s', async (_what, resource) => {
    await expectRedirectError(app, ask({ resource }, headers), 'invalid_target');
  });

  // security case 72
  // proves authorize:default-resource
  it('bind a token to the one resource when none is named', async () => {
    const issued = await issueCode(app, ada, { overrides: { resource: null } });
    const { access_token } = await readTokens(await app.fetch(redemption(app, issued, { resource: null })));
    const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString()) as { aud: unknown };
    expect(claims.aud).toBe(app.mcpUrl);
  });

  // security case 73
  it.each(['a\r\nset-cookie: x=1', 'x&iss=https://evil.example', 'héllo 世界 %0d%0a', 'x'.repeat(4096)])(
    'give the state %.20s back as it was',
    async (state) => {
      const refusal = await attack(app, ask({ state, prompt: 'none', response_type: 'token' }, headers));
      expect(refusal.headers.get('set-cookie')).toBeNull();
      expect(refusal.location?.searchParams.getAll('state')).toEqual([state]);
      expect(refusal.location?.searchParams.getAll('iss')).toEqual([app.origin]);
    },
  );

  // security cases 73, 201
  it('refuse a state that is too long to be carried', async () => {
    const refusal = await attack(app, ask({ state: 'x'.repeat(4097) }, headers));
    expect(refusal.status).toBe(400);
    expect(refusal.location).toBeNull();
  });

  // security case 64
  it('answer in the query although the fragment is asked for', async () => {
    await expectRedirectError(app, ask({ response_mode: 'fragment', prompt: 'none' }), 'login_required');
  });

  // security case 84
  it('say nothing about whether an address exists', async () => {
    const answers = [ada.email, 'nobody@example.org', '<script>'].map(async (hint) => {
      const refusal = await attack(app, ask({ login_hint: hint, id_token_hint: 'junk' }));
      return [refusal.status, refusal.location?.pathname];
    });
    const [first, ...others] = await Promise.all(answers);
    for (const other of others) expect(other).toEqual(first);
  });

  // security case 83
  it.each(['OPTIONS', 'PUT', 'DELETE'])('yield nothing to %s', async (method) => {
    const refusal = await attack(app, new Request(`${app.origin}${AUTHORIZE}?client_id=${clientId}`, { method, headers }));
    expect(refusal.status).toBeGreaterThanOrEqual(400);
    expect(refusal.location).toBeNull();
  });

  // security case 81
  it('ask for the password again with max_age=0', async () => {
    const { location } = await attack(app, ask({ max_age: '0' }, headers));
    expect(location?.pathname).toBe('/sign-in');
  });
});
