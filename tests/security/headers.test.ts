import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { attack } from './support/attack.ts';
import { connectClient } from './support/codes.ts';
import { bearer } from './support/mcp.ts';
import { AUTHORIZE, REGISTER, authorizePath, createVerifier, form, json, navigation, register, registration } from './support/requests.ts';

let app: TestApp;
let ada: Person;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
});
afterAll(() => app.close());

const cookie = () => ({ cookie: ada.browser.cookies.header() ?? '' });
const get = (path: string, headers: Readonly<Record<string, string>> = {}) => app.fetch(navigation(app, path, headers));

describe('every page', () => {
  const pages = [
    '/',
    '/sign-in',
    '/sign-up',
    '/error?error=x',
    '/connections',
    '/activity',
    '/api-keys',
    '/account',
    '/resumes',
    '/resumes/import',
    '/connect',
  ];

  async function consentPath(): Promise<string> {
    const { client_id } = await register(app);
    const { url } = await ada.browser.open(authorizePath(app, client_id, createVerifier().challenge));
    return `${url.pathname}${url.search}`;
  }

  // security cases 93, 94, 212, 213
  it.each([...pages, 'consent'])('forbids frames, scripts from text, caches and referrers: %s', async (path) => {
    const { headers, status } = await get(path === 'consent' ? await consentPath() : path, cookie());
    expect(status).toBeLessThan(500);
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split(';').map((part) => {
        const [name = '', ...values] = part.trim().split(' ');
        return [name, values.join(' ')] as const;
      }),
    );
    expect([policy.get('frame-ancestors'), policy.get('base-uri'), policy.get('default-src')]).toEqual(["'none'", "'none'", "'none'"]);
    expect([...policy.values()].join(' ')).not.toMatch(/unsafe-|\*|https?:/);
    expect(policy.get('form-action')).toBe("'self'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('permissions-policy')).toContain('camera=()');
    expect(headers.get('cross-origin-opener-policy')).not.toBeNull();
    expect([headers.get('server'), headers.get('x-powered-by'), headers.get('access-control-allow-origin')]).toEqual([null, null, null]);
  });

  // security cases 95, 221
  it.each([
    '"><script>alert(1)</script>',
    '</title><script>alert(1)</script>',
    "'-alert(1)-'",
    'javascript:alert(1)',
    '${7*7}{{7*7}}',
    '\u202e\u2066<b>',
  ])('shows hostile text as text: %s', async (text) => {
    const encoded = encodeURIComponent(text);
    for (const path of [
      `/error?error=${encoded}&error_description=${encoded}`,
      `/sign-in?login_hint=${encoded}&next=${encoded}`,
      `/sign-up?name=${encoded}`,
      `/${encoded}`,
      `/consent?client_id=${encoded}&scope=${encoded}&state=${encoded}&redirect_uri=${encoded}&sig=${encoded}`,
    ]) {
      const { body, headers } = await attack(app, navigation(app, path, cookie()));
      expect(body).not.toMatch(/<script|href="javascript:|<b>|[^\w]on\w+="/i);
      expect(headers.get('location') ?? '').not.toMatch(/^javascript:/i);
    }
  });
});

describe('names of the server', () => {
  const forged: readonly Readonly<Record<string, string>>[] = [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example' },
    { 'x-forwarded-proto': 'https' },
    { forwarded: 'host=evil.example;proto=https' },
    { 'x-forwarded-prefix': '/evil', 'x-original-url': '/evil', 'x-rewrite-url': '/evil' },
    { host: 'localhost:3000/abc?' },
    { 'x-forwarded-port': '1234' },
  ];

  // security cases 214, 216
  it.each(forged)('come from its settings under %j', async (headers) => {
    const documents = [
      '/.well-known/oauth-protected-resource/mcp',
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
    ];
    for (const path of documents) {
      const spelled = await (await get(path)).text();
      expect(await (await get(path, headers)).text()).toBe(spelled);
      expect(spelled).not.toContain('evil');
    }
    const challenge = await attack(app, new Request(app.mcpUrl, { method: 'POST', headers }));
    expect([401, 403]).toContain(challenge.status);
    expect(challenge.headers.get('www-authenticate') ?? '').not.toContain('evil');
    const authorize = await attack(app, navigation(app, `${AUTHORIZE}?client_id=nobody`, headers));
    expect(authorize.location?.host ?? new URL(app.origin).host).toBe(new URL(app.origin).host);
  });

  // security case 214
  it('are never learned from another spelling of its address', async () => {
    const request = new Request('http://evil.example/.well-known/oauth-protected-resource/mcp');
    expect(await (await app.fetch(request)).json()).toMatchObject({ resource: app.mcpUrl, authorization_servers: [app.origin] });
    const { access_token } = await connectClient(app, ada);
    const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString()) as { readonly iss: string };
    expect(claims.iss).toBe(app.origin);
  });
});

describe('a path that is almost another', () => {
  const spellings = [
    '//api/auth/oauth2/register',
    '/api/auth/oauth2/register/',
    '/%61pi/auth/oauth2/register',
    '/api/auth/oauth2/register;x',
    '/api/auth/./oauth2/register',
    '/api/auth/x/../oauth2/register',
    '/API/auth/oauth2/register',
    '/api/auth/oauth2/REGISTER',
    '/api/auth//oauth2/register',
    '/api/auth/oauth2/register%00',
    '/api/auth/oauth2%2fregister',
    '/api/auth/oauth2/register%20',
    '/api/auth%2f..%2fauth/oauth2/register',
  ];

  // security case 215
  it.each(spellings)('is nothing, or is judged by the same rules: %s', async (path) => {
    const bad = registration(app, { redirect_uris: ['javascript:alert(1)'] });
    const refusal = await attack(app, new Request(`${app.origin}${path}`, bad));
    expect([400, 404, 405, 413]).toContain(refusal.status);
    const large = await attack(app, json(app, `${app.origin}${path}`, { client_name: 'x'.repeat(100_000) }));
    expect([404, 405, 413]).toContain(large.status);
  });

  // security case 217
  it.each([
    '/mcpx',
    '/mcp-evil',
    '/mcp/evil',
    '/api/authx',
    '/api/auth-evil/jwks',
    '/.well-known/oauth-protected-resourcex',
    '/mcp%2f',
    '/MCP',
  ])('is not taken for another: %s', async (path) => {
    const refusal = await attack(app, new Request(`${app.origin}${path}`, { method: 'POST', headers: bearer('x') }));
    expect([403, 404, 405]).toContain(refusal.status);
    expect(refusal.headers.get('www-authenticate')).toBeNull();
  });

  // security case 222
  it.each(['x-http-method-override', 'x-method-override', 'x-http-method'])('is not sent by %s', async (name) => {
    const refusal = await attack(app, navigation(app, REGISTER, { [name]: 'POST' }));
    expect([404, 405]).toContain(refusal.status);
    const posted = await attack(app, form(app, '/connections?_method=DELETE', { _method: 'DELETE' }, { ...cookie(), [name]: 'DELETE' }));
    expect(posted.status).toBeGreaterThanOrEqual(400);
  });

  // security case 179
  it.each(['/api/auth/error', '/api/auth/ok', '/api/auth/reference', '/api/auth/open-api/generate-schema', '/api/auth/list-sessions'])(
    'opens nothing of the library without a session: %s',
    async (path) => {
      const refusal = await attack(app, navigation(app, path));
      expect(refusal.status).toBeLessThan(500);
      expect(refusal.body).not.toMatch(/token|secret/i);
    },
  );
});

describe('sign-in', () => {
  const credentials = () => ({ email: ada.email, password: ada.password });

  // security case 220
  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/%5cevil.example',
    'http://localhost:3000@evil.example',
  ])('leads nowhere else with %s', async (target) => {
    const api = await app.fetch(json(app, '/api/auth/sign-in/email', { ...credentials(), callbackURL: target }, { origin: app.origin }));
    expect([api.status === 403 || api.status === 400, (await api.text()).includes('session')]).not.toEqual([false, true]);
    const browser = app.createBrowser();
    const page = await browser.open(`/sign-in?next=${encodeURIComponent(target)}`);
    const landed = await page.press('Sign in', { Email: ada.email, Password: ada.password });
    expect([landed.url.origin, landed.leavesTo]).toEqual([app.origin, null]);
  });

  // security cases 75, 100
  it('is answered with 303, and refused from another site', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const fields = { email: ada.email, password: ada.password };
    expect((await attack(app, form(app, '/sign-in', fields, headers))).status).toBe(403);
    const own = await app.fetch(form(app, '/sign-in', fields, { origin: app.origin, 'sec-fetch-site': 'same-origin' }));
    expect(own.status).toBe(303);
  });

  // security case 80
  it('makes a new session each time, and leaves none behind that was there before', async () => {
    const browser = app.createBrowser();
    const signIn = async () => {
      await (await browser.open('/sign-in')).press('Sign in', { Email: ada.email, Password: ada.password });
      return browser.cookies.header() ?? '';
    };
    const first = await signIn();
    await (await browser.open('/account')).press('Sign out').catch(() => null);
    const second = await signIn();
    expect(second).not.toBe(first);
  });

  // security case 80
  it('is not given to a session id that was chosen by somebody else', async () => {
    const chosen = { cookie: 'vitae.session_token=chosen.by-somebody' };
    const response = await app.fetch(
      form(app, '/sign-in', { email: ada.email, password: ada.password }, { ...chosen, origin: app.origin }),
    );
    expect(response.headers.getSetCookie().join()).toContain('vitae.session_token=');
    expect(response.headers.getSetCookie().join()).not.toContain('chosen');
    expect((await get('/account', chosen)).status).toBe(303);
  });

  // security case 84
  it('says the same for an address that has no account', async () => {
    const wrong = await attack(app, json(app, '/api/auth/sign-in/email', { email: ada.email, password: 'wrong wrong' }));
    const nobody = await attack(app, json(app, '/api/auth/sign-in/email', { email: 'nobody@example.org', password: 'wrong wrong' }));
    expect([wrong.status, wrong.body]).toEqual([nobody.status, nobody.body]);
  });
});

// security case 223
it.each([
  ['/.well-known/oauth-authorization-server', '*'],
  ['/.well-known/oauth-protected-resource/mcp', '*'],
  ['/api/auth/jwks', '*'],
  ['/api/auth/oauth2/token', '*'],
  ['/api/auth/oauth2/register', '*'],
  ['/api/auth/oauth2/revoke', '*'],
  ['/mcp', '*'],
  ['/api/auth/oauth2/authorize', null],
  ['/api/auth/oauth2/consent', null],
  ['/api/auth/sign-in/email', null],
  ['/api/auth/get-session', null],
  ['/api/rpc/resumes/list', null],
  ['/api/v1/resumes', null],
  ['/account', null],
])('lets pages of other sites read %s: %s, never with credentials', async (path, allowed) => {
  for (const origin of ['https://app.example', 'null']) {
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const { headers } = await app.fetch(new Request(`${app.origin}${path}`, { method, headers: { origin } }));
      expect(headers.get('access-control-allow-origin')).toBe(allowed);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  }
});
