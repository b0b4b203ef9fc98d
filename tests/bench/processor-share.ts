import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listChildren } from './processor.ts';

const VERSION_1 = '/sys/fs/cgroup/cpu';
const VERSION_2 = '/sys/fs/cgroup';
/** Short, so that a process that has used up its share waits for milliseconds; a twentieth of it is the least that Linux takes. */
const PERIOD_MICROSECONDS = 20_000;

/** Processes that together get no more than a share of one core. */
export interface ProcessorShare {
  /** @param share of one core, or null for all that the machine has */
  limit(share: number | null): void;
  /** Its processes go on without a limit. */
  end(): void;
}

/**
 * Bounds what processes, and all that they start, use of the machine, by a control group of Linux (cgroups(7), version 1 or 2).
 * A machine with two cores can so stand for one on which a few more processes find room.
 *
 * @returns null where control groups of the processor can't be made: not root, or not mounted
 */
export function createProcessorShare(name: string, pids: readonly number[]): ProcessorShare | null {
  const isVersion1 = existsSync(join(VERSION_1, 'cpu.cfs_quota_us'));
  const parent = isVersion1 ? VERSION_1 : VERSION_2;
  const folder = join(parent, `vitae-bench-${process.pid}-${name}`);
  try {
    if (!isVersion1) writeFileSync(join(VERSION_2, 'cgroup.subtree_control'), '+cpu');
    mkdirSync(folder);
  } catch {
    return null;
  }
  const move = (to: string, moved: readonly number[]) => {
    for (const pid of moved) {
      try {
        writeFileSync(join(to, 'cgroup.procs'), String(pid));
      } catch (error) {
        // One that has ended since it was listed needs no place.
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
  };
  const family = () => [...pids, ...pids.flatMap((pid) => listChildren(pid))];
  move(folder, family());
  return {
    limit(share) {
      const quota = share === null ? null : Math.round(share * PERIOD_MICROSECONDS);
      if (isVersion1) {
        writeFileSync(join(folder, 'cpu.cfs_quota_us'), '-1');
        writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_MICROSECONDS));
        writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quota ?? -1));
      } else writeFileSync(join(folder, 'cpu.max'), `${quota ?? 'max'} ${PERIOD_MICROSECONDS}`);
    },
    end() {
      move(parent, family());
      rmdirSync(folder);
    },
  };
}
