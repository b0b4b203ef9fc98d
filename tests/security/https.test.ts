import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { connectClient } from './support/codes.ts';
import { bearer, callMcp } from './support/mcp.ts';
import { form, navigation } from './support/requests.ts';

describe('behind https', () => {
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    app = await createTestApp({ settings: { APP_URL: 'https://vitae.example', RATE_LIMITS: 'on' } });
    ada = await signUp(app);
  });
  afterAll(() => app.close());

  // security case 211
  it('binds every cookie to this host: __Host-, Secure, HttpOnly, SameSite=Lax, no Domain', async () => {
    const response = await app.fetch(
      form(app, '/sign-in', { email: ada.email, password: ada.password }, { origin: app.origin, 'sec-fetch-site': 'same-origin' }),
    );
    const cookies = response.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      const [name = '', ...attributes] = cookie.split(/; ?/);
      expect(name).toMatch(/^__Host-/);
      const given = attributes.map((attribute) => attribute.toLowerCase());
      expect(given).toEqual(expect.arrayContaining(['secure', 'httponly', 'samesite=lax', 'path=/']));
      expect(given.filter((attribute) => attribute.startsWith('domain'))).toEqual([]);
    }
  });

  // security case 211
  it('knows a person by that cookie, through the whole flow', async () => {
    const { access_token } = await connectClient(app, ada);
    expect((await callMcp(app, bearer(access_token), 'tools/list')).result).toHaveProperty('tools');
    const stripped = (ada.browser.cookies.header() ?? '').replaceAll('__Host-', '');
    expect((await app.fetch(navigation(app, '/account', { cookie: stripped }))).status).toBe(303);
  });

  // security case 212
  it.each(['/', '/sign-in', '/mcp', '/.well-known/oauth-authorization-server', '/api/auth/jwks', '/nothing'])(
    'asks browsers to stay with https for a year or more: %s',
    async (path) => {
      const { headers } = await app.fetch(navigation(app, path));
      const seconds = Number(/max-age=(\d+)/.exec(headers.get('strict-transport-security') ?? '')?.[1]);
      expect(seconds).toBeGreaterThanOrEqual(31_536_000);
    },
  );
});

describe('on loopback', () => {
  // security case 212
  it('does not: other programs share the name', async () => {
    const app = await createTestApp();
    expect((await app.fetch(navigation(app, '/sign-in'))).headers.get('strict-transport-security')).toBeNull();
    await app.close();
  });
});
