import { describe, expect, it } from 'vitest';
import { APP_URL, buildSignedQuery, createFixture, type Fixture } from './fixture.ts';

const CREDENTIALS = { email: 'ada@example.org', password: 'correct-horse' };
const SET_COOKIE = '__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax';

function answerSignIn(fixture: Fixture, body: unknown, init: ResponseInit = {}): void {
  fixture.authAnswers.set('sign-in/email', () => Response.json(body, init));
}

function fieldValue(html: string, name: string): string | undefined {
  const value = new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(html)?.[1];
  return value?.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
}

describe('signing in', () => {
  it('calls the documented endpoint with the browser’s cookie, our origin and the client address', async () => {
    const fixture = createFixture({ session: null });
    answerSignIn(fixture, { redirect: false, token: 't', user: {} }, { headers: { 'set-cookie': SET_COOKIE } });
    const response = await fixture.post('/sign-in', CREDENTIALS, {
      headers: {
        cookie: 'a=1',
        'user-agent': 'Test/1',
        'x-client-ip': '203.0.113.9',
        'x-forwarded-for': '6.6.6.6',
        authorization: 'Bearer x',
      },
    });
    expect([response.status, response.headers.get('location'), response.headers.getSetCookie()]).toEqual([303, '/', [SET_COOKIE]]);
    const [call] = fixture.authCalls;
    expect(call?.body).toEqual(CREDENTIALS);
    expect(Object.fromEntries(call?.headers ?? [])).toEqual({
      accept: 'application/json',
      'accept-language': 'en',
      'content-type': 'application/json',
      cookie: 'a=1',
      origin: APP_URL,
      'user-agent': 'Test/1',
      'x-client-ip': '203.0.113.9',
    });
  });

  it('goes on to the page the person wanted', async () => {
    const fixture = createFixture({ session: null });
    const html = await (await fixture.get('/sign-in?next=%2Fresumes%2F1')).text();
    expect(fieldValue(html, 'next')).toBe('/resumes/1');
    const response = await fixture.post('/sign-in', { ...CREDENTIALS, next: '/resumes/1' });
    expect(response.headers.get('location')).toBe('/resumes/1');
  });

  // security case 220
  it.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'goes home instead of to %s',
    async (next) => {
      const fixture = createFixture({ session: null });
      expect(fieldValue(await (await fixture.get(`/sign-in?${new URLSearchParams({ next })}`)).text(), 'next')).toBeUndefined();
      const response = await fixture.post('/sign-in', { ...CREDENTIALS, next });
      expect(response.headers.get('location')).toBe('/');
    },
  );

  it('shows the form again with the address and never the password', async () => {
    const fixture = createFixture({ session: null });
    answerSignIn(fixture, { code: 'INVALID_EMAIL_OR_PASSWORD' }, { status: 401 });
    const query = buildSignedQuery();
    const response = await fixture.post('/sign-in', { ...CREDENTIALS, oauth_query: query });
    const html = await response.text();
    expect(response.status).toBe(401);
    expect([fieldValue(html, 'email'), fieldValue(html, 'password'), fieldValue(html, 'oauth_query')]).toEqual([
      CREDENTIALS.email,
      undefined,
      query,
    ]);
    expect(html).toContain('do not belong together');
    expect(html).not.toContain(CREDENTIALS.password);
  });

  it.each([
    [{ email: '', password: 'x' }, 'Enter an e-mail address'],
    [{ email: 'ada@example.org', password: '' }, 'Enter your password'],
    [{ email: ['a@b.example', 'c@d.example'], password: 'x' }, 'Enter an e-mail address'],
    [{ email: 'a\0@b.example', password: 'x' }, 'Enter an e-mail address'],
  ])('refuses %j before it asks', async (fields, text) => {
    const fixture = createFixture({ session: null });
    const response = await fixture.post('/sign-in', fields);
    expect([response.status, fixture.authCalls]).toEqual([400, []]);
    expect(await response.text()).toContain(text);
  });

  it.each([
    [429, {}, 'Too many attempts'],
    [403, { code: 'EMAIL_NOT_VERIFIED' }, 'Confirm your e-mail address'],
    [400, { code: 'INVALID_EMAIL' }, 'Enter an e-mail address'],
    [400, { code: 'constructor' }, 'did not accept'],
    [400, {}, 'did not accept'],
  ])('explains a refusal of %i %j', async (status, body, text) => {
    const fixture = createFixture({ session: null });
    answerSignIn(fixture, body, { status });
    const response = await fixture.post('/sign-in', CREDENTIALS);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(text);
  });

  it('leads someone who is signed in on', async () => {
    expect((await createFixture().get('/sign-in?next=%2Faccount')).headers.get('location')).toBe('/account');
  });

  // proves pages:names
  it('names its fields and buttons as agreed', async () => {
    const html = await (await createFixture({ session: null }).get('/sign-in')).text();
    expect(html).toContain('<label for="email">Email</label>');
    expect(html).toContain('<label for="password">Password</label>');
    expect(html).toMatch(/<button type="submit"[^>]*>Sign in<\/button>/);
    expect(html).toContain('<a href="/sign-up">Create account</a>');
    expect(html).toMatch(/id="password"[^>]*autocomplete="current-password"/);
  });
});

describe('signing in for a client', () => {
  it('keeps the signed query byte for byte, in the form and in the link', async () => {
    const fixture = createFixture({ session: null });
    const query = buildSignedQuery();
    const html = await (await fixture.get(`/sign-in?${query}`)).text();
    expect(fieldValue(html, 'oauth_query')).toBe(query);
    expect(html).toContain(`href="/sign-up?${query.replaceAll('&', '&amp;')}"`);
    expect(html).toContain('Sign in to continue to <bdi>Claude</bdi>');
    answerSignIn(fixture, { redirect: true, url: `/consent?${query}` });
    const response = await fixture.post('/sign-in', { ...CREDENTIALS, oauth_query: query });
    expect(fixture.authCalls.at(-1)?.body).toEqual({ ...CREDENTIALS, oauth_query: query });
    expect([response.status, response.headers.get('location')]).toEqual([303, `/consent?${query}`]);
  });

  it('shows the form even to someone who is signed in: the client may have asked for it', async () => {
    expect((await createFixture().get(`/sign-in?${buildSignedQuery()}`)).status).toBe(200);
  });

  it('is where /auth/oauth leads, query and all', async () => {
    const query = buildSignedQuery();
    const response = await createFixture({ session: null }).get(`/auth/oauth?${query}`);
    expect([response.status, response.headers.get('location')]).toEqual([303, `/sign-in?${query}`]);
  });

  it.each([
    'https://claude.ai/cb?code=1&state=a%2Bb',
    'http://localhost:3118/callback?code=1',
    'cursor://anysphere.cursor-mcp/oauth/callback?code=1',
  ])('hands over to %s by a page, cookies included, when consent stands already', async (url) => {
    const fixture = createFixture({ session: null });
    answerSignIn(fixture, { redirect: true, url }, { headers: { 'set-cookie': SET_COOKIE } });
    const response = await fixture.post('/sign-in', { ...CREDENTIALS, oauth_query: buildSignedQuery() });
    const html = await response.text();
    expect([response.status, response.headers.getSetCookie()]).toEqual([200, [SET_COOKIE]]);
    expect(html).toContain(`<meta http-equiv="refresh" content="0;url=${url.replaceAll('&', '&amp;')}"/>`);
    expect(html).toContain(`href="${url.replaceAll('&', '&amp;')}"`);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x'])('never hands over to %s', async (url) => {
    const fixture = createFixture({ session: null });
    answerSignIn(fixture, { redirect: true, url });
    const response = await fixture.post('/sign-in', { ...CREDENTIALS, oauth_query: buildSignedQuery() });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain(url);
  });

  // security case 78
  it.each(['/sign-in', '/sign-up', '/consent'])('%s says to start again for a damaged or expired query', async (path) => {
    const fixture = createFixture({ session: path === '/consent' ? undefined : null });
    const unsigned = new URLSearchParams(buildSignedQuery());
    unsigned.delete('sig');
    expect((await fixture.get(`${path}?${unsigned}`)).status).toBe(400);
    fixture.isQueryIntact = false;
    const response = await fixture.get(`${path}?${buildSignedQuery()}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Please start again from your app');
  });

  it.each(['/sign-in', '/sign-up'])('%s never drops a damaged query from a form and signs in without it', async (path) => {
    const fixture = createFixture({ session: null });
    for (const query of ['', 'x=1', `${buildSignedQuery()}&sig=2`]) {
      const response = await fixture.post(path, { name: 'Ada', ...CREDENTIALS, oauth_query: query });
      expect([response.status, fixture.authCalls]).toEqual([400, []]);
    }
  });

  it('says to start again when the library finds the query expired', async () => {
    const fixture = createFixture({ session: null });
    answerSignIn(fixture, { error: 'invalid_signature' }, { status: 400 });
    const response = await fixture.post('/sign-in', { ...CREDENTIALS, oauth_query: buildSignedQuery() });
    expect(await response.text()).toContain('Please start again from your app');
  });

  it('names recovery steps for a client that is not known', async () => {
    const fixture = createFixture({ session: null });
    fixture.client = null;
    const response = await fixture.get(`/sign-in?${buildSignedQuery()}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('codex mcp logout resumes');
  });
});

describe('signing up', () => {
  const PERSON = { name: 'Ada Lovelace', ...CREDENTIALS };

  it('makes the account and goes on with the request', async () => {
    const fixture = createFixture({ session: null });
    const query = buildSignedQuery();
    fixture.authAnswers.set('sign-up/email', () => Response.json({ redirect: true, url: `/consent?${query}` }));
    const response = await fixture.post('/sign-up', { ...PERSON, oauth_query: query });
    expect(fixture.authCalls.map(({ path, body }) => [path, body])).toEqual([['sign-up/email', { ...PERSON, oauth_query: query }]]);
    expect([response.status, response.headers.get('location')]).toEqual([303, `/consent?${query}`]);
  });

  it.each([
    [{ ...PERSON, name: ' ' }, 'Enter your name'],
    [{ ...PERSON, name: 'x'.repeat(201) }, 'at most 200 characters'],
    [{ ...PERSON, password: 'short' }, 'at least 8 characters'],
    [{ ...PERSON, email: '' }, 'Enter an e-mail address'],
  ])('refuses %j before it asks', async (fields, text) => {
    const fixture = createFixture({ session: null });
    const response = await fixture.post('/sign-up', fields);
    expect([response.status, fixture.authCalls]).toEqual([400, []]);
    expect(await response.text()).toContain(text);
  });

  it('keeps name and address when the address is taken', async () => {
    const fixture = createFixture({ session: null });
    fixture.authAnswers.set('sign-up/email', () => Response.json({ code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL' }, { status: 422 }));
    const response = await fixture.post('/sign-up', PERSON);
    const html = await response.text();
    expect([response.status, fieldValue(html, 'name'), fieldValue(html, 'email')]).toEqual([422, PERSON.name, PERSON.email]);
    expect(html).toContain('There is an account with this e-mail address already');
  });
});

describe('signing out', () => {
  it('ends the session with the library and passes its cookies on', async () => {
    const fixture = createFixture();
    const cleared = '__Host-session=; Max-Age=0; Path=/';
    fixture.authAnswers.set('sign-out', () => Response.json({ success: true }, { headers: { 'set-cookie': cleared } }));
    const response = await fixture.post('/sign-out', {});
    expect([response.status, response.headers.get('location'), response.headers.getSetCookie()]).toEqual([
      303,
      '/sign-in?done=signed-out',
      [cleared],
    ]);
  });

  it('comes back to the request it was for ("Not you?")', async () => {
    const query = buildSignedQuery();
    const response = await createFixture().post('/sign-out', { oauth_query: query });
    expect(response.headers.get('location')).toBe(`/sign-in?${query}`);
  });

  it('drops a query that would split the header', async () => {
    const response = await createFixture().post('/sign-out', { oauth_query: 'a=1\r\nset-cookie: evil=1' });
    expect([response.headers.get('location'), response.headers.getSetCookie()]).toEqual(['/sign-in', []]);
  });
});
