import { and, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oauthClient, oauthConsent, session, user, verification } from '../../src/db/schema/auth.ts';
import { oauthGrant, oauthGrantCode } from '../../src/db/schema/grants.ts';
import { DatabaseTimeout } from '../../src/db/unavailable.ts';
import { form } from '../security/support/requests.ts';
import { signUp, type Person } from '../support/app.ts';
import { createWatchedApp } from '../support/joint-inserts.ts';
import { consent, createOAuthClient, type AuthorizationRequest, type TestOAuthClient } from '../support/oauth.ts';

type WatchedApp = Awaited<ReturnType<typeof createWatchedApp>>;

let app: WatchedApp['app'];
let watched: WatchedApp['watched'];
let takeEvents: WatchedApp['takeEvents'];
let close: WatchedApp['close'];
let ada: Person;
let client: TestOAuthClient;

beforeAll(async () => {
  ({ app, watched, takeEvents, close } = await createWatchedApp());
});
afterAll(() => close());
beforeEach(async () => {
  ada = await signUp(app);
  client = await createOAuthClient(app, { redirect_uris: ['https://client.example/callback'], software_version: ada.email });
  const first = await client.createRequest();
  await first.redeem(await consent(ada, first));
  await app.db.orm.delete(verification);
  await app.db.orm.delete(oauthGrantCode);
  await takeEvents();
  watched.take();
});
afterEach(() => {
  watched.take();
});

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'x-request-id': 'one-and-the-same' };
const cookie = () => ada.browser.cookies.header() ?? '';

const read = async (response: Response) => ({
  status: response.status,
  location: new URL(response.headers.get('location') ?? '', app.origin),
  headers: { ...Object.fromEntries(response.headers), location: null },
});
const authorize = async ({ url }: AuthorizationRequest) =>
  read(await app.fetch(new Request(url, { headers: { ...NAVIGATION, cookie: cookie() } })));
/** The same request as a form, which writes as it goes. */
const authorizeAsItGoes = async ({ url }: AuthorizationRequest) =>
  read(
    await app.fetch(
      form(app, url.pathname, url.searchParams.toString(), {
        ...NAVIGATION,
        cookie: cookie(),
        origin: app.origin,
        'sec-fetch-site': 'same-origin',
      }),
    ),
  );

const countCodes = () => app.db.orm.$count(oauthGrantCode);

/** Everything that an authorization leaves behind, but the code itself, ids of rows and the time. */
const takeRows = async () => {
  const rows = {
    codes: await app.db.orm.delete(oauthGrantCode).returning(),
    verifications: await app.db.orm.delete(verification).returning(),
    events: await takeEvents(),
  };
  expect(rows.codes[0]?.codeHash).toBe(rows.verifications[0]?.identifier);
  const lives = rows.verifications.map(({ expiresAt, createdAt }) => Math.round((expiresAt.getTime() - createdAt.getTime()) / 10_000));
  const stored = rows.verifications.map(({ value }) => JSON.parse(value) as unknown);
  const plain = JSON.parse(JSON.stringify({ ...rows, stored, lives }), (name, value: unknown) =>
    /^(?:id|codeHash|codeChallenge|code_challenge|identifier|value|state|at|issuedAt|expiresAt|createdAt|updatedAt)$/.test(name) &&
    value !== null
      ? typeof value
      : value,
  ) as unknown;
  return plain;
};

describe('an authorization that was allowed before, written in one statement', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['for the scopes of the first', {}],
    ['for fewer', { scope: 'resumes:read offline_access' }],
  ])('leaves the same rows as one that writes as it goes, and the same answer: %s', async (_name, overrides) => {
    const together = await authorize(await client.createRequest(overrides));
    expect(watched.take()).toEqual([true]);
    const rows = await takeRows();
    const apart = await authorizeAsItGoes(await client.createRequest(overrides));
    expect(watched.take()).toEqual([]);
    expect(rows).toEqual(await takeRows());
    expect(together.location.searchParams.get('code')).toMatch(/^\w{32}$/);
    expect(together.headers).toEqual(apart.headers);
    expect([together.status, ...together.location.searchParams.keys()]).toEqual([apart.status, ...apart.location.searchParams.keys()]);
  });

  it('can be redeemed', async () => {
    const request = await client.createRequest();
    const { location } = await authorize(request);
    expect((await request.redeem(location)).access_token).toBeDefined();
  });

  it.each(['%00.x', '%ff.x', 'x', '.', "'.x", `${'x'.repeat(300)}.x`])('asks for a sign-in where the cookie is %s', async (value) => {
    const { url } = await client.createRequest();
    const name = cookie().split('=')[0];
    const { status, location } = await read(await app.fetch(new Request(url, { headers: { ...NAVIGATION, cookie: `${name}=${value}` } })));
    expect([status, location.pathname]).toEqual([302, '/sign-in']);
    expect([watched.take(), await countCodes()]).toEqual([[], 0]);
  });

  it('takes no session whose cookie somebody else has signed', async () => {
    const { url } = await client.createRequest();
    const [name, value = ''] = cookie().split('=');
    const forged = `${name}=${value.split('.')[0]}.${encodeURIComponent(Buffer.alloc(32).toString('base64'))}`;
    const { location } = await read(await app.fetch(new Request(url, { headers: { ...NAVIGATION, cookie: forged } })));
    expect(location.pathname).toBe('/sign-in');
    expect(await countCodes()).toBe(0);
  });

  it('writes nothing where the person is asked', async () => {
    const { location } = await authorize(await client.createRequest({ prompt: 'consent' }));
    expect(location.pathname).toBe('/consent');
    expect([watched.take(), await countCodes(), await takeEvents()]).toEqual([[], 0, []]);
  });

  it('is refused as one that writes as it goes', async () => {
    const refuse = async (ask: typeof authorize) => {
      const { status, location } = await ask(await client.createRequest({ code_challenge_method: 'plain' }));
      const events = await takeEvents();
      return [status, location.searchParams.get('error'), events.map(({ event, reason, userId }) => [event, reason, userId])];
    };
    expect(await refuse(authorize)).toEqual(await refuse(authorizeAsItGoes));
    expect(watched.take()).toEqual([]);
  });
});

describe('what changes between the reading and the write of an authorization', () => {
  const find = async () => {
    const [person] = await app.db.orm.select().from(user).where(eq(user.email, ada.email));
    return { userId: person?.id ?? '', clientId: client.client.client_id };
  };

  it.each<[string, (which: { readonly userId: string; readonly clientId: string }) => Promise<unknown>, string]>([
    ['the session ends', ({ userId }) => app.db.orm.delete(session).where(eq(session.userId, userId)), '/sign-in'],
    ['the person is deleted', ({ userId }) => app.db.orm.delete(user).where(eq(user.id, userId)), '/sign-in'],
    [
      'the grant is revoked',
      ({ userId }) => app.db.orm.update(oauthGrant).set({ revokedAt: new Date() }).where(eq(oauthGrant.userId, userId)),
      '/consent',
    ],
    [
      'the grant loses a scope',
      ({ userId }) =>
        app.db.orm
          .update(oauthGrant)
          .set({ scopes: ['resumes:read'] })
          .where(eq(oauthGrant.userId, userId)),
      '/consent',
    ],
    ['the grant goes', ({ userId }) => app.db.orm.delete(oauthGrant).where(eq(oauthGrant.userId, userId)), '/consent'],
    [
      'the consent goes',
      (which) =>
        app.db.orm.delete(oauthConsent).where(and(eq(oauthConsent.userId, which.userId), eq(oauthConsent.clientId, which.clientId))),
      '/consent',
    ],
    [
      'the client is disabled',
      ({ clientId }) => app.db.orm.update(oauthClient).set({ disabled: true }).where(eq(oauthClient.clientId, clientId)),
      '/error',
    ],
    [
      'the client answers elsewhere',
      ({ clientId }) =>
        app.db.orm
          .update(oauthClient)
          .set({ redirectUris: ['https://elsewhere.example/'] })
          .where(eq(oauthClient.clientId, clientId)),
      '/error',
    ],
  ])('%s: no code', async (_name, change, path) => {
    const which = await find();
    watched.before(() => change(which));
    const { location } = await authorize(await client.createRequest());
    expect(location.pathname).toBe(path);
    expect([watched.take(), await countCodes(), await app.db.orm.$count(verification)]).toEqual([[false], 0, 0]);
    expect((await takeEvents()).filter(({ event }) => event === 'code.issued')).toEqual([]);
  });

  it('a grant is used: the code comes at the second try, and once', async () => {
    const { userId } = await find();
    watched.before(() => app.db.orm.update(oauthGrant).set({ lastUsedAt: new Date() }).where(eq(oauthGrant.userId, userId)));
    const request = await client.createRequest();
    const { location } = await authorize(request);
    expect(watched.take()).toEqual([false, true]);
    expect(await countCodes()).toBe(1);
    expect((await takeEvents()).map(({ event }) => event)).toEqual(['code.issued']);
    expect((await request.redeem(location)).access_token).toBeDefined();
  });

  it('the database goes away: 503, and nothing is written', async () => {
    watched.before(async () => {
      throw new DatabaseTimeout('away');
    });
    const { url } = await client.createRequest();
    const response = await app.fetch(new Request(url, { headers: { ...NAVIGATION, cookie: cookie() } }));
    expect([response.status, response.headers.get('location')]).toEqual([503, null]);
    expect([await countCodes(), await takeEvents()]).toEqual([0, []]);
  });
});
