import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { session } from '../../src/db/schema/auth.ts';
import { oauthGrantCode } from '../../src/db/schema/grants.ts';
import { form } from '../security/support/requests.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { consent, createOAuthClient, type TestOAuthClient } from '../support/oauth.ts';

/** A session in the middle of its life is renewed by the library where it is read, and its provider takes that for a sign-in. */
describe('an authorization request with a session that is due to be renewed', () => {
  let app: TestApp;
  let ada: Person;
  let client: TestOAuthClient;
  const due = new Date(Date.now() + 2 * 24 * 60 * 60 * 1000);

  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
    client = await createOAuthClient(app, { redirect_uris: ['https://client.example/callback'] });
    const first = await client.createRequest();
    await first.redeem(await consent(ada, first));
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.db.orm.delete(oauthGrantCode);
    await app.db.orm.update(session).set({ expiresAt: due });
  });

  const ask = async (method: string, overrides: Readonly<Record<string, string>> = {}) => {
    const { url } = await client.createRequest(overrides);
    const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate', cookie: ada.browser.cookies.header() ?? '', origin: app.origin };
    const request = method === 'GET' ? new Request(url, { headers }) : form(app, url.pathname, url.searchParams.toString(), headers);
    const response = await app.fetch(request);
    return new URL(response.headers.get('location') ?? '', app.origin);
  };

  it.each(['GET', 'POST'])('is answered with one code, and leaves the session as it is: %s', async (method) => {
    expect((await ask(method)).searchParams.has('code')).toBe(true);
    expect(await app.db.orm.$count(oauthGrantCode)).toBe(1);
    const sessions = await app.db.orm.select().from(session);
    expect(sessions.map(({ expiresAt }) => expiresAt)).toEqual(sessions.map(() => due));
  });

  it.each(['GET', 'POST'])('that asks for a sign-in gets one: %s', async (method) => {
    const location = await ask(method, { prompt: 'login' });
    expect([location.pathname, location.searchParams.has('code')]).toEqual(['/sign-in', false]);
    expect(await app.db.orm.$count(oauthGrantCode)).toBe(0);
  });
});
