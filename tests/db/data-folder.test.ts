import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../src/db/data-folder.ts';

describe('the data folder', () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'vitae-folder-'));
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  // proves database:secret-file
  it('is made with a secret that only its owner can read, and keeps it', async () => {
    const path = join(base, 'a', 'b');
    const first = await openDataFolder(path);
    expect(first.secret.length).toBeGreaterThanOrEqual(32);
    expect((await stat(join(path, 'auth-secret'))).mode & 0o777).toBe(0o600);
    await first.release();
    const second = await openDataFolder(path);
    expect(second.secret).toBe(first.secret);
    await second.release();
  });

  // proves database:one-process
  it('belongs to one holder at a time', async () => {
    const holder = await openDataFolder(base);
    await expect(openDataFolder(base)).rejects.toMatchObject({ code: 'folder_in_use' });
    await holder.release();
    const next = await openDataFolder(base);
    await next.release();
  });

  it('is free again after a holder that was killed', async () => {
    const script = `require('node:net').createServer().listen(${JSON.stringify(join(base, '.lock.sock'))}, () => console.log('holding'))`;
    const killed = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(killed.stdout, 'data');
    await expect(openDataFolder(base)).rejects.toMatchObject({ code: 'folder_in_use' });
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const holder = await openDataFolder(base);
    await holder.release();
  });

  it('takes a path too long for a socket', async () => {
    const path = join(base, 'x'.repeat(120));
    const holder = await openDataFolder(path);
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'folder_in_use' });
    await holder.release();
  });

  it('cannot stand where a file is, nor on a file system that takes no folders', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(openDataFolder(join(base, 'file', 'x'))).rejects.toMatchObject({ code: 'folder_not_writable' });
    await expect(openDataFolder('/proc/vitae')).rejects.toMatchObject({ code: 'folder_not_writable' });
  });

  it('refuses a secret that somebody cut short', async () => {
    await writeFile(join(base, 'auth-secret'), 'short');
    await expect(openDataFolder(base)).rejects.toMatchObject({ code: 'folder_not_writable' });
    expect(await readFile(join(base, 'auth-secret'), 'utf8')).toBe('short');
  });
});
