import { describe, expect, it } from 'vitest';
import { parseHtml, readableText } from '../support/html-form.ts';
import { APP_URL, buildSignedQuery, createFixture } from './fixture.ts';

const GERMAN = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' };
const headingOf = async (response: Response) => readableText(parseHtml(await response.text()).querySelector('h1') ?? parseHtml(''));

describe('the language of a page', () => {
  it('is said to browsers and to caches', async () => {
    const response = await createFixture().get('/connections', GERMAN);
    expect(response.headers.get('content-language')).toBe('de');
    expect(response.headers.get('vary')).toBe('accept-language, cookie');
    expect(await response.text()).toMatch(/^<!doctype html><html lang="de">.*<h1>Verbindungen<\/h1>/);
  });

  it('is also that of problems, of those outside the pages too', async () => {
    const fixture = createFixture();
    expect(await headingOf(await fixture.get('/resumes/none', GERMAN))).toBe('Diese Seite gibt es nicht');
    expect(await headingOf(await fixture.post('/resumes', {}, { headers: GERMAN, csrf: 'x' }))).toBe('Dieses Formular ist veraltet');
    const crossSite = await fixture.post('/resumes', {}, { headers: { ...GERMAN, 'sec-fetch-site': 'cross-site' } });
    expect(await headingOf(crossSite)).toBe('Das kam nicht von unserer eigenen Seite');
    const request = new Request(`${APP_URL}/nowhere`, { headers: GERMAN });
    expect(await headingOf(fixture.pages.problem('notFound', request, { requestId: 'r', clientAddress: null }))).toBe(
      'Diese Seite gibt es nicht',
    );
  });

  it('is what the app asks for that sent the person, on the way through the forms too', async () => {
    const fixture = createFixture({ session: null });
    const query = buildSignedQuery({ ui_locales: 'fr de' });
    expect(await headingOf(await fixture.get(`/sign-in?${query}`, { 'accept-language': 'en' }))).toBe('Anmelden und weiter zu Claude');
    const refused = await fixture.post('/sign-in', { oauth_query: query }, { headers: { 'accept-language': 'en' } });
    expect(await headingOf(refused)).toBe('Anmelden und weiter zu Claude');
    expect(refused.status).toBe(400);
  });

  it('is told to the auth library, which writes the mails', async () => {
    const fixture = createFixture({ session: null });
    await fixture.post('/forgot-password', { email: 'ada@example.org' }, { headers: GERMAN });
    expect(fixture.authCalls.map(({ headers }) => headers.get('accept-language'))).toEqual(['de']);
  });
});

describe('choosing a language', () => {
  it('is a button at the foot of what can be opened again', async () => {
    const query = buildSignedQuery();
    const document = parseHtml(await (await createFixture().get(`/consent?${query}`)).text());
    const form = document.querySelector('footer form[action="/language"][method="post"]');
    expect(form?.querySelector('[aria-current]')?.textContent).toBe('English');
    expect(form?.querySelectorAll('button').map((button) => [button.getAttribute('value'), button.textContent])).toEqual([
      ['de', 'Deutsch'],
    ]);
    expect(form?.querySelector('[name="returnTo"]')?.getAttribute('value')).toBe(`/consent?${query}`);
  });

  it('is not offered where what is shown would be lost', async () => {
    const fixture = createFixture();
    const created = await fixture.post('/api-keys', { name: 'CI', scope: 'resumes:read', expiry: '30' });
    expect(created.status).toBe(200);
    expect(await created.text()).not.toContain('action="/language"');
  });

  it('is remembered in a cookie and leads back to the same page', async () => {
    const fixture = createFixture({ session: null });
    const query = buildSignedQuery();
    const response = await fixture.post('/language', { language: 'de', returnTo: `/sign-in?${query}` });
    expect([response.status, response.headers.get('location')]).toEqual([303, `/sign-in?${query}`]);
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-vitae\.language=de; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    const back = await fixture.get(`/sign-in?${query}`, { cookie: cookie.split(';')[0] ?? '' });
    expect(await headingOf(back)).toBe('Anmelden und weiter zu Claude');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', ''])(
    'leads nowhere else: %s',
    async (returnTo) => {
      const response = await createFixture().post('/language', { language: 'de', returnTo });
      expect(response.headers.get('location')).toBe('/');
    },
  );

  it.each(['fr', '', 'de; Path=/x', 'DE'])('knows no language %s', async (language) => {
    const response = await createFixture().post('/language', { language, returnTo: '/' });
    expect(response.status).toBe(400);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('takes no choice from another site', async () => {
    const response = await createFixture().post(
      '/language',
      { language: 'de', returnTo: '/' },
      { headers: { 'sec-fetch-site': 'cross-site' } },
    );
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

it('bounds guesses at a password in all languages together', async () => {
  const fixture = createFixture({ session: null });
  const published = { passwordHash: 'scrypt$x', isIndexed: false, ownerId: 'someone', resume: { id: 'r1' } };
  fixture.deps.output.findPublished = async () => published as never;
  const statuses = [];
  for (let count = 0; count < 12; count += 1) {
    const headers = count % 2 === 0 ? GERMAN : { 'accept-language': 'en' };
    statuses.push((await fixture.post('/r/ana/engineer', { password: 'guess' }, { headers })).status);
  }
  expect(statuses.slice(9)).toEqual([403, 429, 429]);
});
