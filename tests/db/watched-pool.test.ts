import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDatabaseUnavailable } from '../../src/db/unavailable.ts';
import { WatchedPool } from '../../src/db/watched-pool.ts';
import { startDatabaseProxy, type DatabaseProxy } from '../faults/support/database-proxy.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { waitUntil } from '../support/wait.ts';

/** The statement's own limit is far away: only the watch can end it sooner. */
const LIMITS = { connectionTimeoutMillis: 1_500, query_timeout: 600_000, max: 3 };

describe.runIf(testDatabaseKind() === 'postgres')('a pool that watches', () => {
  let proxy: DatabaseProxy;
  let pool: WatchedPool;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await createTestPostgres({ empty: true });
    drop = database.drop;
    proxy = await startDatabaseProxy(database.url);
    pool = new WatchedPool({ connectionString: proxy.url, ...LIMITS });
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await proxy.close();
    await pool.end();
    await drop();
  });

  const failureOf = async (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  it('lets a slow statement of a live server go on', async () => {
    const { rows } = await pool.query(`select 'slow' as answer from pg_sleep(2)`);
    expect(rows).toEqual([{ answer: 'slow' }]);
  });

  it('cuts nothing while it hears from any connection, though a new one finds nobody', async () => {
    const [first, second] = [await pool.connect(), await pool.connect()];
    first.release();
    second.release();
    proxy.goSilent('new');
    const over = new AbortController();
    const slow = pool.query(`select 'slow' as answer from pg_sleep(2)`).finally(() => over.abort());
    const talk = async () => {
      while (!over.signal.aborted) await pool.query('select 1');
    };
    const [{ rows }] = await Promise.all([slow, talk()]);
    expect(rows).toEqual([{ answer: 'slow' }]);
    proxy.recover();
    await waitUntil(async () => (await failureOf(pool.query('select 1'))) === null);
  });

  it('cuts what waits for a silent server, refuses who comes then, and works again when it answers', async () => {
    const holder = await pool.connect();
    const failures: unknown[] = [];
    holder.on('error', (error) => failures.push(error));
    await pool.query('select 1');
    proxy.goSilent();
    expect(isDatabaseUnavailable(await failureOf(holder.query('select 1')))).toBe(true);
    expect(isDatabaseUnavailable(await failureOf(pool.query('select 1')))).toBe(true);
    expect(pool.totalCount).toBe(1);
    holder.release(true);
    expect(failures).toHaveLength(1);
    proxy.recover();
    await waitUntil(async () => (await failureOf(pool.query('select 1'))) === null);
    expect(pool.waitingCount).toBe(0);
  });
});
