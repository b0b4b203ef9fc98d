import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { twoFactor } from '../../src/db/schema/auth.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createBrowser, type Page, type Site } from '../support/browser.ts';
import { createTestDatabase } from '../support/database.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect, createOAuthClient } from '../support/oauth.ts';
import { linkIn, startSmtpHost, type SmtpHost } from '../support/smtp-host.ts';
import { totpOf } from '../support/totp.ts';

const OLD = 'the-secret-that-there-was-before-this-one';
const NEW = 'the-secret-that-takes-the-place-of-the-old';
const BOTH = `2:${NEW},1:${OLD}`;

let db: Database;
let app: TestApp;
let smtp: SmtpHost;
let site: Site;

/** The server again, on the same database, with another AUTH_SECRET. */
async function restart(secret: string) {
  await app.close();
  app = await open(secret);
}
const open = (secret: string) =>
  createTestApp({
    db,
    settings: { AUTH_SECRET: secret, SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'Vitae <vitae@example.org>' },
  });

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  db = await createTestDatabase();
  smtp = await startSmtpHost();
  app = await open(OLD);
  site = { origin: app.origin, fetch: (request) => app.fetch(request) };
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
  await smtp.close();
  await db.close();
});

const call = async (headers: Record<string, string>) =>
  (await app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, headers))).status;
const hiddenField = (page: Page, name: string) => page.document.querySelector(`input[name="${name}"]`)?.getAttribute('value') ?? '';
const isSignedIn = async ({ browser }: Person) => (await browser.open('/account')).url.pathname === '/account';
const turnSecondFactorOn = async (person: Person) => {
  const setUp = await (await (await person.browser.open('/account')).follow('Set up …')).press('Set up', { Password: person.password });
  const uri = hiddenField(setUp, 'uri');
  await setUp.press('Turn on', { Code: totpOf(uri) });
  return { uri, codes: hiddenField(setUp, 'codes').split(' ') };
};
const signInTo = async ({ email, password }: Person) =>
  (await createBrowser(site).open('/sign-in')).press('Sign in', { Email: email, Password: password });

describe('a new AUTH_SECRET in front of the old one', () => {
  it('leaves sessions, forms, tokens, keys, mails and second factors as they were', async () => {
    const person = await signUp(site);
    const link = linkIn(await smtp.nextMail(person.email));
    const connected = await connect(site, person);
    const apiKey = await createApiKey(person);
    const form = await person.browser.open('/account');
    const guarded = await signUp(site, 'Grace Hopper');
    const { uri, codes } = await turnSecondFactorOn(guarded);
    vi.setSystemTime(Date.now() + 60_000);
    const betweenPasswordAndCode = await signInTo(guarded);

    await restart(BOTH);
    expect(await isSignedIn(person)).toBe(true);
    expect((await form.press('Change e-mail address', { 'New e-mail address': 'another@example.org' })).status).toBe(200);
    expect(await call({ authorization: `Bearer ${connected.accessToken}` })).toBe(200);
    expect(await call({ 'x-api-key': apiKey })).toBe(200);
    const refreshed = await connected.oauth.refresh(connected.refreshToken);
    expect(await call({ authorization: `Bearer ${refreshed.access_token}` })).toBe(200);
    expect((await betweenPasswordAndCode.press('Continue', { Code: totpOf(uri) })).url.pathname).toBe('/');
    expect((await (await signInTo(guarded)).press('Continue', { Code: codes[0] ?? '' })).url.pathname).toBe('/');
    const opened = await createBrowser(site).open(link);
    expect((await opened.press('Confirm')).heading()).toBe('Your e-mail address is confirmed');
  });

  it('lets an authorization request that is under way go on', async () => {
    const person = await signUp(site);
    const client = await createOAuthClient(site);
    const request = await client.createRequest();
    const page = await person.browser.open(request.url);
    expect(page.url.pathname).toBe('/consent');
    await restart(BOTH);
    const { leavesTo } = await page.press('Allow');
    expect(leavesTo === null ? null : await request.redeem(leavesTo)).toMatchObject({ token_type: 'bearer' });
  });

  it('takes nothing that neither has signed', async () => {
    const person = await signUp(site);
    await restart(BOTH);
    const sessionOf = async (cookie: string) =>
      (await app.fetch(new Request(`${site.origin}/api/auth/get-session`, { headers: { cookie } }))).json() as Promise<unknown>;
    const cookie = person.browser.cookies.header() ?? '';
    expect(await sessionOf(cookie)).toMatchObject({ user: { email: person.email } });
    // Another token under the signature of this one, and a signature of nobody.
    expect(await sessionOf(cookie.replace(/=./, '=~'))).toBeNull();
    expect(await sessionOf(cookie.replace(/\.[^.]{20}/, `.${'A'.repeat(20)}`))).toBeNull();
  });
});

describe('an AUTH_SECRET without the old one', () => {
  it.each([
    ['another value of the same version', NEW, '1'],
    ['another version alone', `2:${NEW}`, '1'],
  ])('does not start with %s, and says why', async (_what, secret, version) => {
    await signUp(site);
    await expect(open(secret)).rejects.toThrow(
      `AUTH_SECRET does not open the signing keys in the database: they were encrypted with its version ${version}`,
    );
  });
});

it('keeps the version of a secret beside what it encrypts', async () => {
  const person = await signUp(site);
  await turnSecondFactorOn(person);
  const [row] = await db.orm.select().from(twoFactor);
  expect([row?.secret, row?.backupCodes]).toEqual([expect.stringMatching(/^\$ba\$1\$/), expect.stringMatching(/^\$ba\$1\$/)]);
});
