import { createDatabase, type Database } from './db/client.ts';
import { openDataFolder } from './db/data-folder.ts';
import { openPglite } from './db/pglite.ts';
import { openPostgres } from './db/postgres.ts';
import type { ObserveStatement } from './db/statement-spans.ts';
import type { Env, VersionedSecret } from './env.ts';

/** Where an installation keeps everything: its database and what signs and encrypts for it. */
export interface Storage {
  readonly db: Database;
  readonly secrets: readonly [VersionedSecret, ...VersionedSecret[]];
  /** Closes the database and lets another process have the data folder. */
  readonly close: () => Promise<void>;
}

/** A problem the person at the keyboard can mend: told in one line each, without a stack. */
export class StorageError extends Error {}

/**
 * Opens the database that the settings name, and migrates it.
 *
 * @param observer told of connections to PostgreSQL that break while no query of theirs runs, and of every statement
 * @throws StorageError, or DataFolderError when another process has the data folder
 */
export async function openStorage(
  env: Env,
  observer: { readonly onConnectionError?: (error: Error) => void; readonly observe?: ObserveStatement | undefined } = {},
): Promise<Storage> {
  if (env.databaseUrl === null) {
    const folder = await openDataFolder(env.dataDir);
    const [first = { version: 1, value: folder.secret }, ...rest] = env.authSecrets ?? [];
    try {
      const db = createDatabase(await openPglite({ folder: folder.databaseFolder }, observer.observe));
      return { db, secrets: [first, ...rest], close: () => db.close().then(() => folder.release()) };
    } catch (error) {
      await folder.release();
      throw new StorageError(`The embedded database in ${env.dataDir} can't be opened: ${messageOf(error)}`, { cause: error });
    }
  }
  const [first, ...rest] = env.authSecrets ?? [];
  if (first === undefined) throw new StorageError('AUTH_SECRET is required with DATABASE_URL');
  try {
    const connection = await openPostgres(env.databaseUrl, observer);
    const db = createDatabase(connection);
    return { db, secrets: [first, ...rest], close: () => db.close() };
  } catch (error) {
    throw new StorageError(`DATABASE_URL can't be used: ${messageOf(error)}`, { cause: error });
  }
}

/** What an error says, for a line that a person reads; every one of several. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
