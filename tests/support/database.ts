import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { inject } from 'vitest';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { openPglite } from '../../src/db/pglite.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { createPostgresDatabase, dropPostgresDatabases, withDatabase } from './postgres-databases.ts';

/**
 * A migrated, empty database that nobody else uses: PGlite in memory, or a database of its own on the PostgreSQL of
 * TEST_DATABASE_URL. About half a second; share one per file and close it in `afterAll`.
 */
export async function createTestDatabase(): Promise<Database> {
  const source = inject('databaseSource');
  if (source.kind === 'pglite') return createDatabase(await openPglite({ dump: await openAsBlob(source.dumpFile) }));
  const { url, drop } = await createTestPostgres();
  const connection = await openPostgres(url, { maxConnections: 4 });
  return createDatabase({
    ...connection,
    close: async () => {
      await connection.close();
      await drop();
    },
  });
}

/** The URL of a migrated PostgreSQL database for a server process to use. Rejects when the run is on PGlite. */
export async function createTestPostgres(options: { readonly empty?: boolean } = {}): Promise<{ url: string; drop: () => Promise<void> }> {
  const source = inject('databaseSource');
  if (source.kind !== 'postgres') throw new Error('this run has no PostgreSQL: TEST_DATABASE_URL is not set');
  const name = `${source.prefix}_${randomBytes(6).toString('hex')}`;
  await createPostgresDatabase(source.serverUrl, name, options.empty === true ? 'template0' : source.template);
  return { url: withDatabase(source.serverUrl, name), drop: () => dropPostgresDatabases(source.serverUrl, name) };
}

/** Which of the two databases this run is about. */
export function testDatabaseKind(): Database['kind'] {
  return inject('databaseSource').kind;
}
