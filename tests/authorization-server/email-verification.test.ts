import { eq } from 'drizzle-orm';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { user } from '../../src/db/schema/auth.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Page } from '../support/browser.ts';
import { connect, createOAuthClient } from '../support/oauth.ts';
import { linkIn, startSmtpHost, type SmtpHost } from '../support/smtp-host.ts';

const FROM = 'Vitae <vitae@example.org>';
const newAddress = () => `new-${crypto.randomUUID()}@example.org`;

async function startApp(settings: Readonly<Record<string, string>> = {}) {
  const smtp = await startSmtpHost();
  const app = await createTestApp({ settings: { SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: FROM, ...settings } });
  return { app, smtp };
}

async function isVerified(app: TestApp, email: string): Promise<boolean | undefined> {
  const [row] = await app.db.orm.select().from(user).where(eq(user.email, email));
  return row?.emailVerified;
}

describe('an e-mail address', () => {
  let app: TestApp;
  let smtp: SmtpHost;
  beforeAll(async () => {
    ({ app, smtp } = await startApp());
  });
  afterAll(async () => {
    await app.close();
    await smtp.close();
  });

  async function signUpVerified(): Promise<Person> {
    const person = await signUp(app);
    await (await app.createBrowser().open(linkIn(await smtp.nextMail(person.email)))).press('Confirm');
    return person;
  }
  const changeTo = async (person: Person, email: string): Promise<Page> =>
    (await person.browser.open('/account')).press('Change e-mail address', { 'New e-mail address': email });

  // proves accounts:email-fact
  it('is proved by a link, in whatever browser, and is what clients are told', async () => {
    const person = await signUp(app);
    const { accessToken } = await connect(app, person, { scope: 'openid email resumes:read' });
    const readClaims = async () => {
      const request = new Request(`${app.origin}/api/auth/oauth2/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
      return (await (await app.fetch(request)).json()) as unknown;
    };
    expect(await readClaims()).toMatchObject({ email: person.email, email_verified: false });
    const opened = await app.createBrowser().open(linkIn(await smtp.nextMail(person.email)));
    expect(opened.text()).toContain(`Is ${person.email} yours`);
    expect(await isVerified(app, person.email)).toBe(false);
    expect((await opened.press('Confirm')).heading()).toBe('Your e-mail address is confirmed');
    expect(await readClaims()).toMatchObject({ email: person.email, email_verified: true });
    const account = await person.browser.open('/account');
    expect([account.text().includes('Nobody has confirmed'), account.text().includes('Confirmed')]).toEqual([false, true]);
  });

  it('is not needed to get in, and asked about on the account page', async () => {
    const person = await signUp(app);
    await smtp.nextMail(person.email);
    const account = await person.browser.open('/account');
    expect(account.text()).toContain('Nobody has confirmed yet');
    const done = await account.press('Send link again');
    expect(done.text()).toContain('A link is on its way');
    const opened = await person.browser.open(linkIn(await smtp.nextMail(person.email)));
    const confirmed = await opened.press('Confirm');
    expect((await confirmed.follow('Go to your account')).text()).not.toContain('Nobody has confirmed');
  });

  // proves accounts:email-change
  it('changes when the old address allows it and the new one is proved, and not before', async () => {
    const person = await signUpVerified();
    const email = newAddress();
    expect((await changeTo(person, email)).text()).toContain('A link is on its way');
    const allow = await app.createBrowser().open(linkIn(await smtp.nextMail(person.email)));
    expect(allow.text()).toContain(`would go on with ${email}`);
    expect(smtp.mails.some(({ to }) => to.includes(email))).toBe(false);
    expect((await allow.press('Allow the change')).heading()).toBe('One more step');
    expect(await isVerified(app, person.email)).toBe(true);
    const confirm = await person.browser.open(linkIn(await smtp.nextMail(email)));
    expect((await confirm.press('Confirm')).heading()).toBe('Your e-mail address has been changed');
    expect([await isVerified(app, person.email), await isVerified(app, email)]).toEqual([undefined, true]);
    expect((await confirm.press('Confirm')).status).toBe(400);
    expect((await allow.press('Allow the change')).status).toBe(400);
  });

  it('that was never proved changes by the new one alone, and the old one is told', async () => {
    const person = await signUp(app);
    await smtp.nextMail(person.email);
    const email = newAddress();
    await changeTo(person, email);
    expect((await smtp.nextMail(person.email)).message).toContain('has asked to change its e-mail address');
    await (await app.createBrowser().open(linkIn(await smtp.nextMail(email)))).press('Confirm');
    expect(await isVerified(app, email)).toBe(false);
  });

  it('of somebody else is never sent to by a change, and the answer does not tell', async () => {
    const [eve, ada] = [await signUpVerified(), await signUpVerified()];
    const taken = await changeTo(eve, ada.email);
    const free = await changeTo(eve, newAddress());
    expect(taken.text()).toBe(free.text());
    expect(smtp.mails.filter(({ to }) => to.includes(ada.email))).toHaveLength(1);
  });

  it('that somebody else got meanwhile is not taken from them', async () => {
    const person = await signUp(app);
    await smtp.nextMail(person.email);
    const email = newAddress();
    await changeTo(person, email);
    const link = linkIn(await smtp.nextMail(email));
    const page = await app.createBrowser().open('/sign-up');
    await page.press('Create account', { Name: 'Eve', Email: email, Password: 'correct horse battery' });
    const refused = await (await app.createBrowser().open(link)).press('Confirm');
    expect([refused.status, await isVerified(app, person.email)]).toEqual([400, false]);
  });

  it('is not proved by a link of another account, a forged one or one that is over', async () => {
    const person = await signUp(app);
    const link = linkIn(await smtp.nextMail(person.email));
    const forge = async (payload: Record<string, unknown>, secret: string) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(secret));
    const token = link.searchParams.get('token') ?? '';
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`;
    const tries = [
      '',
      'x',
      'a.b.c',
      unsigned,
      `${token}x`,
      'x'.repeat(5_000),
      await forge({ email: person.email }, 'another secret of more than thirty characters'),
    ];
    for (const tried of tries) {
      const url = `/verify-email?${new URLSearchParams({ token: tried })}`;
      expect((await app.createBrowser().open(url)).status).toBe(400);
      const direct = await app.fetch(new Request(`${app.origin}/api/auth${url}`));
      expect([400, 401, 404, 431]).toContain(direct.status);
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * 60_000 + 1_000 });
    try {
      expect((await app.createBrowser().open(link)).status).toBe(400);
    } finally {
      vi.useRealTimers();
    }
    expect(await isVerified(app, person.email)).toBe(false);
  });

  it('is in the audit trail: links, changes and what is refused', async () => {
    const person = await signUpVerified();
    await (await person.browser.open('/account')).press('Change e-mail address', { 'New e-mail address': newAddress() });
    await person.browser.fetch('/api/auth/send-verification-email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: person.email }),
    });
    const [row] = await app.db.orm.select().from(user).where(eq(user.email, person.email));
    const events = (await app.db.orm.select().from(auditEvent).orderBy(auditEvent.id)).filter(({ userId }) => userId === row?.id);
    expect(events.map(({ event, decision }) => [event, decision])).toEqual([
      ['account.created', 'allowed'],
      ['email.confirmed', 'allowed'],
      ['email.change_asked', 'allowed'],
      ['email.refused', 'refused'],
    ]);
    expect((await person.browser.open('/activity')).text()).toContain('E-mail address confirmed');
  });

  it.each(['', 'no address', 'a\0b@example.org'])('is not changed to %j', async (email) => {
    const person = await signUp(app);
    expect((await changeTo(person, email)).text()).toContain('Enter an e-mail address');
  });
});

describe('where an address must be proved', () => {
  let app: TestApp;
  let smtp: SmtpHost;
  beforeAll(async () => {
    ({ app, smtp } = await startApp({ REQUIRE_VERIFIED_EMAIL: 'on' }));
  });
  afterAll(async () => {
    await app.close();
    await smtp.close();
  });

  // proves accounts:email-required
  it('nobody gets a session before, and the way to the client goes on after', async () => {
    const email = newAddress();
    const password = 'correct horse battery';
    const client = await createOAuthClient(app);
    const request = await client.createRequest();
    const browser = app.createBrowser();
    const form = await (await browser.open(request.url)).follow('Create account');
    const sent = await form.press('Create account', { Name: 'Ada', Email: email, Password: password });
    expect([sent.status, sent.heading()]).toEqual([200, 'Look into your mail']);
    expect((await browser.open('/account')).url.pathname).toBe('/sign-in');
    const first = await smtp.nextMail(email);
    const refused = await (await app.createBrowser().open('/sign-in')).press('Sign in', { Email: email, Password: password });
    expect([refused.status, refused.text().includes('Confirm your e-mail address first')]).toEqual([403, true]);
    await smtp.nextMail(email);
    const confirmed = await (await browser.open(linkIn(first))).press('Confirm');
    const signIn = await confirmed.follow('Sign in');
    const consent = await signIn.press('Sign in', { Email: email, Password: password });
    const { leavesTo } = await consent.press('Allow');
    expect(leavesTo === null ? null : await request.redeem(leavesTo)).toMatchObject({ token_type: 'bearer' });
  });

  it('signing up tells nobody whether there is an account; its owner hears by mail', async () => {
    const email = newAddress();
    const fields = { Name: 'Ada', Email: email, Password: 'correct horse battery' };
    const open = async () => (await app.createBrowser().open('/sign-up')).press('Create account', fields);
    const [first, second] = [await open(), await open()];
    expect(second.html).toBe(first.html);
    await smtp.nextMail(email);
    expect((await smtp.nextMail(email)).message).toContain('You have an account already');
  });

  it('a wrong password sends nothing', async () => {
    const email = newAddress();
    await (
      await app.createBrowser().open('/sign-up')
    ).press('Create account', { Name: 'Ada', Email: email, Password: 'correct horse battery' });
    await smtp.nextMail(email);
    const refused = await (await app.createBrowser().open('/sign-in')).press('Sign in', { Email: email, Password: 'wrong password' });
    expect(refused.status).toBe(401);
    expect(smtp.mails.filter(({ to }) => to.includes(email))).toHaveLength(1);
  });
});
