import { setImmediate } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from './client.ts';

/** One kind of row that comes to an end. */
export interface Expiry {
  /** For metrics and the log, e.g. `refresh_tokens`. */
  readonly name: string;
  /**
   * Removes some of what is over at `now`, in the transaction it is called in.
   *
   * @param limit the most rows it may find; rows that go with them by foreign key are not counted
   * @returns how many it removed; fewer than `limit` means that none is left
   */
  removeBatch(limit: number, now: Date): Promise<number>;
}

/** How many of each kind a sweep removed. */
export type Swept = Readonly<Record<string, number>>;

export interface Janitor {
  /**
   * Removes what is over, kind by kind and batch by batch. Batches of all instances take turns by an advisory lock: an instance that
   * finds another one at work leaves the rest to it. A kind that fails is reported and does not keep the others from going.
   *
   * @param until once aborted, no further batch begins: it ends with the one under way, which the timeout of statements bounds
   */
  sweep(until?: AbortSignal): Promise<Swept>;
}

export interface JanitorDependencies {
  readonly db: Database;
  readonly clock: () => Date;
  readonly expiries: readonly Expiry[];
  readonly onRemoved: (name: string, count: number) => void;
  readonly onFailed: (name: string, error: unknown) => void;
  readonly onRound?: (outcome: RoundOutcome, durationMs: number) => void;
}

/** `yielded`: another instance was at it, and the rest is left to that one. `failed`: some kind was not removed. */
export const ROUND_OUTCOMES = ['completed', 'yielded', 'failed'] as const;
export type RoundOutcome = (typeof ROUND_OUTCOMES)[number];

/** Rows of one transaction: some tens of milliseconds on a small machine, in which nobody else needs those rows. */
const BATCH_ROWS = 500;
/** What is left over after so many batches of one kind waits for the next sweep. */
const MAXIMUM_BATCHES = 400;
/** Any constant that nothing else in the database uses: "sweep" in ASCII. */
const SWEEP_LOCK = '0x7377656570';

export function createJanitor({ db, clock, expiries, onRemoved, onFailed, onRound }: JanitorDependencies): Janitor {
  /** Null: another instance is at it. */
  const removeBatch = (expiry: Expiry, now: Date): Promise<number | null> =>
    db.transaction(async () => {
      const held = await db.orm.execute(sql`select 1 where pg_try_advisory_xact_lock(${BigInt(SWEEP_LOCK)})`);
      if (countOf(held) === 0) return null;
      return expiry.removeBatch(BATCH_ROWS, now);
    });

  const sweepOne = async (expiry: Expiry, now: Date, until?: AbortSignal): Promise<number | null> => {
    let total = 0;
    for (let batch = 0; batch < MAXIMUM_BATCHES; batch += 1) {
      const removed = await removeBatch(expiry, now);
      if (removed === null) return null;
      total += removed;
      if (removed > 0) onRemoved(expiry.name, removed);
      if (removed < BATCH_ROWS || until?.aborted === true) break;
      // The embedded database works in this thread: requests get their turn between two batches.
      await setImmediate();
    }
    return total;
  };

  return {
    async sweep(until) {
      const now = clock();
      const startedAt = performance.now();
      const swept: Record<string, number> = {};
      let outcome: RoundOutcome = 'completed';
      for (const expiry of expiries) {
        if (until?.aborted === true) return swept;
        try {
          const removed = await sweepOne(expiry, now, until);
          if (removed === null) {
            if (outcome === 'completed') outcome = 'yielded';
            break;
          }
          if (removed > 0) swept[expiry.name] = removed;
        } catch (error) {
          outcome = 'failed';
          onFailed(expiry.name, error);
        }
      }
      onRound?.(outcome, performance.now() - startedAt);
      return swept;
    },
  };
}

/** Both drivers answer `execute` with the rows in a member of that name; drizzle's type over both does not say so. */
function countOf(result: unknown): number {
  return typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows) ? result.rows.length : 0;
}
