import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Settings } from './process.ts';

/** The clocks of this process and of servers started with {@link MovedClocks.settings}, which move together. */
export interface MovedClocks {
  readonly settings: Settings;
  /** Moves all clocks forward, at once. */
  forward(milliseconds: number): void;
  /** Sets the clock of this process right again. */
  dispose(): void;
}

export function moveClocks(): MovedClocks {
  const folder = mkdtempSync(join(tmpdir(), 'vitae-clock-'));
  const path = join(folder, 'offset');
  const file = openSync(path, 'w');
  const machineNow = () => performance.timeOrigin + performance.now();
  let offset = 0;
  const write = () => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(offset);
    writeSync(file, bytes, 0, 8, 0);
    vi.setSystemTime(machineNow() + offset);
  };
  vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true });
  write();
  return {
    settings: { CLOCK_OFFSET_FILE: path, NODE_OPTIONS: `--import=${new URL('shifted-clock.js', import.meta.url).href}` },
    forward(milliseconds) {
      offset += milliseconds;
      write();
    },
    dispose() {
      vi.useRealTimers();
      closeSync(file);
      rmSync(folder, { recursive: true });
    },
  };
}
