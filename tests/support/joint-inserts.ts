import { gt } from 'drizzle-orm';
import type { Database } from '../../src/db/client.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { createTestApp } from './app.ts';
import { createTestDatabase } from './database.ts';

/** A database that tells of each write of kept rows, and lets something happen between the reading and that write. */
export interface WatchedWrites {
  readonly db: Database;
  /** How often rows were written together since the last time this was asked, and whether they were. */
  take(): readonly boolean[];
  /** Done once, before the next rows are written. */
  before(change: () => Promise<unknown>): void;
}

function watchJointInserts(db: Database): WatchedWrites {
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

/** An app on such a database. */
export async function createWatchedApp() {
  const db = await createTestDatabase();
  const watched = watchJointInserts(db);
  const app = await createTestApp({ db: watched.db });
  let lastEvent = 0;
  return {
    app,
    watched,
    /** The audit events since the last time. */
    takeEvents: async () => {
      const events = await db.orm.select().from(auditEvent).where(gt(auditEvent.id, lastEvent)).orderBy(auditEvent.id);
      lastEvent = events.at(-1)?.id ?? lastEvent;
      return events;
    },
    close: async () => {
      await app.close();
      await db.close();
    },
  };
}
