import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findFreePort } from './free-port.ts';

/** A PostgreSQL server of our own, to do to it what happens to servers. */
export interface PostgresCluster {
  /** Its database `postgres`, with a superuser, on a port that stays the same over restarts. */
  readonly url: string;
  readonly port: number;
  /** False too when it ended by itself. */
  isRunning(): boolean;
  /** `fast` ends its sessions and writes everything; `immediate` is what a crash leaves behind. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again after {@link PostgresCluster.stop}. */
  start(): Promise<void>;
  /** Stops it if it runs and removes its folder. */
  dispose(): Promise<void>;
}

/** Whose process it is; empty: ours. */
interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

const START_MS = 20_000;
const DEBIAN_VERSIONS = '/usr/lib/postgresql';
/** PostgreSQL's fast and immediate shutdown. */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** The newest server that Debian installed, or null. */
export function findPostgresBinaries(): string | null {
  if (!existsSync(DEBIAN_VERSIONS)) return null;
  const folders = readdirSync(DEBIAN_VERSIONS)
    .filter((version) => /^\d+$/.test(version))
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => join(DEBIAN_VERSIONS, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/**
 * Makes and starts a cluster in a temporary folder. PostgreSQL refuses to run as root, so root hands the folder and the
 * processes to the package's user; null when this machine has no such user.
 *
 * @param settings of `postgresql.conf`; without `fsync=on` it is quick and a crash of the machine would lose it
 * @param parent of the folder: where its data is to lie
 */
export async function startPostgresCluster(
  binaries: string,
  settings: Readonly<Record<string, string>> = { fsync: 'off' },
  parent: string = tmpdir(),
): Promise<PostgresCluster | null> {
  const owner: Owner | null = process.getuid?.() === 0 ? idsOf('postgres') : {};
  if (owner === null) return null;
  const folder = mkdtempSync(join(parent, 'vitae-postgres-'));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const port = await findFreePort();
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const chosen = { listen_addresses: '127.0.0.1', unix_socket_directories: folder, ...settings };
  const args = ['-D', data, '-p', String(port), ...Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  let server: ChildProcess | null = null;
  const stop = async (how: keyof typeof SIGNALS = 'fast') => {
    const running = server;
    if (running === null) return;
    server = null;
    const ended = running.exitCode === null && running.signalCode === null ? once(running, 'exit') : Promise.resolve();
    running.kill(SIGNALS[how]);
    await ended;
  };
  const start = async () => {
    const started = spawn(join(binaries, 'postgres'), args, { ...owner, cwd: folder, stdio: 'ignore' });
    server = started;
    const deadline = Date.now() + START_MS;
    while (!(await isAnswering(url))) {
      if (Date.now() > deadline || started.exitCode !== null) throw new Error(`PostgreSQL in ${folder} does not start`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  // A test worker that ends early takes its cluster with it.
  const endWithUs = () => void server?.kill('SIGQUIT');
  process.once('exit', endWithUs);
  const dispose = async () => {
    process.off('exit', endWithUs);
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  const isRunning = () => server !== null && server.exitCode === null && server.signalCode === null;
  return { url, port, isRunning, stop, start, dispose };
}

async function isAnswering(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    // Starting, recovering or stopped: all the same to who waits for it.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Null when this machine has no such user. */
function idsOf(user: string): Owner | null {
  const [uid, gid] = ['-u', '-g'].map((option) => spawnSync('id', [option, user], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
