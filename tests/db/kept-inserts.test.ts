import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import type { KeptRow, WriteCondition } from '../../src/db/kept-inserts.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { oauthClient, user, verification } from '../../src/db/schema/auth.ts';
import { oauthGrantCode } from '../../src/db/schema/grants.ts';
import { createTestDatabase, testDatabaseKind } from '../support/database.ts';
import { waitUntil } from '../support/wait.ts';

let db: Database;
let number = 0;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const AT = new Date('2026-11-28T12:34:56.789Z');
const client = () => ({
  id: `id-${(number += 1)}`,
  clientId: `client-${number}`,
  redirectUris: ['https://a.example/"{,}\\', 'b'],
  scopes: null,
  createdAt: AT,
  metadata: { nested: ['"', null, 1] },
});
const row = (values = client()): KeptRow => ({ table: oauthClient, values });
const holding = (held: boolean): WriteCondition => ({
  name: 'as it is told',
  build: (value) => sql`select 1 where ${value('held')}::boolean`,
  values: { held },
});
const countClients = () => db.orm.$count(oauthClient);

describe('a row that is kept back', () => {
  const keep = async (work: () => Promise<unknown>) => {
    const kept: KeptRow[] = [];
    const value = await db.keepingInserts((table) => table === oauthClient || table === verification, kept, work);
    return { kept, value };
  };

  it('is answered as the database then has it', async () => {
    const { kept, value } = await keep(() => db.orm.insert(oauthClient).values(client()).returning());
    const [answered] = value as (typeof oauthClient.$inferSelect)[];
    const id = answered?.id ?? '';
    expect(await db.orm.select().from(oauthClient).where(eq(oauthClient.id, id))).toEqual([]);
    expect(await db.insertTogether(kept, null)).toBe(true);
    expect(await db.orm.select().from(oauthClient).where(eq(oauthClient.id, id))).toEqual([answered]);
  });

  it('is a copy for whoever asked', async () => {
    const { kept, value } = await keep(() => db.orm.insert(oauthClient).values(client()).returning());
    (value as { redirectUris: string[] }[])[0]?.redirectUris.push('c');
    expect(kept[0]?.values['redirectUris']).toHaveLength(2);
  });

  it('is none of another table, none of several, and none of a transaction', async () => {
    const { kept } = await keep(async () => {
      await db.orm.insert(user).values({ id: 'ada', name: 'Ada', email: 'ada@example.org' });
      await db.orm.insert(oauthClient).values([client(), client()]);
      await db.transaction(() => db.orm.insert(oauthClient).values(client()));
    });
    expect(kept).toEqual([]);
    expect(await db.orm.$count(user)).toBe(1);
  });

  it('is refused where only the database knows what it will be', async () => {
    const times = { id: 'v', identifier: 'i', value: 'v', expiresAt: AT };
    await expect(keep(() => db.orm.insert(verification).values(times))).rejects.toThrow('updatedAt of a kept row');
    await expect(
      keep(() =>
        db.orm
          .insert(verification)
          .values({ ...times, updatedAt: AT })
          .returning(),
      ),
    ).rejects.toThrow('createdAt of a kept');
    await expect(keep(() => db.orm.insert(verification).values({ ...times, value: sql`'v'` }))).rejects.toThrow('value of a kept row');
  });

  it('is kept outside of transactions alone, and what waits for the end of one does not wait', async () => {
    await expect(db.transaction(() => keep(async () => undefined))).rejects.toThrow(TypeError);
    const done: string[] = [];
    await keep(async () => {
      db.afterTransaction(() => done.push('at once'));
      done.push('later');
    });
    expect(done).toEqual(['at once', 'later']);
  });
});

describe('rows that are written together', () => {
  it('are all written when the condition holds', async () => {
    const before = await countClients();
    const event = { table: auditEvent, values: { at: AT, event: 'client.registered', decision: 'allowed', detail: { a: 1 } } };
    expect(await db.insertTogether([row(), event, row()], holding(true))).toBe(true);
    expect(await countClients()).toBe(before + 2);
    expect(await db.orm.select({ detail: auditEvent.detail }).from(auditEvent)).toEqual([{ detail: { a: 1 } }]);
  });

  it('are none when it does not, when one is there already, or when one points to nothing', async () => {
    const before = await countClients();
    const first = client();
    expect(await db.insertTogether([row(first)], holding(false))).toBe(false);
    expect(await db.insertTogether([row(first)], null)).toBe(true);
    expect(await db.insertTogether([row(), row(first)], holding(true))).toBe(false);
    const pointless = {
      codeHash: 'h',
      grantId: 'nobody',
      clientId: 'c',
      redirectUri: 'r',
      codeChallenge: 'c',
      issuedAt: AT,
      failedAttempts: 0,
    };
    expect(await db.insertTogether([row(), { table: oauthGrantCode, values: pointless }], null)).toBe(false);
    expect(await countClients()).toBe(before + 1);
  });

  // The embedded database has one connection: nobody waits for another there.
  it('are none when they and another transaction wait for each other', async ({ skip }) => {
    if (testDatabaseKind() === 'pglite') skip('one connection');
    const before = await countClients();
    // It is the one that looks first whether somebody waits for it.
    const crossing: WriteCondition = {
      name: 'the second lock behind the first',
      build: () => sql`select 1 from (select set_config('deadlock_timeout', '3s', true), pg_advisory_xact_lock(1)) as first,
        lateral (select pg_advisory_xact_lock(2), first.set_config) as second`,
      values: {},
    };
    const waiting = () =>
      db.orm.$count(sql`pg_locks`, sql`not granted and database = (select oid from pg_database where datname = current_database())`);
    const written = await db.transaction(async () => {
      await db.orm.execute(sql`select set_config('deadlock_timeout', '60s', true), pg_advisory_xact_lock(2)`);
      const writing = db.insertTogether([row()], crossing);
      await waitUntil(async () => (await waiting()) === 1);
      await db.orm.execute(sql`select pg_advisory_xact_lock(1)`);
      return writing;
    });
    expect(written).toBe(false);
    expect(await countClients()).toBe(before);
  });

  it('reject with whatever else fails', async () => {
    await expect(db.insertTogether([{ table: oauthClient, values: { id: 'x' } }], null)).rejects.toThrow('Failed query');
  });
});
