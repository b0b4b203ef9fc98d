import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/db/client.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { isDatabaseUnavailable } from '../../src/db/unavailable.ts';
import { startDatabaseProxy } from '../faults/support/database-proxy.ts';
import { createTestDatabase, createTestPostgres, testDatabaseKind } from '../support/database.ts';

const cleanups: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups) await cleanup();
});

function poolAt(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 300, ...options });
  pool.on('error', () => undefined);
  cleanups.push(() => (pool.ended ? Promise.resolve() : pool.end()));
  return pool;
}

async function failureOf(work: PromiseLike<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('a database that is away', () => {
  it.each(['127.0.0.1', 'localhost', 'no-such-host.invalid'])(
    'is seen behind a query to a closed port or unknown name: %s',
    async (host) => {
      const failure = await failureOf(drizzle(poolAt(`postgres://postgres@${host}:1/postgres`)).execute(sql`select 1`));
      expect(isDatabaseUnavailable(failure)).toBe(true);
    },
  );

  it('is seen behind a query after closing', async () => {
    const db = await createTestDatabase();
    await db.close();
    expect(isDatabaseUnavailable(await failureOf(db.orm.execute(sql`select 1`)))).toBe(true);
  });

  it('is seen in a cause and among several errors', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(isDatabaseUnavailable(new Error('outer', { cause: new AggregateError([new Error('other'), refused]) }))).toBe(true);
  });
});

describe.runIf(process.env['TEST_DATABASE_URL'] !== undefined)('a PostgreSQL that is there but can not serve', () => {
  const url = process.env['TEST_DATABASE_URL'] ?? '';

  it('is one without a free connection in the pool', async () => {
    const pool = poolAt(url, { max: 1 });
    const held = await pool.connect();
    expect(isDatabaseUnavailable(await failureOf(drizzle(pool).execute(sql`select 1`)))).toBe(true);
    held.release();
  });

  it('costs the pool no connection when it goes away as a transaction begins', async () => {
    const { url: databaseUrl, drop } = await createTestPostgres();
    const proxy = await startDatabaseProxy(databaseUrl);
    const db = createDatabase(await openPostgres(proxy.url, { maxConnections: 2 }));
    cleanups.push(async () => {
      await proxy.close();
      await db.close();
      await drop();
    });
    const ask = () => db.transaction(() => db.orm.execute(sql`select 1`));
    for (let outage = 0; outage < 3; outage += 1) {
      proxy.arm({ statement: 1, moment: 'before' });
      expect(isDatabaseUnavailable(await failureOf(ask()))).toBe(true);
      expect(proxy.disarm()?.text).toBe('begin');
    }
    await Promise.all([ask(), ask(), ask()]);
  });

  it('is one that cuts a statement off, or the connection under it', async () => {
    const db = drizzle(poolAt(url, { statement_timeout: 50 }));
    expect(isDatabaseUnavailable(await failureOf(db.execute(sql`select pg_sleep(5)`)))).toBe(true);
    const killed = failureOf(drizzle(poolAt(url)).execute(sql`select pg_terminate_backend(pg_backend_pid()), pg_sleep(5)`));
    expect(isDatabaseUnavailable(await killed)).toBe(true);
  });
});

describe('every other failure', () => {
  it('is not an unavailable database', async () => {
    const db = await createTestDatabase();
    cleanups.push(() => db.close());
    expect(testDatabaseKind()).toBe(db.kind);
    for (const query of [
      sql`select 1 / 0`,
      sql`select * from no_such_table`,
      sql`syntax error`,
      sql`insert into resume (id) values (null)`,
    ]) {
      expect(isDatabaseUnavailable(await failureOf(db.orm.execute(query)))).toBe(false);
    }
    for (const value of [null, undefined, 'ECONNREFUSED', { code: 'ECONNREFUSED' }, new Error('ECONNREFUSED'), new TypeError('x')]) {
      expect(isDatabaseUnavailable(value)).toBe(false);
    }
  });
});
