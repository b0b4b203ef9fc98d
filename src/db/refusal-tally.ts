/** Keeps a flood of equal refusals from becoming a flood of rows. */
export interface RefusalTally<Row> {
  /** Whether this one is to be written now; otherwise it is counted. */
  mayWrite(key: string, row: Row): boolean;
  /** Counts one that could not be written after all. */
  count(key: string): void;
  /** Hands out what was counted, each with its latest row, and forgets windows that are over. What a rejection leaves is kept. */
  drain(write: (counted: { readonly row: Row; readonly count: number }) => Promise<void>): Promise<void>;
}

const WINDOW_MS = 60_000;
/** Equal refusals written one by one in a window. */
const WRITTEN = 10;
/** Different refusals kept apart; beyond, everything counts as one. */
const MAXIMUM_KEYS = 2_000;

interface Window<Row> {
  readonly startedAt: number;
  seen: number;
  counted: number;
  row: Row;
}

export function createRefusalTally<Row>(clock: () => Date): RefusalTally<Row> {
  const windows = new Map<string, Window<Row>>();
  return {
    mayWrite(key, row) {
      const now = clock().getTime();
      const kept = windows.has(key) || windows.size < MAXIMUM_KEYS ? key : 'others';
      const known = windows.get(kept);
      // A window that has something to hand out stays until it has been drained.
      const isOver = known !== undefined && known.counted === 0 && Math.abs(now - known.startedAt) >= WINDOW_MS;
      const window = known === undefined || isOver ? { startedAt: now, seen: 0, counted: 0, row } : known;
      windows.set(kept, window);
      window.seen += 1;
      if (window.seen <= WRITTEN) return true;
      window.counted += 1;
      window.row = row;
      return false;
    },
    count(key) {
      const window = windows.get(key) ?? windows.get('others');
      if (window !== undefined) window.counted += 1;
    },
    async drain(write) {
      const now = clock().getTime();
      for (const [key, window] of windows) {
        const { counted: count, row } = window;
        if (count > 0) {
          // Taken before it is written: another drain may run meanwhile.
          window.counted = 0;
          await write({ row, count }).catch((error: unknown) => {
            window.counted += count;
            throw error;
          });
        }
        if (Math.abs(now - window.startedAt) >= WINDOW_MS && window.counted === 0) windows.delete(key);
      }
    },
  };
}
