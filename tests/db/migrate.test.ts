import { readdirSync } from 'node:fs';
import { is, sql } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/db/client.ts';
import { MIGRATIONS_FOLDER } from '../../src/db/migrations-folder.ts';
import { openPglite } from '../../src/db/pglite.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { schema } from '../../src/db/schema/index.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** An empty database and the way to open it, migrating, as often as one likes. */
async function createEmpty(): Promise<() => Promise<Connection>> {
  const open = testDatabaseKind() === 'pglite' ? () => openPglite('memory') : await postgresOpener();
  return async () => {
    const connection = await open();
    cleanups.push(() => connection.close());
    return connection;
  };
}

async function postgresOpener(): Promise<() => Promise<Connection>> {
  const { url, drop } = await createTestPostgres({ empty: true });
  cleanups.push(drop);
  return () => openPostgres(url, { maxConnections: 2 });
}

/** `table.column` of everything in the public schema. */
async function listColumns({ orm }: Connection): Promise<string[]> {
  const rows = await orm
    .select({ name: sql<string>`table_name || '.' || column_name` })
    .from(sql`information_schema.columns`)
    .where(sql`table_schema = 'public'`);
  return rows.map(({ name }) => name).toSorted();
}

async function countApplied({ orm }: Connection): Promise<number> {
  return (await orm.select({ id: sql<number>`id` }).from(sql`drizzle.__drizzle_migrations`)).length;
}

const FILES = readdirSync(MIGRATIONS_FOLDER).filter((name) => name.endsWith('.sql'));
const EXPECTED = Object.values(schema)
  .filter((table) => is(table, PgTable))
  .map((table) => getTableConfig(table))
  .flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
  .toSorted();

describe('the migrations', () => {
  // proves database:migrates-from-nothing
  it('make every table of the schema from nothing', async () => {
    const open = await createEmpty();
    expect(EXPECTED.length).toBeGreaterThan(100);
    expect(await listColumns(await open())).toEqual(EXPECTED);
  });
});

describe.runIf(testDatabaseKind() === 'postgres')('the migrations on PostgreSQL', () => {
  // proves database:starts-together
  it('run once when three connections migrate at the same moment on an empty database', async () => {
    const open = await createEmpty();
    const connections = await Promise.all([open(), open(), open()]);
    for (const connection of connections) expect(await listColumns(connection)).toEqual(EXPECTED);
    expect(await countApplied(await open())).toBe(FILES.length);
  });
});
