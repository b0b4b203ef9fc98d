import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from './client.ts';

/** How far the clock of this server is from the database's, whose clock all servers share. */
export interface DatabaseClock {
  /** Asks the database for its time, in one statement. Rejects when it can't be asked. */
  compare(): Promise<void>;
  /**
   * By how many seconds this server was ahead when it last asked; negative: behind. Right to half of the time that the answer took. Null before
   * the first answer.
   */
  aheadSeconds(): number | null;
}

// Milliseconds since the epoch: both drivers answer a double as a number.
const answerSchema = z.object({ rows: z.tuple([z.object({ now: z.number() })]) });

export function createDatabaseClock(db: Database, clock: () => Date): DatabaseClock {
  let ahead: number | null = null;
  return {
    async compare() {
      const askedAt = clock().getTime();
      const answer = await db.orm.execute(sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`);
      const answeredAt = clock().getTime();
      const { rows } = answerSchema.parse(answer);
      ahead = ((askedAt + answeredAt) / 2 - rows[0].now) / 1000;
    },
    aheadSeconds: () => ahead,
  };
}
