import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts a process's time in these (`getconf CLK_TCK`; the kernel's interface has had no other value for decades). */
const TICKS_PER_SECOND = 100;

/** Processor time of a process and all its threads so far, user and system, in milliseconds (proc(5), `stat`). */
export function readProcessorMs(pid: number): number {
  return readStat(pid).milliseconds;
}

/** The same for every process that `parent` started, also those that have ended: a PostgreSQL server's backends. */
export function readChildrenProcessorMs(parent: number): number {
  return statChildren(parent).reduce((sum, { milliseconds }) => sum + milliseconds, readStat(parent).endedMilliseconds);
}

/** The processes that `parent` started and that are there still. */
export function listChildren(parent: number): number[] {
  return statChildren(parent).map(({ pid }) => pid);
}

function statChildren(parent: number) {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = { pid: Number(name), ...readStat(Number(name)) };
      return stat.parent === parent ? [stat] : [];
    } catch {
      // It ended between the listing and the look.
      return [];
    }
  });
}

export function readParent(pid: number): number {
  return readStat(pid).parent;
}

interface Stat {
  readonly parent: number;
  readonly milliseconds: number;
  /** Of children that have ended and were waited for. */
  readonly endedMilliseconds: number;
}

function readStat(pid: number): Stat {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in parentheses that may hold anything; the fields after it are numbers.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const toMilliseconds = (...ticks: readonly (string | undefined)[]) =>
    (ticks.reduce((sum, each) => sum + Number(each), 0) * 1000) / TICKS_PER_SECOND;
  return {
    parent: Number(fields[1]),
    milliseconds: toMilliseconds(fields[11], fields[12]),
    endedMilliseconds: toMilliseconds(fields[13], fields[14]),
  };
}
