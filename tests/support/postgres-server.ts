import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findFreePort } from './free-port.ts';

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

/** Whose process it is; empty: ours. */
interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

const LOCAL = 'postgres://postgres@127.0.0.1:5432/postgres';
const CLUSTER_START_MS = 20_000;
const DEBIAN_VERSIONS = '/usr/lib/postgresql';

/** TEST_DATABASE_URL, else the PostgreSQL of this machine, else a cluster of our own in a temporary folder; null: none to be had. */
export async function openTestPostgres({ mayInstall, installPackages, say }: Means): Promise<TestPostgres | null> {
  const named = process.env['TEST_DATABASE_URL'];
  if (named !== undefined && named !== '') return { url: named, stop: async () => undefined };
  if (await mayCreateDatabases(LOCAL)) {
    say(`PostgreSQL answers on 127.0.0.1:5432`);
    return { url: LOCAL, stop: async () => undefined };
  }
  if (findBinaries() === null && mayInstall()) {
    say('installing PostgreSQL from Debian packages');
    installPackages(['postgresql']);
  }
  const binaries = findBinaries();
  if (binaries === null) return null;
  say(`starting a PostgreSQL cluster of our own with ${binaries}`);
  return startCluster(binaries);
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

/** The newest server that Debian installed, or null. */
function findBinaries(): string | null {
  if (!existsSync(DEBIAN_VERSIONS)) return null;
  const folders = readdirSync(DEBIAN_VERSIONS)
    .filter((version) => /^\d+$/.test(version))
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => join(DEBIAN_VERSIONS, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** PostgreSQL refuses to run as root, so root hands the folder and the processes to the package's user. */
async function startCluster(binaries: string): Promise<TestPostgres | null> {
  const owner: Owner | null = process.getuid?.() === 0 ? idsOf('postgres') : {};
  if (owner === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'vitae-postgres-'));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const port = await findFreePort();
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const server = spawn(join(binaries, 'postgres'), args, { ...owner, cwd: folder, stdio: 'ignore' });
  const ended = once(server, 'close');
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown: it ends its sessions and its children.
    server.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + CLUSTER_START_MS;
  while (Date.now() < deadline && server.exitCode === null) {
    if (await mayCreateDatabases(url)) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop();
  return null;
}

/** Null when this machine has no such user. */
function idsOf(user: string): Owner | null {
  const [uid, gid] = ['-u', '-g'].map((option) => spawnSync('id', [option, user], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
