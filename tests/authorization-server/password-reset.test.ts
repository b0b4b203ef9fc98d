import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDatabase } from '../../src/db/client.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { session, verification } from '../../src/db/schema/auth.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Page } from '../support/browser.ts';
import { findFreePort } from '../support/free-port.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect, createOAuthClient } from '../support/oauth.ts';
import { linkIn, startSmtpHost, type SmtpHost } from '../support/smtp-host.ts';
import { waitUntil } from '../support/wait.ts';
import { createBrowser } from '../support/browser.ts';

const NEW_PASSWORD = 'a wholly new password';
const FROM = 'Vitae <vitae@example.org>';

async function forget(app: TestApp, email: string, browser = app.createBrowser()): Promise<Page> {
  return (await browser.open('/forgot-password')).press('Send link', { Email: email });
}

async function enter(app: TestApp, email: string, password: string): Promise<Page> {
  return (await app.createBrowser().open('/sign-in')).press('Sign in', { Email: email, Password: password });
}

describe('a forgotten password', () => {
  let app: TestApp;
  let smtp: SmtpHost;
  beforeAll(async () => {
    smtp = await startSmtpHost();
    app = await createTestApp({ settings: { SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: FROM } });
  });
  afterAll(async () => {
    await app.close();
    await smtp.close();
  });

  /** Somebody who has already got the mail that confirms their address. */
  async function newcomer(): Promise<Person> {
    const person = await signUp(app);
    await smtp.nextMail(person.email);
    return person;
  }

  async function requestLink(person: Person): Promise<URL> {
    expect((await forget(app, person.email)).status).toBe(200);
    return linkIn(await smtp.nextMail(person.email));
  }

  // proves accounts:reset-ends
  // security case 146
  it('is replaced by way of a mail, which ends sessions and connections and is confirmed', async () => {
    const person = await newcomer();
    const { accessToken, refreshToken, oauth } = await connect(app, person);
    const callMcp = () => app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${accessToken}` }));
    expect((await callMcp()).status).toBe(200);
    const link = await requestLink(person);
    expect(link.href).toMatch(/^http:\/\/localhost:3000\/reset-password\?token=[A-Za-z0-9]{24}$/);
    const done = await (await app.createBrowser().open(link)).press('Change password', { 'New password': NEW_PASSWORD });
    expect([done.status, done.heading()]).toEqual([200, 'Your password has been changed']);
    expect((await callMcp()).status).toBe(401);
    await expect(oauth.refresh(refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await person.browser.open('/account')).url.pathname).toBe('/sign-in');
    expect((await enter(app, person.email, person.password)).status).toBe(401);
    expect((await enter(app, person.email, NEW_PASSWORD)).url.pathname).toBe('/');
    const confirmation = await smtp.nextMail(person.email);
    expect(confirmation.message).toContain('Subject: Your password has been changed');
    expect(linkIn(confirmation).pathname).toBe('/forgot-password');
  });

  it('is written about in the language of whoever asks, whichever way', async () => {
    const person = await newcomer();
    const german = createBrowser(app, 'de-AT,de;q=0.9');
    await (await german.open('/forgot-password')).press('Link senden', { 'E-Mail-Adresse': person.email });
    const mail = await smtp.nextMail(person.email);
    expect(mail.message).toMatch(/^Content-Language: de$/m);
    expect(mail.message).toContain('Er gilt nur einmal.');
    const done = await (await german.open(linkIn(mail))).press('Passwort ändern', { 'Neues Passwort': NEW_PASSWORD });
    expect(done.heading()).toBe('Ihr Passwort ist geändert');
    expect((await smtp.nextMail(person.email)).message).toMatch(/^Content-Language: de$/m);
    const body = JSON.stringify({ email: person.email });
    const headers = { 'content-type': 'application/json' };
    await german.fetch('/api/auth/request-password-reset', { method: 'POST', headers, body });
    expect((await smtp.nextMail(person.email)).message).toMatch(/^Content-Language: de$/m);
  });

  // proves accounts:reset-once
  it('has a link that works once, and is the last of those that were asked for', async () => {
    const person = await newcomer();
    const [first, second] = [await requestLink(person), await requestLink(person)];
    const spare = await app.createBrowser().open(second);
    const opened = await app.createBrowser().open(first);
    expect(opened.status).toBe(200);
    expect((await opened.press('Change password', { 'New password': NEW_PASSWORD })).status).toBe(200);
    const again = await opened.press('Change password', { 'New password': 'yet another password' });
    expect([again.status, again.heading()]).toEqual([400, 'This link no longer works']);
    expect((await spare.press('Change password', { 'New password': 'yet another password' })).status).toBe(400);
    expect((await app.createBrowser().open(second)).status).toBe(400);
    expect((await enter(app, person.email, NEW_PASSWORD)).status).toBe(200);
  });

  it('stores no token that could be used, and forgets the link after an hour', async () => {
    const person = await newcomer();
    const link = await requestLink(person);
    const rows = JSON.stringify(await app.db.orm.select().from(verification));
    expect(rows).not.toContain(link.searchParams.get('token'));
    expect(rows).not.toContain('reset-password:');
    const identifiers = (await app.db.orm.select().from(verification)).map(({ identifier }) => identifier);
    for (const identifier of identifiers) {
      const url = `/reset-password?${new URLSearchParams({ token: identifier })}`;
      expect((await app.createBrowser().open(url)).status).toBe(400);
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * 60_000 + 1_000 });
    try {
      expect((await app.createBrowser().open(link)).status).toBe(400);
    } finally {
      vi.useRealTimers();
    }
  });

  // proves accounts:reset-tells-nothing
  it('is answered the same for an address nobody has, before anybody has looked', async () => {
    const person = await newcomer();
    const [known, unknown] = [await forget(app, person.email), await forget(app, 'nobody@example.org')];
    expect(unknown.html.replaceAll('nobody@example.org', '…')).toBe(known.html.replaceAll(person.email, '…'));
    const headersOf = (page: Page) => [...page.headers.keys()].toSorted();
    expect([unknown.status, headersOf(unknown)]).toEqual([known.status, headersOf(known)]);
    await smtp.nextMail(person.email);
    expect(smtp.mails.flatMap(({ to }) => to)).not.toContain('nobody@example.org');
  });

  // proves accounts:reset-tells-nothing
  it('is answered before anybody has looked for the account, so that not even the time tells', async () => {
    const person = await newcomer();
    let isOutOfReach = false;
    const orm = new Proxy(app.db.orm, {
      get(target, property) {
        if (property === 'select' && isOutOfReach) throw new Error('no table can be read');
        return Reflect.get(target, property, target) as unknown;
      },
    });
    const blind = await createTestApp({ db: createDatabase({ ...app.db, orm }) });
    isOutOfReach = true;
    const post = async (email: string) => {
      const body = JSON.stringify({ email });
      const headers = { 'content-type': 'application/json' };
      const response = await blind.fetch(new Request(`${app.origin}/api/auth/request-password-reset`, { method: 'POST', headers, body }));
      return [response.status, await response.text()];
    };
    const known = await post(person.email);
    expect(known).toEqual([200, expect.stringContaining('"status":true')]);
    expect(await post('nobody@example.org')).toEqual(known);
    await waitUntil(() => blind.logs().filter(({ event }) => event === 'auth.background_failed').length === 2);
    isOutOfReach = false;
    await blind.close();
  });

  it('says nothing about the person in the mail, who may have signed up with somebody else’s address', async () => {
    const person = await signUp(app, 'Win a prize at https://evil.example');
    await requestLink(person);
    expect(smtp.mails.some(({ message }) => message.includes('evil.example'))).toBe(false);
  });

  it('goes on with the authorization request that the person was in the middle of', async () => {
    const person = await newcomer();
    const client = await createOAuthClient(app);
    const request = await client.createRequest();
    const browser = app.createBrowser();
    const asked = await (await browser.open(request.url)).follow('Forgot password?');
    await asked.press('Send link', { Email: person.email });
    const opened = await browser.open(linkIn(await smtp.nextMail(person.email)));
    expect(opened.html).not.toContain('client_id');
    const signIn = await (await opened.press('Change password', { 'New password': NEW_PASSWORD })).follow('Sign in');
    expect(signIn.heading()).toBe('Sign in to continue to Test client');
    const consent = await signIn.press('Sign in', { Email: person.email, Password: NEW_PASSWORD });
    const { leavesTo } = await consent.press('Allow');
    expect(leavesTo === null ? null : await request.redeem(leavesTo)).toMatchObject({ token_type: 'bearer' });
  });

  it('comes back to the page that the person wanted, and forgets it then', async () => {
    const person = await newcomer();
    const browser = app.createBrowser();
    const asked = await (await browser.open('/api-keys')).follow('Forgot password?');
    await asked.press('Send link', { Email: person.email });
    expect(browser.cookies.get('vitae.return')).not.toBeNull();
    const opened = await browser.open(linkIn(await smtp.nextMail(person.email)));
    const signIn = await (await opened.press('Change password', { 'New password': NEW_PASSWORD })).follow('Sign in');
    expect(browser.cookies.get('vitae.return')).toBeNull();
    expect((await signIn.press('Sign in', { Email: person.email, Password: NEW_PASSWORD })).url.pathname).toBe('/api-keys');
  });

  it.each(['', 'next=%2F%2Fevil.example', 'client_id=x&sig=y&redirect_uri=https%3A%2F%2Fevil.example'])(
    'lets the browser’s cookie lead nowhere else: %s',
    async (kept) => {
      const person = await newcomer();
      const browser = app.createBrowser();
      browser.cookies.store(new Headers({ 'set-cookie': `vitae.return=${Buffer.from(kept).toString('base64url')}` }));
      const opened = await browser.open(await requestLink(person));
      const done = await opened.press('Change password', { 'New password': NEW_PASSWORD });
      expect(done.status).toBe(200);
      expect(done.document.querySelector('a.button')?.getAttribute('href')).toBe('/sign-in');
    },
  );

  it('is refused when the new one is too short, too long or not text, and the link is still good', async () => {
    const person = await newcomer();
    const opened = await app.createBrowser().open(await requestLink(person));
    for (const password of ['short', 'x'.repeat(129), 'nul\0 in the middle']) {
      const refused = await opened.press('Change password', { 'New password': password });
      expect([refused.status, refused.html.includes(password)]).toEqual([400, false]);
    }
    expect((await opened.press('Change password', { 'New password': NEW_PASSWORD })).status).toBe(200);
  });

  it.each(['', 'x', '%00', 'a'.repeat(10_000), 'A'.repeat(24), "' or 1=1 --"])('has no link with the token %.20s', async (token) => {
    expect((await app.createBrowser().open(`/reset-password?token=${encodeURIComponent(token)}`)).status).toBe(400);
    const response = await app.fetch(new Request(`${app.origin}/api/auth/reset-password/${encodeURIComponent(token)}?callbackURL=%2F`));
    expect([400, 404]).toContain(response.status);
  });

  it.each(['no address', 'two@example.org, three@example.org', 'a\0@example.org', `${'@'.repeat(400)}example.org`])(
    'asks for an address that could be one: %.20s',
    async (email) => {
      const refused = await forget(app, email);
      expect([refused.status, refused.text().includes('Enter an e-mail address')]).toEqual([400, true]);
    },
  );

  it('is in the audit trail: the asking, the change and what is refused', async () => {
    const person = await newcomer();
    const link = await requestLink(person);
    const opened = await app.createBrowser().open(link);
    await opened.press('Change password', { 'New password': NEW_PASSWORD });
    await opened.press('Change password', { 'New password': NEW_PASSWORD });
    const events = (await app.db.orm.select().from(auditEvent).orderBy(auditEvent.id)).filter(({ event }) => event.startsWith('password.'));
    const [mine] = events.filter(({ event }) => event === 'password.reset_requested').slice(-1);
    expect(mine).toMatchObject({ decision: 'allowed', userId: expect.any(String) });
    expect(events.filter(({ userId }) => userId === mine?.userId).map(({ event }) => event)).toEqual([
      'password.reset_requested',
      'password.changed',
    ]);
    expect(events).toContainEqual(expect.objectContaining({ event: 'password.refused', decision: 'refused', reason: 'INVALID_TOKEN' }));
    expect(JSON.stringify([events, app.logs()])).not.toContain(link.searchParams.get('token'));
  });

  it('confirms a change with the old password too, and begins no session by itself', async () => {
    const person = await newcomer();
    const before = await app.db.orm.$count(session);
    const changed = await person.browser.fetch('/api/auth/change-password', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ currentPassword: person.password, newPassword: NEW_PASSWORD }),
    });
    expect(changed.status).toBe(200);
    expect((await smtp.nextMail(person.email)).message).toContain('Your password has been changed');
    expect(await app.db.orm.$count(session)).toBe(before);
  });
});

describe('a mail server that is away', () => {
  // proves mail:never-waited-for
  it('holds up and fails nobody, and is seen in log and metrics', async () => {
    const port = await findFreePort();
    const app = await createTestApp({ settings: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: FROM } });
    try {
      const person = await signUp(app);
      const known = await forget(app, person.email);
      const unknown = await forget(app, 'nobody@example.org');
      expect([known.status, unknown.status]).toEqual([200, 200]);
      await waitUntil(() => app.logs().some(({ event }) => event === 'mail.retried'));
      const metrics = await (await app.fetch(new Request(`${app.origin}/metrics`))).text();
      // One of two mails, or both: the one that confirms the address is on its way too.
      expect(metrics).toMatch(/^vitae_mails_total\{outcome="retried"\} [1-9]/m);
    } finally {
      await app.close();
    }
  });
});

/** Without SMTP: the link that stands in the log. */
async function printedLink(app: TestApp, email: string): Promise<URL> {
  const find = () => app.logs().find(({ event, to }) => event === 'mail.printed' && to === email)?.['link'];
  await waitUntil(() => find() !== undefined);
  return new URL(String(find()));
}

describe('without a mail server', () => {
  it('the link stands in the log, and the page says so', async () => {
    const app = await createTestApp();
    try {
      const person = await signUp(app);
      expect((await forget(app, person.email)).text()).toContain('the link stands in its log');
      const done = await (
        await app.createBrowser().open(await printedLink(app, person.email))
      ).press('Change password', { 'New password': NEW_PASSWORD });
      expect(done.status).toBe(200);
    } finally {
      await app.close();
    }
  });
});

describe('a link that many ask for', () => {
  it('is sent a few times an hour, and the same holds for an address that nobody has', async () => {
    const app = await createTestApp({ settings: { RATE_LIMITS: 'on' } });
    try {
      const person = await signUp(app);
      const browser = createBrowser(app);
      for (const email of [person.email, 'nobody@example.org']) {
        const statuses: number[] = [];
        for (let count = 0; count < 6; count += 1) statuses.push((await forget(app, email, browser)).status);
        expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
      }
      const upper = await forget(app, person.email.toUpperCase());
      expect([upper.status, upper.headers.get('retry-after'), upper.text().includes('Too many attempts')]).toEqual([
        429,
        expect.any(String),
        true,
      ]);
    } finally {
      await app.close();
    }
  });

  // proves accounts:reset-once
  it('is spent by one of twenty who use it at once', async () => {
    const app = await createTestApp({ settings: { RATE_LIMITS: 'on' } });
    const person = await signUp(app);
    await forget(app, person.email);
    const token = (await printedLink(app, person.email)).searchParams.get('token');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        app.fetch(
          new Request(`${app.origin}/api/auth/reset-password`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ token, newPassword: `password number ${index}` }),
          }),
        ),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 400),
    ]);
    await app.close();
  });
});
