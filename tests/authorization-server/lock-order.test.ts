import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLastUses } from '../../src/authorization-server/last-uses.ts';
import { createDatabase } from '../../src/db/client.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { createTestAdministration } from '../support/administration.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { countLockWaits } from '../support/lock-waits.ts';
import { connect } from '../support/oauth.ts';
import { waitUntil } from '../support/wait.ts';

/** PGlite has one connection, on which nobody waits for a lock. */
describe.runIf(testDatabaseKind() === 'postgres')('what writes several connections at once', () => {
  let app: TestApp;
  let other: pg.Client;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await createTestPostgres();
    drop = database.drop;
    app = await createTestApp({ db: createDatabase(await openPostgres(database.url)) });
    other = new pg.Client(database.url);
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await app.close();
    await app.db.close();
    await drop();
  });

  const WAYS = {
    async 'writing down when each was used last'(ids: readonly string[]) {
      const uses = createLastUses(app.db, () => new Date());
      for (const id of ids) uses.note({ kind: 'grant', id });
      await uses.flush();
    },
    async 'ending all of a person'(_ids: readonly string[], person: Person) {
      const page = await person.browser.open('/connections/disconnect-all');
      expect((await page.press('End every connection')).status).toBe(200);
    },
    async 'ending all of a client'(ids: readonly string[]) {
      const { rows } = await other.query<{ client_id: string }>('select client_id from oauth_grant where id = any($1)', [ids]);
      const administration = await createTestAdministration(app.db, app.origin);
      await administration.clients.setDisabled(rows[0]?.client_id ?? '', true);
    },
  };

  it.each(Object.entries(WAYS))('holds none of them while it waits for one before it: %s', async (way, write) => {
    const person = await signUp(app);
    await connect(app, person);
    await connect(app, person);
    const { rows } = await other.query<{ id: string }>(
      'select id from oauth_grant where user_id = (select id from "user" where email = $1) order by id',
      [person.email],
    );
    const [first = '', second = ''] = rows.map(({ id }) => id);
    // The first stands behind the second from here on, in the table and in the index of clients, and both are of one client.
    await other.query(`update oauth_grant set client_id = 'elsewhere' where id = $1`, [first]);
    await other.query('update oauth_grant set client_id = (select client_id from oauth_grant where id = $2) where id = $1', [
      first,
      second,
    ]);
    await other.query('begin');
    await other.query('select from oauth_grant where id = $1 for update', [second]);
    const written = write([second, first], person);
    await waitUntil(async () => (await countLockWaits(other)) > 0);
    const free = await other.query('select from oauth_grant where id = $1 for update skip locked', [first]);
    await other.query('commit');
    await written;
    // What is only noted goes on with what is free, and waits for the rest with nothing in its hands.
    expect(free.rowCount).toBe(way === 'writing down when each was used last' ? 1 : 0);
    if (free.rowCount === 0) return;
    const { rows: used } = await other.query('select 1 from oauth_grant where id = any($1) and last_used_at is not null', [
      [first, second],
    ]);
    expect(used).toHaveLength(2);
  });
});
