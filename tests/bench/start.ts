import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../support/free-port.ts';

/**
 * Prints how long the built server takes from the start of its process to its first healthy answer, and what it holds in
 * memory when idle, on the embedded database: once with an empty folder, then three times with the folder it made.
 * Run `pnpm build` before; the numbers are only worth something on a machine that does nothing else.
 */
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const IDLE_MS = 5_000;

async function measureStart(dataDir: string): Promise<{ readonly healthyMs: number; readonly idleMiB: number }> {
  const port = await findFreePort();
  const startedAt = performance.now();
  const server = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
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

const dataDir = await mkdtemp(join(tmpdir(), 'vitae-bench-'));
try {
  for (const round of ['empty folder', 'second start', 'third start', 'fourth start']) {
    const { healthyMs, idleMiB } = await measureStart(dataDir);
    process.stdout.write(
      `${round.padEnd(14)} healthy after ${String(healthyMs).padStart(6)} ms   idle ${String(idleMiB).padStart(4)} MiB\n`,
    );
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
