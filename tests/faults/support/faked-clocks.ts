import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../support/process.ts';

const FOLDER = '/usr/lib';

/** Debian's libfaketime; null: tests that move the clock of a process are to be skipped. */
export function findFaketime(): string | null {
  if (process.platform !== 'linux') return null;
  const folders = readdirSync(FOLDER).map((name) => join(FOLDER, name, 'faketime/libfaketime.so.1'));
  return folders.find((path) => existsSync(path)) ?? null;
}

/** The clocks of processes, one for each, which say another time than the machine's and can be moved while they run. */
export interface FakedClocks {
  /** What the process with this clock is started with. */
  settings(clock: number): Settings;
  /** Sets how far a clock is ahead of the machine's, at once; below zero it is behind. */
  set(clock: number, aheadSeconds: number): void;
  dispose(): void;
}

/** @param ahead how far each is ahead of the machine's clock to begin with, in seconds */
export function fakeClocks(ahead: readonly number[]): FakedClocks {
  const library = findFaketime();
  if (library === null) throw new Error('this machine has no libfaketime');
  const folder = mkdtempSync(join(tmpdir(), 'vitae-clocks-'));
  const fileOf = (clock: number) => join(folder, String(clock));
  const set = (clock: number, aheadSeconds: number) => {
    // Written beside and renamed: a process never reads half of it.
    writeFileSync(`${fileOf(clock)}.new`, `${aheadSeconds < 0 ? '' : '+'}${aheadSeconds}\n`);
    renameSync(`${fileOf(clock)}.new`, fileOf(clock));
  };
  ahead.forEach((seconds, clock) => set(clock, seconds));
  return {
    settings: (clock) => ({
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: fileOf(clock),
      FAKETIME_NO_CACHE: '1',
      // Timers and deadlines go by this one, which no clock setting of a machine moves.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    }),
    set,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
