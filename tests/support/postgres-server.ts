import pg from 'pg';
import { findPostgresBinaries, startPostgresCluster } from './postgres-cluster.ts';

export interface TestPostgres {
  /** Any database of a server on which we may create and drop databases. */
  readonly url: string;
  /** Ends the server if we started it; leaves any other alone. */
  stop(): Promise<void>;
}

interface Means {
  readonly mayInstall: () => boolean;
  readonly installPackages: (names: readonly string[]) => void;
  readonly say: (line: string) => void;
}

const LOCAL = 'postgres://postgres@127.0.0.1:5432/postgres';

/** TEST_DATABASE_URL, else the PostgreSQL of this machine, else a cluster of our own in a temporary folder; null: none to be had. */
export async function openTestPostgres({ mayInstall, installPackages, say }: Means): Promise<TestPostgres | null> {
  const named = process.env['TEST_DATABASE_URL'];
  if (named !== undefined && named !== '') return { url: named, stop: async () => undefined };
  if (await mayCreateDatabases(LOCAL)) {
    say(`PostgreSQL answers on 127.0.0.1:5432`);
    return { url: LOCAL, stop: async () => undefined };
  }
  if (findPostgresBinaries() === null && mayInstall()) {
    say('installing PostgreSQL from Debian packages');
    installPackages(['postgresql']);
  }
  const binaries = findPostgresBinaries();
  if (binaries === null) return null;
  say(`starting a PostgreSQL cluster of our own with ${binaries}`);
  const cluster = await startPostgresCluster(binaries);
  return cluster === null ? null : { url: cluster.url, stop: () => cluster.dispose() };
}

async function mayCreateDatabases(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean }>(
      'select rolsuper or rolcreatedb as may from pg_roles where rolname = current_user',
    );
    return rows[0]?.may === true;
  } catch {
    // Whatever the reason, this server is not for us.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
