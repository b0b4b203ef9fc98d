import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { session, twoFactor, user } from '../../src/db/schema/auth.ts';
import { createTestAdministration } from '../support/administration.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Page, TestBrowser } from '../support/browser.ts';
import { consent, createOAuthClient } from '../support/oauth.ts';
import { totpOf } from '../support/totp.ts';

const STEP_MS = 30_000;

interface Guarded extends Person {
  readonly uri: string;
  readonly codes: readonly string[];
}

describe('two-factor sign-in', () => {
  let app: TestApp;
  let now = Date.now();
  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await app.close();
  });
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now });
  });

  /** So that the app shows a code that nobody has used. */
  const waitForNextCode = () => {
    now += 3 * STEP_MS;
    vi.setSystemTime(now);
  };
  const hiddenField = (page: Page, name: string) => page.document.querySelector(`input[name="${name}"]`)?.getAttribute('value') ?? '';
  const begin = async (person: Person) =>
    (await (await person.browser.open('/account')).follow('Set up …')).press('Set up', { Password: person.password });

  async function signUpGuarded(): Promise<Guarded> {
    const person = await signUp(app);
    const setUp = await begin(person);
    const uri = hiddenField(setUp, 'uri');
    const done = await setUp.press('Turn on', { Code: totpOf(uri) });
    expect(done.text()).toContain('Two-factor sign-in is on.');
    return { ...person, uri, codes: hiddenField(setUp, 'codes').split(' ') };
  }
  const enterPassword = async ({ email, password }: Person, browser: TestBrowser) =>
    (await browser.open('/sign-in')).press('Sign in', { Email: email, Password: password });
  const enter = (page: Page, code: string) => page.press('Continue', { Code: code });
  const userIdOf = async ({ email }: Person) => (await app.db.orm.select().from(user).where(eq(user.email, email)))[0]?.id ?? '';
  const isSignedIn = async (browser: TestBrowser) => (await browser.open('/account')).url.pathname === '/account';

  // proves accounts:second-factor
  it('takes a password and then a code, and there is no session between them', async () => {
    const person = await signUpGuarded();
    const id = await userIdOf(person);
    const before = await app.db.orm.$count(session, eq(session.userId, id));
    waitForNextCode();
    const browser = app.createBrowser();
    const asked = await enterPassword(person, browser);
    expect([asked.url.pathname, asked.heading(), await isSignedIn(browser)]).toEqual(['/two-factor', 'Enter a code', false]);
    expect(await app.db.orm.$count(session, eq(session.userId, id))).toBe(before);
    expect((await browser.fetch('/api/auth/get-session')).status).toBe(200);
    expect(await (await browser.fetch('/api/auth/get-session')).json()).toBeNull();
    const refused = await enter(asked, '000000');
    expect([refused.status, refused.text().includes('not right, or was used before')]).toEqual([401, true]);
    expect((await enter(refused, totpOf(person.uri))).url.pathname).toBe('/');
    expect(await isSignedIn(browser)).toBe(true);
  });

  // security case 230
  // proves accounts:second-factor
  it('gives a client nothing before the code, also one that was allowed before, and goes on after it', async () => {
    const person = await signUpGuarded();
    const client = await createOAuthClient(app);
    const first = await client.createRequest();
    await first.redeem(await consent(person, first));
    waitForNextCode();
    const request = await client.createRequest();
    const browser = app.createBrowser();
    const signIn = await browser.open(request.url);
    const asked = await signIn.press('Sign in', { Email: person.email, Password: person.password });
    expect([asked.url.pathname, asked.leavesTo]).toEqual(['/two-factor', null]);
    const query = asked.url.search;
    expect((await browser.open(request.url)).url.pathname).toBe('/sign-in');
    const answered = await enter(await browser.open(`/two-factor${query}`), totpOf(person.uri));
    const { leavesTo } = answered.leavesTo === null ? await answered.press('Allow') : answered;
    expect(leavesTo === null ? null : await request.redeem(leavesTo)).toMatchObject({ token_type: 'bearer' });
  });

  it('is gone once an operator has taken it away, half set up or whole', async () => {
    const administration = await createTestAdministration(app.db, app.origin);
    const [whole, half] = [await signUpGuarded(), await signUp(app)];
    await begin(half);
    for (const [person, had] of [
      [whole, true],
      [half, true],
      [await signUp(app), false],
    ] as const) {
      const id = await userIdOf(person);
      expect(await administration.factors.reset(id, { withPasskeys: true })).toEqual({ hadSecondFactor: had, passkeys: 0 });
      expect(await app.db.orm.$count(twoFactor, eq(twoFactor.userId, id))).toBe(0);
      expect((await enterPassword(person, app.createBrowser())).url.pathname).toBe('/');
    }
    expect((await (await whole.browser.open('/account')).follow('Set up …')).heading()).toBe('Two-factor sign-in');
  });

  // proves accounts:code-once
  it('takes a code once (RFC 6238 §5.2)', async () => {
    const person = await signUpGuarded();
    waitForNextCode();
    const code = totpOf(person.uri);
    const [first, second] = [await enterPassword(person, app.createBrowser()), await enterPassword(person, app.createBrowser())];
    expect((await enter(first, code)).url.pathname).toBe('/');
    expect((await enter(second, code)).status).toBe(401);
    vi.setSystemTime(now + STEP_MS);
    expect((await enter(second, code)).status).toBe(401);
    expect((await enter(second, totpOf(person.uri))).url.pathname).toBe('/');
  });

  it('takes a code of two at once for one of them', async () => {
    const person = await signUpGuarded();
    waitForNextCode();
    const code = totpOf(person.uri);
    const pages = await Promise.all(Array.from({ length: 4 }, () => enterPassword(person, app.createBrowser())));
    const answers = await Promise.all(pages.map((page) => enter(page, code)));
    expect(answers.filter(({ url }) => url.pathname === '/')).toHaveLength(1);
  });

  it('does not take the code of the set-up again', async () => {
    const person = await signUpGuarded();
    expect((await enter(await enterPassword(person, app.createBrowser()), totpOf(person.uri))).status).toBe(401);
  });

  it('takes a backup code once, with or without its hyphen', async () => {
    const person = await signUpGuarded();
    const [code = ''] = person.codes;
    expect(person.codes).toHaveLength(10);
    expect((await enter(await enterPassword(person, app.createBrowser()), code.replace('-', ' '))).url.pathname).toBe('/');
    expect((await enter(await enterPassword(person, app.createBrowser()), code)).status).toBe(401);
  });

  it('ends a try after five wrong codes, and locks the account after ten', async () => {
    const person = await signUpGuarded();
    waitForNextCode();
    const wrong = (round: number) => String(100_000 + round);
    let page = await enterPassword(person, app.createBrowser());
    for (let round = 0; round < 5; round += 1) page = await enter(page, wrong(round));
    page = await enter(page, totpOf(person.uri));
    expect(page.text()).toContain('Sign in again');
    expect(page.status).toBeGreaterThanOrEqual(400);
    waitForNextCode();
    page = await enterPassword(person, app.createBrowser());
    for (let round = 5; round < 10; round += 1) page = await enter(page, wrong(round));
    page = await enter(await enterPassword(person, app.createBrowser()), totpOf(person.uri));
    expect([page.status, page.text().includes('Wait a quarter of an hour')]).toEqual([429, true]);
    now += 15 * 60_000;
    waitForNextCode();
    page = await enter(await enterPassword(person, app.createBrowser()), totpOf(person.uri));
    expect(page.url.pathname).toBe('/');
  });

  it.each(['', 'x', '12345', '1234567', '１２３４５６', '12\u000034', 'a'.repeat(10_000)])(
    'refuses %.12j as a code before it asks',
    async (code) => {
      const person = await signUpGuarded();
      const refused = await enter(await enterPassword(person, app.createBrowser()), code);
      expect([refused.status, refused.text().includes('Enter the six digits')]).toEqual([400, true]);
    },
  );

  it.each([
    ['verify-totp', { code: '12\u00003456' }],
    ['verify-totp', { code: 123_456 }],
    ['verify-totp', { code: ['123456'] }],
    ['verify-backup-code', { code: 'x'.repeat(60_000) }],
    ['send-otp', {}],
    ['verify-otp', { code: '123456' }],
    ['get-totp-uri', { password: 'x' }],
  ])('has no answer but a refusal for %s with %.40j', async (endpoint, body) => {
    const person = await signUpGuarded();
    const browser = app.createBrowser();
    await enterPassword(person, browser);
    for (const other of [browser, person.browser]) {
      const response = await other.fetch(`/api/auth/two-factor/${endpoint}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
  });

  it('lets no browser skip the code afterwards', async () => {
    const person = await signUpGuarded();
    waitForNextCode();
    const browser = app.createBrowser();
    await enterPassword(person, browser);
    const response = await browser.fetch('/api/auth/two-factor/verify-totp', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: totpOf(person.uri), trustDevice: true }),
    });
    expect([response.status, response.headers.getSetCookie().some((cookie) => cookie.includes('trust_device'))]).toEqual([200, false]);
  });

  it('is set up, renewed and ended with the password, and another one is refused', async () => {
    const person = await signUp(app);
    const form = await (await person.browser.open('/account')).follow('Set up …');
    const refused = await form.press('Set up', { Password: 'another password' });
    expect([refused.status, refused.text().includes('not your password')]).toEqual([400, true]);
    const setUp = await begin(person);
    const mistaken = await setUp.press('Turn on', { Code: '000000' });
    expect([mistaken.status, hiddenField(mistaken, 'uri')]).toEqual([400, hiddenField(setUp, 'uri')]);
    expect((await person.browser.open('/account')).text()).not.toContain('Manage …');
    const uri = hiddenField(setUp, 'uri');
    await mistaken.press('Turn on', { Code: totpOf(uri) });
    const manage = await (await person.browser.open('/account')).follow('Manage …');
    expect((await manage.press('Turn off', { Password: 'another password' })).status).toBe(400);
    const renewed = await manage.press('Make new backup codes', { Password: person.password });
    const codes = renewed.document.querySelectorAll('.codes code').map((code) => code.textContent);
    expect(codes).toHaveLength(10);
    expect(codes).not.toContain(hiddenField(setUp, 'codes').split(' ')[0]);
    const off = await manage.press('Turn off', { Password: person.password });
    expect(off.text()).toContain('Two-factor sign-in is off.');
    expect((await enterPassword(person, app.createBrowser())).url.pathname).toBe('/');
    expect(await app.db.orm.$count(twoFactor, eq(twoFactor.userId, await userIdOf(person)))).toBe(0);
  });

  it('stores neither secret nor backup codes in the clear, and shows them on no other page', async () => {
    const person = await signUpGuarded();
    const rows = JSON.stringify(await app.db.orm.select().from(twoFactor));
    const secret = new URL(person.uri).searchParams.get('secret') ?? '-';
    expect(secret.length).toBeGreaterThanOrEqual(32);
    const shown = (await person.browser.open('/account/two-factor')).html;
    for (const text of [rows, shown, JSON.stringify(app.logs())]) {
      expect([secret, ...person.codes].filter((value) => text.includes(value))).toEqual([]);
    }
  });

  it('is in the audit trail, from the set-up to the code that was wrong', async () => {
    const person = await signUpGuarded();
    waitForNextCode();
    const asked = await enterPassword(person, app.createBrowser());
    await enter(await enter(asked, '999999'), totpOf(person.uri));
    const id = await userIdOf(person);
    const events = (await app.db.orm.select().from(auditEvent).orderBy(auditEvent.id)).filter(({ userId }) => userId === id);
    expect(events.map(({ event, reason }) => [event, reason])).toEqual([
      ['account.created', null],
      ['two_factor.begun', null],
      ['two_factor.enabled', null],
      ['two_factor.asked', null],
      ['two_factor.refused', 'INVALID_CODE'],
      ['session.started', null],
    ]);
    expect((await person.browser.open('/activity')).text()).toContain('Two-factor sign-in turned on');
  });

  it('asks for the code after a new password too', async () => {
    const person = await signUpGuarded();
    await (await app.createBrowser().open('/forgot-password')).press('Send link', { Email: person.email });
    const find = () =>
      app.logs().find(({ event, to, link }) => event === 'mail.printed' && to === person.email && String(link).includes('token'));
    await vi.waitUntil(() => find() !== undefined, { timeout: 10_000 });
    await (await app.createBrowser().open(String(find()?.['link']))).press('Change password', { 'New password': 'a wholly new password' });
    const asked = await enterPassword({ ...person, password: 'a wholly new password' }, app.createBrowser());
    expect(asked.url.pathname).toBe('/two-factor');
  });
});
