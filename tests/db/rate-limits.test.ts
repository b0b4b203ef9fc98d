import { afterAll, describe, expect, it } from 'vitest';
import { createRateLimits } from '../../src/db/rate-limits.ts';
import { createTestDatabase } from '../support/database.ts';

const TEN_A_MINUTE = { count: 10, seconds: 60 };

describe('rates in the database', async () => {
  const db = await createTestDatabase();
  afterAll(() => db.close());
  let now = Date.parse('2026-11-25T12:00:00Z');
  const limits = createRateLimits(db, () => new Date(now));

  it('let exactly as many through as there is room for, however many come at once', async () => {
    const waits = await Promise.all(Array.from({ length: 50 }, () => limits.take('crowd', TEN_A_MINUTE)));
    expect(waits.filter((wait) => wait === null)).toHaveLength(10);
    expect(waits.filter((wait) => wait !== null)).toEqual(Array.from({ length: 40 }, () => 60));
  });

  it('say when there is room again, and then there is', async () => {
    for (let call = 0; call < 10; call += 1) {
      expect(await limits.look('even', TEN_A_MINUTE)).toBeNull();
      expect(await limits.take('even', TEN_A_MINUTE)).toBeNull();
      now += 1_000;
    }
    expect(await limits.look('even', TEN_A_MINUTE)).toBe(50);
    expect(await limits.take('even', TEN_A_MINUTE)).toBe(50);
    now += 50_000;
    expect(await limits.look('even', TEN_A_MINUTE)).toBeNull();
    for (let call = 0; call < 10; call += 1) expect(await limits.take('even', TEN_A_MINUTE)).toBeNull();
    expect(await limits.take('even', TEN_A_MINUTE)).toBe(60);
  });

  it('count keys apart, and forget what they are told to', async () => {
    for (let call = 0; call < 10; call += 1) await limits.take('one', TEN_A_MINUTE);
    expect(await limits.take('other', TEN_A_MINUTE)).toBeNull();
    await limits.forget('one');
    expect(await limits.take('one', TEN_A_MINUTE)).toBeNull();
  });
});
