import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../support/free-port.ts';
import { findPostgresBinaries, startPostgresCluster } from '../support/postgres-cluster.ts';
import { createPostgresDatabase, withDatabase } from '../support/postgres-databases.ts';
import { requireImageNode } from './image-node.ts';
import { SECRET } from './world.ts';

await requireImageNode();

/**
 * Prints how long the built server takes from the start of its process to its first healthy answer, and what it holds in
 * memory when idle: on a database that it makes, then three times with what it made. On the embedded database, and on PostgreSQL
 * where its programs are.
 * Run `pnpm build` before; the numbers are only worth something on a machine that does nothing else.
 */
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const IDLE_MS = 5_000;

type Settings = Readonly<Record<string, string>>;

async function measureStart(settings: Settings): Promise<{ readonly healthyMs: number; readonly idleMiB: number }> {
  const port = await findFreePort();
  const startedAt = performance.now();
  const server = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], PORT: String(port), LOG_LEVEL: 'warn', ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const isHealthy = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    return response?.ok === true;
  };
  while (!(await isHealthy())) await new Promise((resolve) => setTimeout(resolve, 10));
  const healthyMs = Math.round(performance.now() - startedAt);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  const idleMiB = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  server.kill('SIGTERM');
  await once(server, 'exit');
  return { healthyMs, idleMiB };
}

async function measureStarts(database: string, settings: Settings): Promise<void> {
  for (const round of ['nothing there', 'second start', 'third start', 'fourth start']) {
    const { healthyMs, idleMiB } = await measureStart(settings);
    process.stdout.write(
      `${database.padEnd(10)} ${round.padEnd(14)} healthy after ${String(healthyMs).padStart(6)} ms   idle ${String(idleMiB).padStart(4)} MiB\n`,
    );
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'vitae-bench-'));
const binaries = findPostgresBinaries();
const cluster = binaries === null ? null : await startPostgresCluster(binaries);
try {
  await measureStarts('embedded', { DATA_DIR: dataDir });
  if (cluster !== null) {
    await createPostgresDatabase(cluster.url, 'vitae');
    await measureStarts('PostgreSQL', { DATABASE_URL: withDatabase(cluster.url, 'vitae'), AUTH_SECRET: SECRET });
  }
} finally {
  await cluster?.dispose();
  await rm(dataDir, { recursive: true, force: true });
}
