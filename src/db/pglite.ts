import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { Connection } from './client.ts';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';
import type { Subscription } from './notify.ts';
import { schema } from './schema/index.ts';
import { observeDriver, type ObserveStatement } from './statement-spans.ts';
import { watchSwallowedFailures } from './swallowed-failures.ts';

/** Small buffers: the embedded database serves one person or a team, and idle memory is what they notice. */
const POSTGRESQL_CONF = 'shared_buffers=16MB';

/**
 * Opens the embedded database and migrates it.
 *
 * @param source a folder (made if missing), `memory://` or the dump of a data folder to start from in memory
 * Not done here: keeping a second process off the folder (see data-folder.ts); PGlite would lose its writes silently.
 */
export async function openPglite(
  source: { readonly folder: string } | { readonly dump: Blob } | 'memory',
  observe?: ObserveStatement,
): Promise<Connection> {
  if (source !== 'memory' && 'folder' in source && !existsSync(join(source.folder, 'PG_VERSION'))) await createInChild(source.folder);
  const client =
    source === 'memory'
      ? await PGlite.create({ postgresqlconf: [POSTGRESQL_CONF] })
      : 'folder' in source
        ? await PGlite.create({ dataDir: source.folder, postgresqlconf: [POSTGRESQL_CONF] })
        : await PGlite.create({ loadDataDir: source.dump, postgresqlconf: [POSTGRESQL_CONF] });
  await migrate(drizzle(client, { schema }), { migrationsFolder: MIGRATIONS_FOLDER });
  const failures = watchSwallowedFailures(observe);
  const orm = drizzle(observeDriver(client, failures.observe), { schema });
  const transaction = orm.transaction.bind(orm);
  orm.transaction = (work, config) => failures.during(() => transaction(work, config));
  // One process per data folder, so there is nobody to exclude.
  return {
    kind: 'pglite',
    orm,
    exclusively: (work) => work(),
    listen(channel, { onNotice, clock }) {
      // In this process, so nothing can be lost once it stands.
      let stands = false;
      let closing = false;
      const stop = client.listen(channel, onNotice).then((unlisten) => {
        stands = true;
        onNotice();
        return unlisten;
      });
      stop.catch(() => undefined);
      return {
        completeUntil: () => (stands && !client.closed ? clock().getTime() : Number.NEGATIVE_INFINITY),
        state: () => (client.closed ? 'closed' : stands ? 'listening' : closing ? 'closed' : 'polling'),
        async close() {
          closing = true;
          stands = false;
          await (
            await stop
          )();
        },
      } satisfies Subscription;
    },
    readPool: () => null,
    close: () => client.close(),
  };
}

/** Makes a new data folder with a migrated database in it. {@link openPglite} does so by itself, in a process that ends. */
export async function createPgliteFolder(folder: string): Promise<void> {
  const client = await PGlite.create({ dataDir: folder, postgresqlconf: [POSTGRESQL_CONF] });
  await migrate(drizzle(client, { schema }), { migrationsFolder: MIGRATIONS_FOLDER });
  await client.close();
}

/**
 * Runs pglite-create beside this file: `.js` as built, `.ts` under a loader that this process has too. The folder gets its
 * name when everything is in it, so a start that is killed on the way leaves nothing half made.
 */
async function createInChild(folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  const program = fileURLToPath(new URL(`./pglite-create${extname(import.meta.url)}`, import.meta.url));
  await promisify(execFile)(process.execPath, [...process.execArgv, program, unfinished]);
  await rename(unfinished, folder);
}

/** Dumps a freshly migrated in-memory database, for tests that start many. */
export async function dumpMigratedPglite(): Promise<Blob> {
  const client = await PGlite.create({ postgresqlconf: [POSTGRESQL_CONF] });
  await migrate(drizzle(client, { schema }), { migrationsFolder: MIGRATIONS_FOLDER });
  const dump = await client.dumpDataDir('none');
  await client.close();
  return dump;
}
