import type { Site } from '../../support/browser.ts';
import { createHttpSite } from '../../support/http-site.ts';
import { createPostgresDatabase, withDatabase } from '../../support/postgres-databases.ts';
import { findPostgresBinaries, startPostgresCluster, type PostgresCluster } from '../../support/postgres-cluster.ts';
import { startServer, type ServerProcess, type Settings } from '../../support/process.ts';
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy.ts';

/** The public origin of every installation here; nothing listens on it, as behind a proxy. */
const ORIGIN = 'http://localhost:3000';
const SECRET = 'a-secret-for-the-fault-suite-of-forty-chars';
const DATABASE = 'vitae';

/** Servers on a PostgreSQL cluster of their own, with a proxy between that can do harm. */
export interface Installation {
  readonly cluster: PostgresCluster;
  readonly proxy: DatabaseProxy;
  /** Server by server; all the same one unless the servers were given proxies of their own. */
  readonly proxies: readonly DatabaseProxy[];
  /** The database, past the proxy. */
  readonly databaseUrl: string;
  /** All servers as one, request by request in turn. */
  readonly site: Site;
  /** What servers are started with, beside a port. */
  readonly settings: Settings;
  readonly servers: readonly ServerProcess[];
  /** Starts one more server of this release. */
  grow(): Promise<void>;
  /** SIGKILL. */
  kill(index: number): Promise<void>;
  /** Starts a server that was killed or stopped, on its port. */
  revive(index: number): Promise<void>;
  /** What the servers have logged of pages that failed although the database was there, also those that have ended. */
  listUnexplained(): readonly string[];
  dispose(): Promise<void>;
}

/** False when this machine has no PostgreSQL to make clusters of: say so and skip. */
export const hasPostgres = findPostgresBinaries() !== null;

export interface InstallationOptions {
  readonly servers?: number;
  /** Entry point of the first servers, when it is not that of this build. */
  readonly main?: string;
  /** A proxy for each server, to cut off one and not the others. */
  readonly hasProxyEach?: boolean;
  readonly settings?: Settings;
  /** Of one of the first servers, beside those of all. */
  readonly settingsOf?: (index: number) => Settings;
  /** Of `postgresql.conf`. */
  readonly postgres?: Readonly<Record<string, string>>;
  /** Where the cluster keeps its data. */
  readonly postgresFolder?: string;
}

export async function openInstallation({
  servers: count = 1,
  hasProxyEach = false,
  main,
  settings = {},
  settingsOf = () => ({}),
  postgres,
  postgresFolder,
}: InstallationOptions = {}): Promise<Installation> {
  const binaries = findPostgresBinaries();
  if (binaries === null) throw new Error('this machine has no PostgreSQL');
  const cluster = await startPostgresCluster(binaries, postgres, postgresFolder);
  if (cluster === null) throw new Error('this machine has no user postgres');
  await createPostgresDatabase(cluster.url, DATABASE);
  const databaseUrl = withDatabase(cluster.url, DATABASE);
  const proxy = await startDatabaseProxy(databaseUrl);
  const complete = {
    APP_URL: ORIGIN,
    DATABASE_URL: proxy.url,
    AUTH_SECRET: SECRET,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
    ...settings,
  };
  const servers: ServerProcess[] = [];
  const earlier: ServerProcess[] = [];
  const proxies: DatabaseProxy[] = [];
  const dispose = async () => {
    for (const server of servers) await server.dispose();
    for (const each of new Set([proxy, ...proxies])) await each.close();
    await cluster.dispose();
  };
  try {
    // One after the other: the first migrates, and two cores are slow for more.
    for (let index = 0; index < count; index += 1) {
      const own = hasProxyEach && index > 0 ? await startDatabaseProxy(databaseUrl) : proxy;
      proxies.push(own);
      servers.push(await startServer({ ...complete, ...settingsOf(index), DATABASE_URL: own.url }, main));
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  let turn = 0;
  return {
    cluster,
    proxy,
    proxies,
    databaseUrl,
    site: createHttpSite(ORIGIN, () => addressOf(servers[turn++ % servers.length])),
    settings: complete,
    servers,
    async grow() {
      proxies.push(proxy);
      servers.push(await startServer(complete));
    },
    kill: async (index) => servers[index]?.kill(),
    async revive(index) {
      const before = servers[index];
      if (before === undefined) throw new RangeError(`no server ${index}`);
      earlier.push(before);
      servers[index] = await startServer(before.settings);
    },
    listUnexplained: () =>
      [...earlier, ...servers].flatMap((server) =>
        server
          .output()
          .split('\n')
          .filter((line) => line.includes('"event":"page.failed"') && line.includes('"unavailable":false')),
      ),
    dispose,
  };
}

/** Where the process listens, whatever its public origin is. */
function addressOf(server: ServerProcess | undefined): string {
  return `http://127.0.0.1:${server?.settings['PORT']}`;
}
