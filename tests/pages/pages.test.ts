import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createPages } from '../../src/pages/pages.ts';
import { matchPath } from '../../src/pages/routes.ts';
import { APP_URL, buildResume, buildSignedQuery, createFixture, OWNER } from './fixture.ts';

const info = { requestId: 'request-7', clientAddress: null };

describe('every page', () => {
  const paths = [
    '/',
    '/sign-in',
    '/sign-up',
    '/connect',
    '/error?error=invalid_client',
    `/consent?${buildSignedQuery()}`,
    '/resumes',
    '/resumes/resume-1',
    '/connections',
    '/connections/disconnect-all',
    '/activity',
    '/api-keys',
    '/account',
    '/resumes/none',
  ];

  // security cases 93, 94, 212
  // proves pages:headers
  it.each(paths)('%s forbids script but the one that only it names, framing, caching and referrers', async (path) => {
    const fixture = createFixture({ session: path.startsWith('/sign') ? null : undefined });
    fixture.resumes.push(buildResume({}));
    const response = await fixture.get(path);
    const { headers } = response;
    const policy = headers.get('content-security-policy') ?? '';
    const nonce = /; script-src 'nonce-([\w-]{22})'; connect-src 'self'$/.exec(policy)?.[1];
    expect(nonce !== undefined).toBe(path === '/sign-in' || path === '/connect');
    expect(policy.split('; script-src')[0]).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('permissions-policy')).toContain('camera=()');
    expect(headers.has('access-control-allow-origin')).toBe(false);
    const page = await response.text();
    const html = page.replace(/<script type="module" src="\/assets\/[0-9a-f]{16}\.js" nonce="([\w-]{22})"><\/script>/, (_tag, own) =>
      own === nonce ? '' : 'other nonce',
    );
    expect(html).not.toContain('other nonce');
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(html).not.toMatch(
      /<script|\sstyle=|\son\w+=|<img|https?:\/\/(?!vitae\.example|ada\.example|engine\.example)[^"<\s]*\.(?:css|js|png|svg)/,
    );
  });

  it('isolates the owner’s pages and leaves the opener to a client’s popup', async () => {
    const fixture = createFixture();
    expect((await fixture.get('/resumes')).headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect((await fixture.get(`/consent?${buildSignedQuery()}`)).headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
  });

  it('answers HEAD like GET, without the body', async () => {
    const { pages } = createFixture();
    const response = await pages.fetch(new Request(`${APP_URL}/resumes`, { method: 'HEAD' }), info);
    expect([response?.status, await response?.text()]).toEqual([200, '']);
    expect(response?.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  // security case 90
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('refuses %s with what is allowed', async (method) => {
    const { pages } = createFixture();
    const response = await pages.fetch(new Request(`${APP_URL}/consent`, { method }), info);
    expect([response?.status, response?.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  it('refuses GET where only a form may go', async () => {
    const { pages } = createFixture();
    const response = await pages.fetch(new Request(`${APP_URL}/sign-out`), info);
    expect([response?.status, response?.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each(['/resumes/', '/Sign-in', '/sign-in/x', '/mcp', '/assets/none.css', '//sign-in', '/resumes/%00', '/resumes/%e0%a4'])(
    'does not know %s',
    async (path) => {
      const { pages } = createFixture();
      expect(await pages.fetch(new Request(`${APP_URL}${path}`), info)).toBeNull();
    },
  );

  it('names each route once', () => {
    const { pages } = createFixture();
    const names = pages.routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the stylesheet', () => {
  it('is served under a name of its content, for ever', async () => {
    const fixture = createFixture();
    const path = /<link rel="stylesheet" href="([^"]+)"/.exec(await (await fixture.get('/connect')).text())?.[1] ?? '';
    expect(path).toMatch(/^\/assets\/[0-9a-f]{16}\.css$/);
    const response = await fixture.get(path);
    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await response.text()).not.toMatch(/url\(|@import/);
  });

  it.each([
    ['gzip, deflate, br', 'gzip'],
    ['br;q=1.0, gzip;q=0.8', 'gzip'],
    ['identity, gzip;q=0', null],
    ['br', null],
    [undefined, null],
  ])('is compressed for a browser that takes %s: %s', async (accepted, encoding) => {
    const fixture = createFixture();
    const path = /<link rel="stylesheet" href="([^"]+)"/.exec(await (await fixture.get('/connect')).text())?.[1] ?? '';
    const plain = await (await fixture.get(path)).text();
    const response = await fixture.get(path, accepted === undefined ? {} : { 'accept-encoding': accepted });
    expect([response.headers.get('content-encoding'), response.headers.get('vary')]).toEqual([encoding, 'accept-encoding']);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect((encoding === null ? bytes : gunzipSync(bytes)).toString('utf8')).toBe(plain);
  });
});

function buildPost(headers: Record<string, string>, body: string): Request {
  return new Request(`${APP_URL}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
}

describe('forms', () => {
  // security cases 87, 100
  it.each<Record<string, string>>([
    {},
    { origin: 'https://evil.example' },
    { origin: APP_URL, 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
  ])('refuses a form from elsewhere: %j', async (headers) => {
    const fixture = createFixture({ session: null });
    const response = await fixture.pages.fetch(buildPost(headers, 'email=a%40b.example&password=secret-12'), info);
    expect(response?.status).toBe(403);
    expect(fixture.authCalls).toEqual([]);
  });

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded-not'])(
    'refuses a body of %s',
    async (type) => {
      const fixture = createFixture({ session: null });
      const response = await fixture.pages.fetch(buildPost({ origin: APP_URL, 'content-type': type }, '{}'), info);
      expect(response?.status).toBe(400);
      expect(fixture.authCalls).toEqual([]);
    },
  );

  const signedInForms = [
    ['/sign-out', {}],
    ['/consent', { decision: 'allow', scope: 'resumes:read', resumes: 'all', oauth_query: buildSignedQuery() }],
    ['/resumes', { name: 'New' }],
    ['/resumes/import', { file: '{}' }],
    ['/resumes/resume-1/lock', {}],
    ['/resumes/resume-1/unlock', {}],
    ['/resumes/resume-1/delete', {}],
    ['/resumes/resume-1/edit/sections', { action: 'hide', section: 'work' }],
    ['/resumes/resume-1/edit/basics', { name: 'Mallory' }],
    ['/resumes/resume-1/edit/custom', { title: 'Mallory' }],
    ['/resumes/resume-1/edit/work/1', { name: 'Mallory' }],
    ['/resumes/resume-1/versions/1/restore', { expected: '2' }],
    ['/resumes/resume-1/undo', { connection: 'grant-1', since: '2026-01-01T00:00:00.000Z' }],
    ['/resumes/resume-1/suggestions/s-1', { decision: 'accept' }],
    ['/resumes/resume-1/publish', {}],
    ['/resumes/resume-1/unpublish', {}],
    ['/resumes/resume-1/publishing', { index: 'yes' }],
    ['/connections/grant-1', { scope: 'resumes:read', resumes: 'all' }],
    ['/connections/grant-1/disconnect', {}],
    ['/connections/disconnect-all', {}],
    ['/api-keys', { name: 'CI', scope: 'resumes:read', expiry: '30' }],
    ['/api-keys/key-1/revoke', {}],
    ['/account/sessions/session-2/revoke', {}],
    ['/account/username', { username: 'ana' }],
    ['/account/email', { email: 'ada@example.org' }],
    ['/account/email/link', {}],
    ['/account/password', { currentPassword: 'x', newPassword: 'long enough' }],
    ['/account/two-factor', { password: 'x' }],
    ['/account/two-factor/confirm', { code: '123456' }],
    ['/account/two-factor/codes', { password: 'x' }],
    ['/account/two-factor/off', { password: 'x' }],
    ['/account/passkeys', { name: 'x' }],
    ['/account/passkeys/p1/rename', { name: 'x' }],
    ['/account/passkeys/p1/remove', {}],
  ] as const;

  it('has a case for every form of the signed-in', () => {
    const { pages } = createFixture();
    const tried = pages.routes.filter(
      ({ method, path }) => method === 'POST' && signedInForms.some(([form]) => matchPath(path, form) !== null),
    );
    const open = new Set([
      '/language',
      '/sign-in',
      '/sign-up',
      '/forgot-password',
      '/reset-password',
      '/verify-email',
      '/two-factor',
      '/sign-in/passkey',
      '/r/:username/:slug',
    ]);
    expect(pages.routes.filter(({ method, path }) => method === 'POST' && !open.has(path))).toEqual(tried);
  });

  // security case 87
  // proves pages:form-tokens
  it.each(signedInForms)('refuses %s without a form token or with another session’s', async (path, fields) => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({}));
    const foreign = createFixture({ session: { ...OWNER, sessionId: 'session-2' } });
    const foreignToken = /name="csrf" value="([^"]+)"/.exec(await (await foreign.get('/resumes')).text())?.[1] ?? '';
    for (const csrf of [null, '', foreignToken, 'A'.repeat(64)]) {
      const response = await fixture.post(path, fields, { csrf });
      expect(response.status).toBe(403);
    }
    expect([fixture.authCalls, fixture.createdKeys, fixture.resumes]).toEqual([[], [], [buildResume({})]]);
  });

  it.each(signedInForms)('sends %s without a session to sign in', async (path, fields) => {
    const fixture = createFixture({ session: null });
    const response = await fixture.post(path, fields, { csrf: 'A'.repeat(64) });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^\/sign-in/);
    expect(fixture.authCalls).toEqual([]);
  });
});

describe('failures behind the pages', () => {
  it('answers 503 when the auth library says so, with Retry-After', async () => {
    const fixture = createFixture({ session: null });
    fixture.authAnswers.set('sign-in/email', () => new Response(null, { status: 503 }));
    const response = await fixture.post('/sign-in', { email: 'ada@example.org', password: 'long-enough' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.text()).toContain('request-7');
  });

  it('rejects with what the session store rejects with', async () => {
    const outage = new Error('connection refused');
    const { deps } = createFixture();
    const pages = createPages({ ...deps, resolveSession: () => Promise.reject(outage) });
    await expect(pages.fetch(new Request(`${APP_URL}/resumes`), info)).rejects.toBe(outage);
  });

  it('renders an error page for others', async () => {
    const { pages } = createFixture();
    const response = pages.problem('notFound', new Request(`${APP_URL}/nowhere`), info);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('request-7');
  });
});
