import { lstat, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { isSocketAnswering } from '../db/data-folder.ts';
import type { UnixSocket } from '../env/listening.ts';

/**
 * Listens on a Unix socket that has its mode from its first moment. One that a killed process has left behind is removed; one that still
 * answers, and what is no socket, stays.
 *
 * @throws Error with a message for the person who starts the server
 */
export async function listenOnSocket(server: Server, { path, mode }: UnixSocket): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found !== null && !found.isSocket()) throw new Error(`${path} is there and no socket`);
  if (found !== null && (await isSocketAnswering(path))) throw new Error(`${path} is in use: stop what listens on it`);
  if (found !== null) await rm(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The file is made while this call runs.
    const before = process.umask(0o777 & ~mode);
    try {
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}
