import type { Database } from '../../src/db/client.ts';

/** A database that tells of each write of kept rows, and lets something happen between the reading and that write. */
export interface WatchedWrites {
  readonly db: Database;
  /** How often rows were written together since the last time this was asked, and whether they were. */
  take(): readonly boolean[];
  /** Done once, before the next rows are written. */
  before(change: () => Promise<unknown>): void;
}

export function watchJointInserts(db: Database): WatchedWrites {
  let change: (() => Promise<unknown>) | null = null;
  let written: boolean[] = [];
  return {
    db: {
      ...db,
      async insertTogether(rows, condition) {
        const due = change;
        change = null;
        await due?.();
        const held = await db.insertTogether(rows, condition);
        written.push(held);
        return held;
      },
    },
    take() {
      const taken = written;
      written = [];
      return taken;
    },
    before(next) {
      change = next;
    },
  };
}
