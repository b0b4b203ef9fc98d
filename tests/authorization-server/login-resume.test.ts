import { eq } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { session, user } from '../../src/db/schema/auth.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Page, TestBrowser } from '../support/browser.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { createOAuthClient, type AuthorizationRequest } from '../support/oauth.ts';
import { totpOf } from '../support/totp.ts';

const PASSWORD = 'correct horse battery';
/** As much state as is carried, of what forms and addresses have a meaning of their own for. */
const ODD_STATE = `a+b c/d=&e;f"<g>'%41%00?#[é€😀]\\ ${'~'.repeat(3000)}`;

let app: TestApp;
let ada: Person;
let accounts = 0;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
});
afterEach(() => vi.useRealTimers());
afterAll(() => app.close());

const newEmail = () => `login-resume-${(accounts += 1)}@example.org`;

/** A client that a person comes from, which must get them back. */
async function startFlow(parameters: Readonly<Record<string, string>> = {}) {
  const client = await createOAuthClient(app);
  return { client, request: await client.createRequest(parameters) };
}

/** Allows, and proves that the client ends with a token of this person. */
async function expectToArrive(page: Page, request: AuthorizationRequest, email: string): Promise<void> {
  expect([page.url.pathname, page.status]).toEqual(['/consent', 200]);
  const answered = await page.press('Allow');
  if (answered.leavesTo === null) throw new Error(`no way back to the client: ${answered.status} ${answered.text()}`);
  const { access_token: token } = await request.redeem(answered.leavesTo);
  expect((await app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${token}` }))).status).toBe(200);
  const owners = await app.db.orm
    .select({ email: user.email })
    .from(oauthGrant)
    .innerJoin(user, eq(user.id, oauthGrant.userId))
    .where(eq(oauthGrant.id, String(decodeJwt(token)['grant_id'])));
  expect(owners).toEqual([{ email }]);
}

/** Ways through the pages, from the one that the client's request led to up to the consent page, and whose account it ends with. */
const WAYS: Readonly<Record<string, (page: Page) => Promise<{ readonly page: Page; readonly email: string }>>> = {
  async 'signing in'(page) {
    return { page: await (await toPage(page, 'Sign in')).press('Sign in', credentials(ada)), email: ada.email };
  },
  async 'a wrong password, an empty one, and the right one'(page) {
    const wrong = await (await toPage(page, 'Sign in')).press('Sign in', { Email: ada.email, Password: 'not-the-password' });
    expect(wrong.status).toBe(401);
    const empty = await wrong.press('Sign in', { Password: '' });
    expect(empty.status).toBe(400);
    return { page: await empty.press('Sign in', { Password: ada.password }), email: ada.email };
  },
  async 'creating an account'(page) {
    const email = newEmail();
    const form = { Name: 'Grace Hopper', Email: email, Password: PASSWORD };
    return { page: await (await toPage(page, 'Create account')).press('Create account', form), email };
  },
  async 'an account that is there already, then signing in to it'(page) {
    const form = { Name: 'Ada Lovelace', Email: ada.email, Password: PASSWORD };
    const taken = await (await toPage(page, 'Create account')).press('Create account', form);
    expect(taken.status).toBe(422);
    return { page: await (await taken.follow('Sign in')).press('Sign in', credentials(ada)), email: ada.email };
  },
  async 'a password that is too short, then a better one'(page) {
    const email = newEmail();
    const form = { Name: 'Grace Hopper', Email: email, Password: 'short' };
    const refused = await (await toPage(page, 'Create account')).press('Create account', form);
    expect(refused.status).toBe(400);
    return { page: await refused.press('Create account', { Password: PASSWORD }), email };
  },
  async 'there and back between the two pages'(page) {
    const there = await (await toPage(page, 'Create account')).follow('Sign in');
    const back = await there.follow('Create account');
    return { page: await (await back.follow('Sign in')).press('Sign in', credentials(ada)), email: ada.email };
  },
};

/** The longer ways are gone once, the forks of the library's own code with every prompt. */
const FORKS = ['signing in', 'creating an account', 'an account that is there already, then signing in to it'];

const credentials = ({ email, password }: Person) => ({ Email: email, Password: password });

/** The page with this button, from the one that the client's request led to. */
function toPage(page: Page, button: 'Sign in' | 'Create account'): Promise<Page> {
  const isThere = page.url.pathname === (button === 'Sign in' ? '/sign-in' : '/sign-up');
  return isThere ? Promise.resolve(page) : page.follow(button);
}

describe('a person who comes from a client', () => {
  const cases = [
    ...Object.keys(WAYS).map((way) => [way, '']),
    ...['login', 'select_account consent', 'create consent'].flatMap((prompt) => FORKS.map((way) => [way, prompt])),
  ];

  // proves login-resume:every-way
  it.each(cases)('ends at it after %s, asked with prompt=%s', async (way = '', prompt = '') => {
    const { request } = await startFlow({ prompt });
    const go = WAYS[way];
    if (go === undefined) throw new RangeError(way);
    const { page, email } = await go(await app.createBrowser().open(request.url));
    await expectToArrive(page, request, email);
  });
});

describe('a person who is signed in', () => {
  // proves login-resume:prompt
  it.each(['login', 'login consent', 'select_account', 'create'])(
    'is asked again by prompt=%s, and may come as someone else',
    async (prompt) => {
      const grace = await signUp(app, 'Grace Hopper');
      const { request } = await startFlow({ prompt });
      const asked = await grace.browser.open(request.url);
      expect(asked.url.pathname).toBe(prompt === 'create' ? '/sign-up' : '/sign-in');
      await expectToArrive(await (await toPage(asked, 'Sign in')).press('Sign in', credentials(ada)), request, ada.email);
    },
  );

  it.each(['', 'consent'])('goes straight to the consent page with prompt=%s', async (prompt) => {
    const grace = await signUp(app, 'Grace Hopper');
    const { request } = await startFlow({ prompt });
    await expectToArrive(await grace.browser.open(request.url), request, grace.email);
  });

  it('signs in for one tab and goes on in the other', async () => {
    const browser = app.createBrowser();
    const [first, second] = [await startFlow(), await startFlow()];
    const waiting = await browser.open(first.request.url);
    const signedIn = await (await browser.open(second.request.url)).press('Sign in', credentials(ada));
    await expectToArrive(signedIn, second.request, ada.email);
    await expectToArrive(await waiting.press('Sign in', credentials(ada)), first.request, ada.email);
  });
});

describe('a session that ends while the consent page is open', () => {
  const endings: Readonly<Record<string, (browser: TestBrowser) => Promise<unknown>>> = {
    'its cookie is gone': async (browser) => browser.cookies.clear(),
    'it has expired': () => app.db.orm.update(session).set({ expiresAt: new Date(Date.now() - 1000) }),
    'it was ended from elsewhere': async () => {
      const [row] = await app.db.orm.select().from(user).where(eq(user.email, ada.email));
      await app.db.orm.delete(session).where(eq(session.userId, row?.id ?? ''));
    },
  };

  // proves login-resume:session-ends
  it.each(Object.entries(endings))('costs a sign-in and no new start: %s', async (_name, end) => {
    const { request } = await startFlow();
    const browser = app.createBrowser();
    const asked = await (await browser.open(request.url)).press('Sign in', credentials(ada));
    await end(browser);
    const again = await asked.press('Allow');
    expect(again.url.pathname).toBe('/sign-in');
    expect(again.text()).toContain('Test client');
    const wrong = await again.press('Sign in', { Email: ada.email, Password: 'not-the-password' });
    await expectToArrive(await wrong.press('Sign in', { Password: ada.password }), request, ada.email);
  });

  // proves login-resume:session-ends
  it('shows the page anew to whoever signed in meanwhile in another tab, before anything is allowed', async () => {
    const { request } = await startFlow();
    const browser = app.createBrowser();
    const asked = await (await browser.open(request.url)).press('Sign in', credentials(ada));
    const grace = await signUp(app, 'Grace Hopper');
    const elsewhere = await browser.open('/account');
    await (await elsewhere.press('Sign out')).press('Sign in', credentials(grace));
    const again = await asked.press('Allow', { 'Delete resumes for good': false });
    expect([again.status, again.leavesTo]).toEqual([403, null]);
    expect(again.text()).toContain(grace.email);
    expect(again.text()).not.toContain(ada.email);
    expect(again.document.querySelector('#scope-resumes\\:delete')?.hasAttribute('checked')).toBe(true);
    const answered = await again.press('Allow');
    await request.redeem(answered.leavesTo ?? new URL('about:blank'));
  });
});

describe('a person with a second factor', () => {
  let guarded: Person;
  let codes: string[];
  beforeAll(async () => {
    const grace = await signUp(app, 'Grace Hopper');
    const setUp = await (await (await grace.browser.open('/account')).follow('Set up …')).press('Set up', { Password: grace.password });
    const hidden = (name: string) => setUp.document.querySelector(`input[name="${name}"]`)?.getAttribute('value') ?? '';
    await setUp.press('Turn on', { Code: totpOf(hidden('uri')) });
    codes = hidden('codes').split(' ');
    guarded = grace;
  });

  // proves login-resume:every-way
  it.each(['', 'login', 'select_account', 'create consent'])(
    'ends at the client after a wrong code and a right one, prompt=%s',
    async (prompt) => {
      const { request } = await startFlow({ prompt });
      const asked = await app.createBrowser().open(request.url);
      const wrongPassword = await (await toPage(asked, 'Sign in')).press('Sign in', { Email: guarded.email, Password: 'not-the-password' });
      const wrongCode = await (await wrongPassword.press('Sign in', { Password: guarded.password })).press('Continue', { Code: '000000' });
      expect(wrongCode.status).toBe(401);
      await expectToArrive(await wrongCode.press('Continue', { Code: codes.pop() ?? '' }), request, guarded.email);
    },
  );
});

describe('what the client sent along', () => {
  // proves authorize:state
  it('comes back byte for byte, whatever way was gone', async () => {
    const { request } = await startFlow({ state: ODD_STATE, prompt: 'login' });
    const wrong = await (await app.createBrowser().open(request.url)).press('Sign in', { Email: ada.email, Password: 'not-the-password' });
    const taken = await (await wrong.follow('Create account')).press('Create account', { Name: 'A', Email: ada.email, Password: PASSWORD });
    const asked = await (await taken.follow('Sign in')).press('Sign in', credentials(ada));
    const answered = await asked.press('Allow');
    expect(answered.leavesTo?.searchParams.getAll('state')).toEqual([ODD_STATE]);
    expect(answered.leavesTo?.searchParams.getAll('iss')).toEqual([app.origin]);
  });

  it('is good for ten minutes, on whichever page they pass', async () => {
    const { request } = await startFlow();
    const signIn = await app.createBrowser().open(request.url);
    const browser = app.createBrowser();
    const asked = await (await browser.open(request.url)).press('Sign in', credentials(ada));
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 601_000);
    for (const late of [await signIn.press('Sign in', credentials(ada)), await asked.press('Allow')]) {
      expect([late.status, late.leavesTo]).toEqual([400, null]);
      expect(late.heading()).toBe('Please start again from your app');
    }
  });
});
