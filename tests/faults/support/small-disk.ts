import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that can be filled to the last byte. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes every byte that is free. */
  fill(): void;
  /** Gives back what {@link SmallDisk.fill} took. */
  free(): void;
  /** Unmounts it, whoever still has files of it open. */
  dispose(): void;
}

const CHUNK_BYTES = 64 * 1024;

/** False where this process may not mount: say so and skip. */
export const canMount = tryToMount();

/** Mounts a small tmpfs. */
export function mountSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'vitae-disk-'));
  if (!mount(folder, megabytes)) {
    rmdirSync(folder);
    throw new Error('this process may not mount');
  }
  // PostgreSQL's own user looks in.
  chmodSync(folder, 0o755);
  const filler = join(folder, 'filler');
  const unmount = () => void spawnSync('umount', ['--lazy', folder]);
  // A test worker that ends early takes its disk with it.
  process.once('exit', unmount);
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (;;) writeSync(file, Buffer.alloc(CHUNK_BYTES));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    dispose() {
      process.off('exit', unmount);
      unmount();
      rmdirSync(folder);
    },
  };
}

function mount(folder: string, megabytes: number): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).status === 0;
}

function tryToMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'vitae-disk-'));
  const isMounted = mount(folder, 1);
  if (isMounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return isMounted;
}
