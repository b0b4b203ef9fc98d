import { and, eq, inArray } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Administration } from '../../src/authorization-server/administration/administration.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { session, user } from '../../src/db/schema/auth.ts';
import { userBan } from '../../src/db/schema/bans.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import { attack } from '../security/support/attack.ts';
import { connectClient, issueCode, redemption, refreshing } from '../security/support/codes.ts';
import { bearer, mcpRequest } from '../security/support/mcp.ts';
import { authorizePath, createVerifier, json, register } from '../security/support/requests.ts';
import { createTestAdministration } from '../support/administration.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { totpOf } from '../support/totp.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let app: TestApp;
let administration: Administration;
beforeAll(async () => {
  app = await createTestApp();
  administration = await createTestAdministration(app.db, app.origin);
});
afterEach(() => vi.useRealTimers());
afterAll(() => app.close());

const idOf = async ({ email }: Person) => (await administration.users.find(email))?.id ?? '';
const ban = async (person: Person, reason: string | null = null, endsAt: Date | null = null) =>
  administration.bans.ban(await idOf(person), { reason, endsAt });
const unban = async (person: Person) => administration.bans.unban(await idOf(person));
const enter = async ({ email, password }: Pick<Person, 'email' | 'password'>) =>
  (await app.createBrowser().open('/sign-in')).press('Sign in', { Email: email, Password: password });
const signInByApi = ({ email, password }: Pick<Person, 'email' | 'password'>) =>
  json(app, '/api/auth/sign-in/email', { email, password }, { origin: app.origin });
const whoami = (key: string) => new Request(`${app.origin}/api/v1/whoami`, { headers: { 'x-api-key': key } });
const eventsOf = async (person: Person, ...events: readonly string[]) =>
  app.db.orm
    .select()
    .from(auditEvent)
    .where(and(eq(auditEvent.userId, await idOf(person)), inArray(auditEvent.event, [...events])));
const sessionsOf = async (person: Person) => app.db.orm.$count(session, eq(session.userId, await idOf(person)));

describe('a closed account', () => {
  // security cases 82, 128, 161, 180
  // proves accounts:closed
  it('has nothing that still opens it: no session, token, code, page that was open, or key', async () => {
    const person = await signUp(app);
    const key = await createApiKey(person);
    const connection = await connectClient(app, person);
    const issued = await issueCode(app, person);
    const { client_id } = await register(app);
    const page = await person.browser.open(authorizePath(app, client_id, createVerifier().challenge));
    expect((await app.fetch(mcpRequest(app, bearer(connection.access_token), 'tools/list'))).status).toBe(200);

    expect(await ban(person)).toBe(2);
    expect((await app.fetch(mcpRequest(app, bearer(connection.access_token), 'tools/list'))).status).toBe(401);
    expect((await attack(app, refreshing(app, connection.clientId, connection.refresh_token))).error).toBe('invalid_grant');
    expect((await attack(app, redemption(app, issued))).error).toBe('invalid_grant');
    const answered = await page.press('Allow');
    expect([answered.url.pathname, answered.leavesTo]).toEqual(['/sign-in', null]);
    expect((await person.browser.open('/account')).url.pathname).toBe('/sign-in');
    expect((await attack(app, mcpRequest(app, { 'x-api-key': key }, 'tools/list'))).status).toBe(401);
    expect((await app.fetch(whoami(key))).status).toBe(401);
    expect(await sessionsOf(person)).toBe(0);
  });

  // proves accounts:closed
  it('opens again with its keys, and with nothing of what had ended', async () => {
    const person = await signUp(app);
    const key = await createApiKey(person);
    const connection = await connectClient(app, person);
    await ban(person);
    expect(await unban(person)).toBe(true);
    expect(await unban(person)).toBe(false);
    expect((await app.fetch(whoami(key))).status).toBe(200);
    expect((await app.fetch(mcpRequest(app, bearer(connection.access_token), 'tools/list'))).status).toBe(401);
    expect((await attack(app, refreshing(app, connection.clientId, connection.refresh_token))).error).toBe('invalid_grant');
    expect((await person.browser.open('/account')).url.pathname).toBe('/sign-in');
    expect((await enter(person)).url.pathname).toBe('/');
    await connectClient(app, { ...person, browser: (await signedIn(person)).browser });
    expect(await eventsOf(person, 'account.closed', 'account.opened')).toHaveLength(2);
  });

  async function signedIn(person: Person): Promise<Person> {
    const browser = app.createBrowser();
    await (await browser.open('/sign-in')).press('Sign in', { Email: person.email, Password: person.password });
    return { ...person, browser };
  }

  it('opens by itself when its time is over, and its row goes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const person = await signUp(app);
    const key = await createApiKey(person);
    await ban(person, null, new Date(Date.now() + DAY_MS));
    expect((await enter(person)).status).toBe(403);
    vi.setSystemTime(Date.now() + DAY_MS - 1_000);
    expect((await app.fetch(whoami(key))).status).toBe(401);
    vi.setSystemTime(Date.now() + 2_000);
    expect((await app.fetch(whoami(key))).status).toBe(200);
    expect((await enter(person)).url.pathname).toBe('/');
    expect(await app.sweep()).toMatchObject({ bans: 1 });
    expect(await app.db.orm.$count(userBan, eq(userBan.userId, await idOf(person)))).toBe(0);
  });
});

describe('signing in to a closed account', () => {
  const REASON = 'Sold resumes of <b>others</b>';

  // proves accounts:closed-is-no-oracle
  it('says with a wrong password what it says to everybody, and with the right one what has happened', async () => {
    const [person, other] = [await signUp(app), await signUp(app)];
    await ban(person, REASON, new Date('2031-05-06T07:08:00Z'));
    const wrong = await attack(app, signInByApi({ ...person, password: 'not the password' }));
    const usual = await attack(app, signInByApi({ ...other, password: 'not the password' }));
    expect([wrong.status, wrong.body]).toEqual([usual.status, usual.body]);

    const refused = await attack(app, signInByApi(person));
    expect([refused.status, JSON.parse(refused.body)]).toEqual([
      403,
      { code: 'ACCOUNT_CLOSED', message: 'This account is closed', reason: REASON, until: '2031-05-06T07:08:00.000Z' },
    ]);
    expect(refused.headers.getSetCookie().filter((cookie) => /session_token=[^;]/.test(cookie))).toEqual([]);
    expect(await eventsOf(person, 'session.refused')).toMatchObject([
      { reason: 'INVALID_EMAIL_OR_PASSWORD' },
      { reason: 'account_closed', decision: 'refused' },
    ]);

    const page = await enter(person);
    expect(page.status).toBe(403);
    expect(page.text()).toContain(`have closed this account until May 6, 2031, 7:08 AM UTC. They say: ${REASON}`);
  });

  it('asks for no second factor, and takes none that it had asked for', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const person = await signUp(app);
    const setUp = await (await (await person.browser.open('/account')).follow('Set up …')).press('Set up', { Password: person.password });
    const uri = setUp.document.querySelector('input[name="uri"]')?.getAttribute('value') ?? '';
    await setUp.press('Turn on', { Code: totpOf(uri) });
    vi.setSystemTime(Date.now() + 90_000);
    const asked = await enter(person);
    expect(asked.url.pathname).toBe('/two-factor');
    await ban(person);
    const refused = await asked.press('Continue', { Code: totpOf(uri) });
    expect([refused.status, refused.text().includes('have closed this account.')]).toEqual([403, true]);
    expect((await enter(person)).status).toBe(403);
    expect(await sessionsOf(person)).toBe(0);
  });

  it('goes no further with a new password by way of a mail', async () => {
    const person = await signUp(app);
    await ban(person);
    const link = await administration.users.createResetLink(person.email);
    const done = await (await app.createBrowser().open(link)).press('Change password', { 'New password': 'a wholly new password' });
    expect(done.heading()).toBe('Your password has been changed');
    expect((await enter({ ...person, password: 'a wholly new password' })).status).toBe(403);
    expect(await sessionsOf(person)).toBe(0);
  });
});

describe('a ban that comes while others write', () => {
  it.each(['sign-in', 'consent', 'code', 'refresh'])('leaves nothing alive: %s', { timeout: 60_000 }, async (way) => {
    for (let turn = 0; turn < 4; turn += 1) {
      const person = await signUp(app);
      const connection = await connectClient(app, person);
      const issued = await issueCode(app, person);
      const { client_id } = await register(app);
      const page = await person.browser.open(authorizePath(app, client_id, createVerifier().challenge));
      const ways: Readonly<Record<string, () => Promise<unknown>>> = {
        'sign-in': () => app.fetch(signInByApi(person)),
        consent: () => page.press('Allow'),
        code: () => app.fetch(redemption(app, issued)),
        refresh: () => app.fetch(refreshing(app, connection.clientId, connection.refresh_token)),
      };
      const racing = [1, 2, 3].map(() => ways[way]?.());
      for (let later = 0; later < turn * 8; later += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
      await Promise.all([...racing, ban(person), ways[way]?.()]);
      const [id] = (await app.db.orm.select({ id: user.id }).from(user).where(eq(user.email, person.email))).map((row) => row.id);
      expect(await sessionsOf(person)).toBe(0);
      const grants = await app.db.orm
        .select()
        .from(oauthGrant)
        .where(eq(oauthGrant.userId, id ?? ''));
      expect(grants.filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
    }
  });
});
