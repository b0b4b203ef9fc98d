import { eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oauthClient } from '../../src/db/schema/auth.ts';
import { oauthClientRegistration } from '../../src/db/schema/registrations.ts';
import { DatabaseTimeout } from '../../src/db/unavailable.ts';
import { registration } from '../security/support/requests.ts';
import { createTestApp } from '../support/app.ts';
import { createWatchedApp } from '../support/joint-inserts.ts';

interface Registered {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly redirect_uris: readonly string[];
}

type WatchedApp = Awaited<ReturnType<typeof createWatchedApp>>;

let app: WatchedApp['app'];
let watched: WatchedApp['watched'];
let takeEvents: WatchedApp['takeEvents'];
let close: WatchedApp['close'];

beforeAll(async () => {
  ({ app, watched, takeEvents, close } = await createWatchedApp());
});
afterAll(() => close());
beforeEach(async () => {
  await app.db.orm.delete(oauthClient);
  await takeEvents();
  watched.take();
});

/** Somebody with a cookie may have a session, so theirs is registered in a transaction. */
const IN_A_TRANSACTION = { cookie: 'theme=dark', origin: 'http://localhost:3000' };
const METADATA = { software_version: '1', redirect_uris: ['https://client.example/callback'] };

const register = async (metadata: Readonly<Record<string, unknown>> = METADATA, headers: Readonly<Record<string, string>> = {}) => {
  const response = await app.fetch(registration(app, metadata, { 'x-request-id': 'one-and-the-same', ...headers }));
  const body = (await response.json()) as Registered;
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
};

/** Everything that a registration leaves behind, but what is another for each: ids, secrets and the time. */
const readRows = async () => {
  const rows = {
    clients: await app.db.orm.select().from(oauthClient),
    registrations: await app.db.orm.select().from(oauthClientRegistration),
    events: await takeEvents(),
  };
  const { client_id: shown } = (rows.registrations[0]?.answer ?? {}) as { readonly client_id?: string };
  expect(
    new Set([
      rows.clients[0]?.clientId,
      rows.events[0]?.clientId,
      rows.registrations[0]?.clientId ?? rows.clients[0]?.clientId,
      shown ?? rows.clients[0]?.clientId,
    ]).size,
  ).toBe(1);
  return JSON.parse(JSON.stringify(rows), (name, value: unknown) => {
    const isOfItsOwn = /^(?:id|clientId|client_id|clientSecret|at|.*At|client_id_issued_at)$/.test(name);
    return isOfItsOwn && value !== null ? typeof value : value;
  }) as unknown;
};

describe('a registration that is written in one statement', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a public client', {}],
    ['a client with a secret', { token_endpoint_auth_method: 'client_secret_post' }],
    ['a client with a redirect URI that the library would refuse', { redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] }],
    [
      'a client of which much is said',
      { client_uri: 'https://client.example', logo_uri: 'https://client.example/a.png', contacts: ['"a", {b}'], software_id: 'c\\d' },
    ],
    ['a client on this computer', { redirect_uris: ['http://127.0.0.1:4000/callback'], scope: 'resumes:read', client_name: 'Ünïcode “x”' }],
  ])('leaves the same rows as in a transaction, and the same answer: %s', async (_name, metadata) => {
    const together = await register({ ...METADATA, ...metadata });
    expect(watched.take()).toEqual([true]);
    const rows = await readRows();
    await app.db.orm.delete(oauthClient);
    const apart = await register({ ...METADATA, ...metadata }, IN_A_TRANSACTION);
    expect(watched.take()).toEqual([]);
    expect(rows).toEqual(await readRows());
    const shape = ({ body, ...rest }: typeof apart) => ({
      ...rest,
      headers: { ...rest.headers, 'content-length': null },
      body: { ...body, client_id: null, client_id_issued_at: null, client_secret: typeof body.client_secret },
    });
    expect(shape(together)).toEqual(shape(apart));
    expect(together.status).toBe(201);
  });

  it('leads the same metadata to the same client, and says when that was', async () => {
    const first = await register();
    const [before] = await app.db.orm.select().from(oauthClientRegistration);
    await app.db.orm.update(oauthClientRegistration).set({ lastRegisteredAt: new Date(0) });
    const again = await register();
    expect(again).toEqual({ ...first, headers: again.headers });
    expect(watched.take()).toEqual([true, true]);
    const [after] = await app.db.orm.select().from(oauthClientRegistration);
    expect(after?.registeredAt).toEqual(before?.registeredAt);
    expect(after?.lastRegisteredAt.getTime()).toBeGreaterThanOrEqual(before?.lastRegisteredAt.getTime() ?? Infinity);
    expect(await app.db.orm.$count(oauthClient)).toBe(1);
  });

  it('leads metadata that another instance has seen to the client that it led to there, at the second try', async () => {
    const metadata = { ...METADATA, software_version: '2' };
    const elsewhere = await createTestApp({ db: app.db });
    const first = (await (await elsewhere.fetch(registration(elsewhere, metadata))).json()) as Registered;
    await elsewhere.close();
    watched.take();
    await takeEvents();
    const again = await register(metadata);
    expect([again.status, again.body]).toEqual([201, first]);
    expect(watched.take()).toEqual([false, true]);
    expect(await app.db.orm.$count(oauthClient)).toBe(1);
    expect((await takeEvents()).map(({ event, clientId }) => [event, clientId])).toEqual([['client.registered', first.client_id]]);
    expect((await register(metadata)).body).toEqual(first);
    expect(watched.take()).toEqual([true]);
  });

  it('records the same event for a client that is there already as in a transaction', async () => {
    await register();
    await takeEvents();
    await register();
    const [together] = await takeEvents();
    await register(METADATA, IN_A_TRANSACTION);
    const [apart] = await takeEvents();
    expect(together?.event).toBe('client.registered');
    expect({ ...together, id: 0, at: null }).toEqual({ ...apart, id: 0, at: null });
  });

  it('is refused as in a transaction, and recorded once', async () => {
    const together = await register({ ...METADATA, grant_types: ['password'] });
    const apart = await register({ ...METADATA, grant_types: ['password'] }, IN_A_TRANSACTION);
    expect([together.status, together.body]).toEqual([apart.status, apart.body]);
    const events = await takeEvents();
    expect(events.map(({ event, reason }) => [event, reason])).toEqual(
      Array.from({ length: 2 }, () => ['client.refused', 'no_supported_grant']),
    );
    expect(await app.db.orm.$count(oauthClient)).toBe(0);
  });
});

describe('what changes between the reading and the write of a registration', () => {
  const clientIds = async () => (await app.db.orm.select().from(oauthClient)).map(({ clientId }) => clientId);

  it('is another one of the same metadata: both get its client', async () => {
    let other: Registered | undefined;
    watched.before(async () => {
      other = (await register(METADATA, IN_A_TRANSACTION)).body;
    });
    const { body } = await register();
    expect(body).toEqual(other);
    expect(await clientIds()).toEqual([body.client_id]);
    expect(watched.take()).toEqual([false, true]);
    expect(await takeEvents()).toHaveLength(2);
  });

  it.each<[string, (clientId: string) => Promise<unknown>, boolean]>([
    ['disabled', (clientId) => app.db.orm.update(oauthClient).set({ disabled: true }).where(eq(oauthClient.clientId, clientId)), false],
    ['deleted', (clientId) => app.db.orm.delete(oauthClient).where(eq(oauthClient.clientId, clientId)), true],
  ])('is the client that was found, %s: a new one is registered', async (_name, change, isPlain) => {
    const first = await register();
    watched.take();
    watched.before(() => change(first.body.client_id));
    const second = await register();
    expect(second.status).toBe(201);
    expect(second.body.client_id).not.toBe(first.body.client_id);
    // A disabled client keeps its place until a transaction gives it to another.
    expect(watched.take()).toEqual([false, isPlain]);
    const [remembered] = await app.db.orm.select().from(oauthClientRegistration);
    expect(remembered?.clientId).toBe(second.body.client_id);
    expect((await register()).body.client_id).toBe(second.body.client_id);
  });

  it('is the database, which goes away: 503, and nothing is written', async () => {
    watched.before(async () => {
      throw new DatabaseTimeout('away');
    });
    const response = await app.fetch(registration(app, METADATA));
    expect(response.status).toBe(503);
    expect(await clientIds()).toEqual([]);
    expect(await takeEvents()).toEqual([]);
  });
});

describe('registrations of the same metadata at once', () => {
  it('make one client, with and without a transaction', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_unused, index) => register(METADATA, index % 3 === 0 ? IN_A_TRANSACTION : {})),
    );
    const ids = new Set(answers.map(({ body }) => body.client_id));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(ids.size).toBe(1);
    const rows = await app.db.orm
      .select()
      .from(oauthClient)
      .where(inArray(oauthClient.clientId, [...ids]));
    expect(rows).toHaveLength(1);
    expect(await app.db.orm.$count(oauthClient)).toBe(1);
    expect((await takeEvents()).map(({ event }) => event)).toEqual(answers.map(() => 'client.registered'));
  });
});
