import { eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { rateLimit } from './schema/limits.ts';

/** So many within so many seconds. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

/** Null: there was room. Otherwise the whole seconds after which there is some again. */
export type Wait = number | null;

export interface RateLimits {
  /** Spends one if there is room. Exact under concurrency, across instances; one statement. */
  take(key: string, rate: Rate): Promise<Wait>;
  /** Says whether there is room, and spends nothing. */
  look(key: string, rate: Rate): Promise<Wait>;
  /** Begins anew. */
  forget(...keys: readonly string[]): Promise<void>;
}

/**
 * Rates in the database, so that all instances count as one: a window that begins with the first of its key. Every method
 * rejects when the database can't be asked: the caller is closed, not open.
 *
 * @param clock of this instance; clocks of instances that differ shift a window by their difference and no more
 */
export function createRateLimits(db: Database, clock: () => Date): RateLimits {
  const look = async (key: string, { count }: Rate): Promise<Wait> => {
    const [row] = await db.orm.select().from(rateLimit).where(eq(rateLimit.key, key));
    const wait = row === undefined ? 0 : row.endsAt.getTime() - clock().getTime();
    return wait <= 0 || row === undefined || row.spent < count ? null : Math.ceil(wait / 1000);
  };

  return {
    async take(key, rate) {
      const now = clock();
      const endsAt = new Date(now.getTime() + rate.seconds * 1000);
      const isOver = sql`${rateLimit.endsAt} <= ${now.toISOString()}::timestamptz`;
      const taken = await db.orm
        .insert(rateLimit)
        .values({ key, spent: 1, endsAt })
        .onConflictDoUpdate({
          target: rateLimit.key,
          set: {
            spent: sql`case when ${isOver} then 1 else ${rateLimit.spent} + 1 end`,
            endsAt: sql`case when ${isOver} then ${endsAt.toISOString()}::timestamptz else ${rateLimit.endsAt} end`,
          },
          setWhere: sql`${isOver} or ${rateLimit.spent} < ${rate.count}`,
        })
        .returning({ spent: rateLimit.spent });
      return taken.length > 0 ? null : ((await look(key, rate)) ?? 1);
    },
    look,
    async forget(...keys) {
      if (keys.length > 0) await db.orm.delete(rateLimit).where(inArray(rateLimit.key, [...keys]));
    },
  };
}
