import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import type { Connection } from './client.ts';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';
import { listenPostgres } from './notify.ts';
import { schema } from './schema/index.ts';
import { createStatementNames, nameStatements, type NameStatement } from './statement-names.ts';
import { observeDriver, type ObserveStatement } from './statement-spans.ts';
import { watchSwallowedFailures } from './swallowed-failures.ts';
import { isDatabaseUnavailable } from './unavailable.ts';
import { WatchedPool } from './watched-pool.ts';

/** Any constant will do, as long as nothing else in the database uses it: "vitae" in ASCII. */
const START_LOCK = '0x7669746165';
const CONNECT_TIMEOUT_MS = 1_500;
export const STATEMENT_TIMEOUT_MS = 10_000;
/** A process that stopped in the middle of a transaction loses it, with every lock that it holds. */
export const IDLE_IN_TRANSACTION_MS = 15_000;
/** The server ends a statement by its own timeout; only one that hangs itself gets this far. */
const ANSWER_TIMEOUT_MS = 12_000;

/**
 * Opens PostgreSQL and migrates it. Several processes may start at once on an empty database: an advisory lock lets one
 * migrate while the others wait.
 *
 * @param onConnectionError told of connections that break while no query of theirs runs; queries report their own errors
 * Rejects when the server can't be reached or a migration fails.
 */
export async function openPostgres(
  url: string,
  options: {
    readonly maxConnections?: number;
    readonly onConnectionError?: (error: Error) => void;
    readonly observe?: ObserveStatement | undefined;
  } = {},
): Promise<Connection> {
  await holdingStartLock(url, (client) => migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER }));
  const pool = new WatchedPool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
  });
  // A connection that breaks between two statements of a transaction belongs to nobody who would hear of it: without a listener
  // of its own it ends the process.
  pool.on('connect', (client) => client.on('error', (error) => options.onConnectionError?.(error)));
  // The pool repeats what idle connections said.
  pool.on('error', () => undefined);
  return {
    kind: 'postgres',
    orm: createHandle(pool, options.observe),
    exclusively: (work) => holdingStartLock(url, () => work()),
    listen: (channel, listening) => listenPostgres(url, channel, listening),
    readPool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount, limit: pool.options.max }),
    close: () => pool.end(),
  };
}

/**
 * The drizzle handle over a pool. Its own `transaction` never gives a connection back on which BEGIN fails (drizzle-orm 0.45.4,
 * node-postgres/session.js), so that every outage would cost the pool for good the connections that were being taken.
 */
function createHandle(pool: pg.Pool, observe: ObserveStatement | undefined) {
  const names = createStatementNames();
  const handle = drizzle(observeDriver(nameStatements(pool, names), observe), { schema });
  const failures = watchSwallowedFailures(observe);
  const open = handleOfClient(failures.observe, names);
  handle.transaction = async (work, config) => {
    const client = await pool.connect();
    let failure: unknown = null;
    try {
      return await failures.during(() => open(client).transaction(work, config));
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // A connection of which nobody knows what it is still waiting for is not used again.
      client.release(isDatabaseUnavailable(failure));
    }
  };
  return handle;
}

/** Building a handle takes longer than a query, so each connection keeps its own. */
function handleOfClient(observe: ObserveStatement, names: NameStatement) {
  const handles = new WeakMap<pg.PoolClient, ReturnType<typeof drizzle<typeof schema, pg.PoolClient>>>();
  return (client: pg.PoolClient) => {
    const handle = handles.get(client) ?? drizzle(observeDriver(nameStatements(client, names), observe), { schema });
    handles.set(client, handle);
    return handle;
  };
}

/** Holds a session-level advisory lock on a connection of its own, so a crash releases it. */
async function holdingStartLock<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // Without a listener, a connection that breaks while `work` is about something else ends the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${BigInt(START_LOCK)})`);
    return await work(client);
  } finally {
    await client.end();
  }
}
