import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../support/free-port.ts';
import { waitUntil } from '../support/wait.ts';

const PROXY = 'haproxy';

export interface OnePort {
  /** The one address that every connection is made to. */
  readonly address: string;
  readonly pid: number;
  close(): Promise<void>;
}

/**
 * Puts one port in front of several: HAProxy deals connections out in turn and looks at nothing else of them.
 *
 * @param ports of this machine. Rejects when the program is not installed.
 */
export async function startOnePort(ports: readonly string[]): Promise<OnePort> {
  const folder = await mkdtemp(join(tmpdir(), 'vitae-one-port-'));
  const port = await findFreePort();
  const servers = ports.map((each, index) => `  server s${index} 127.0.0.1:${each}\n`).join('');
  const file = join(folder, 'haproxy.cfg');
  await writeFile(
    file,
    `global\n  nbthread 1\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 1m\n  timeout server 1m\n` +
      `listen all\n  bind 127.0.0.1:${port}\n  balance roundrobin\n${servers}`,
  );
  const child = spawn(PROXY, ['-db', '-f', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  const failed = once(child, 'error').then(() => Promise.reject(new Error(`the benchmark needs ${PROXY}: apt-get install haproxy`)));
  const killWithUs = () => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  await Promise.race([waitUntil(() => isOpen(port)), failed]);
  return {
    address: `http://127.0.0.1:${port}`,
    pid: child.pid ?? -1,
    async close() {
      process.off('exit', killWithUs);
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const isThere = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(
    () => false,
  );
  socket.destroy();
  return isThere;
}
