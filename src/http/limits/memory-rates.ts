import type { Rate, Wait } from '../../db/rate-limits.ts';

/** Rates of this instance alone, for what is counted on every call. Bounded: of too many keys the longest unused are forgotten. */
export interface MemoryRates {
  take(key: string, rate: Rate): Wait;
}

const MAXIMUM_KEYS = 20_000;

export function createMemoryRates(clock: () => Date): MemoryRates {
  const freeAt = new Map<string, number>();
  return {
    take(key, { count, seconds }) {
      const now = clock().getTime();
      const step = (seconds * 1000) / count;
      const spent = Math.max(freeAt.get(key) ?? 0, now) + step;
      const over = spent - (now + seconds * 1000);
      // A clock that was set back must not lock anybody out.
      if (over > 0 && over <= seconds * 1000) return Math.max(1, Math.ceil(over / 1000));
      freeAt.delete(key);
      freeAt.set(key, over > 0 ? now + step : spent);
      const [oldest] = freeAt.size > MAXIMUM_KEYS ? freeAt.keys() : [];
      if (oldest !== undefined) freeAt.delete(oldest);
      return null;
    },
  };
}
