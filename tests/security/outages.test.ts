import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { startDatabaseProxy, type DatabaseProxy } from '../faults/support/database-proxy.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createTestDatabase, createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { waitUntil } from '../support/wait.ts';
import { expectNoInsides } from './support/attack.ts';
import { connectClient, issueCode, redemption, refreshing, type Connection, type IssuedCode } from './support/codes.ts';
import { bearer, mcpRequest } from './support/mcp.ts';
import { REVOKE, form, registration } from './support/requests.ts';

/** A database that can go away and, on PostgreSQL, come back: embedded, it ends with its process. */
interface Outage {
  readonly db: Database;
  begin(): Promise<void>;
  readonly end: (() => void) | null;
  dispose(): Promise<void>;
}

const CONNECTIONS = 2;

async function createOutage(): Promise<Outage> {
  if (testDatabaseKind() === 'pglite') {
    const db = await createTestDatabase();
    return { db, begin: () => db.close(), end: null, dispose: async () => undefined };
  }
  const { url, drop } = await createTestPostgres();
  const proxy: DatabaseProxy = await startDatabaseProxy(url);
  const db = createDatabase(await openPostgres(proxy.url, { maxConnections: CONNECTIONS }));
  return {
    db,
    async begin() {
      proxy.goSilent();
      proxy.cut();
    },
    end: () => proxy.recover(),
    async dispose() {
      // Cut first: a connection that is asked to end waits for an answer.
      await proxy.close();
      await db.close();
      await drop();
    },
  };
}

describe('while the database is away', () => {
  let outage: Outage;
  let app: TestApp;
  let ada: Person;
  let connection: Connection;
  let issued: IssuedCode;

  beforeAll(async () => {
    outage = await createOutage();
    app = await createTestApp({ db: outage.db });
    ada = await signUp(app);
    connection = await connectClient(app, ada);
    issued = await issueCode(app, ada);
    await outage.begin();
  });
  afterAll(async () => {
    await app.close().catch(() => undefined);
    await outage.dispose();
  });

  const health = async (kind: 'live' | 'ready') => (await app.fetch(new Request(`${app.origin}/health/${kind}`))).status;

  // security cases 141, 207
  it.each<[string, () => Request]>([
    ['a code is redeemed', () => redemption(app, issued)],
    ['a token is refreshed', () => refreshing(app, connection.clientId, connection.refresh_token)],
    ['a refresh token is revoked', () => form(app, REVOKE, { token: connection.refresh_token, client_id: connection.clientId })],
    ['an access token is revoked', () => form(app, REVOKE, { token: connection.access_token, client_id: connection.clientId })],
    ['a client registers', () => registration(app)],
  ])('the answer is 503 and when to try again, when %s', async (_what, request) => {
    const response = await app.fetch(request());
    const body = await response.text();
    expect([response.status, JSON.parse(body)]).toEqual([503, expect.objectContaining({ error: 'temporarily_unavailable' })]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expectNoInsides(body);
  });

  // security case 207
  it('a connection is not told that its token is bad', async () => {
    const response = await app.fetch(mcpRequest(app, bearer(connection.access_token), 'tools/call', { name: 'list_resumes' }));
    const body = await response.text();
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(body).not.toContain('invalid_token');
    expectNoInsides(body);
  });

  // security case 208
  it('the process lives and is not ready', async () => {
    expect([await health('live'), await health('ready')]).toEqual([200, 503]);
  });

  // security case 207
  it.runIf(testDatabaseKind() === 'postgres')('nothing was lost: it works again when the database does, without a restart', async () => {
    outage.end?.();
    await waitUntil(async () => (await health('ready')) === 200);
    const refreshed = await app.fetch(refreshing(app, connection.clientId, connection.refresh_token));
    expect(refreshed.status).toBe(200);
    const revoked = await app.fetch(form(app, REVOKE, { token: connection.refresh_token, client_id: connection.clientId }));
    expect(revoked.status).toBe(200);
    const called = await app.fetch(mcpRequest(app, bearer(connection.access_token), 'tools/list'));
    expect(called.status).toBe(401);
  });
});

// The embedded database has one connection, and everybody waits for it.
describe.runIf(testDatabaseKind() === 'postgres')('while every connection to the database is in use', () => {
  // security case 208
  it('the answer is 503, the process lives, and it goes on when there is room', async () => {
    const outage = await createOutage();
    const app = await createTestApp({ db: outage.db });
    const connection = await connectClient(app, await signUp(app));
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = Array.from({ length: CONNECTIONS }, () => outage.db.transaction(() => released));
    const refresh = async () => (await app.fetch(refreshing(app, connection.clientId, connection.refresh_token))).status;
    const health = async (kind: 'live' | 'ready') => (await app.fetch(new Request(`${app.origin}/health/${kind}`))).status;
    expect(await Promise.all([refresh(), health('ready'), health('live')])).toEqual([503, 503, 200]);
    release();
    await Promise.all(held);
    expect([await refresh(), await health('ready')]).toEqual([200, 200]);
    await app.close();
    await outage.dispose();
  });
});
