import { describe, expect, it } from 'vitest';
import { createTally } from '../../src/db/tally.ts';

const AT = new Date('2026-03-01T12:00:00.000Z');
const LATER = new Date('2026-03-01T12:00:01.000Z');

describe('a tally', () => {
  it('writes what is the same once, with how often and when last, and then forgets it', async () => {
    const written: unknown[] = [];
    const tally = createTally<{ readonly id: string }>(async (counted) => {
      written.push(JSON.parse(counted));
      return [];
    });
    tally.count('a', { id: 'a' }, AT);
    tally.count('b', { id: 'b' }, AT);
    tally.count('a', { id: 'a' }, LATER);
    await tally.flush();
    await tally.flush();
    expect(written).toEqual([
      [
        { id: 'a', at: LATER.toISOString(), times: 2 },
        { id: 'b', at: AT.toISOString(), times: 1 },
      ],
    ]);
  });

  it('keeps what could not be written, and adds what came meanwhile', async () => {
    const away = new Error('away');
    const written: unknown[] = [];
    let isAway = true;
    const tally = createTally<{ readonly id: string }>(async (counted) => {
      if (!isAway) {
        written.push(JSON.parse(counted));
        return [];
      }
      tally.count('a', { id: 'a' }, LATER);
      throw away;
    });
    tally.count('a', { id: 'a' }, AT);
    tally.count('b', { id: 'b' }, AT);
    await expect(tally.flush()).rejects.toBe(away);
    isAway = false;
    await tally.flush();
    expect(written).toEqual([
      [
        { id: 'a', at: LATER.toISOString(), times: 2 },
        { id: 'b', at: AT.toISOString(), times: 1 },
      ],
    ]);
  });

  it('has written everything when a flush ends, also what another flush had begun with', async () => {
    const done: string[] = [];
    const writing: (() => void)[] = [];
    const tally = createTally<{ readonly id: string }>(async (counted) => {
      await new Promise<void>((resolve) => writing.push(resolve));
      done.push(counted);
      return [];
    });
    tally.count('a', { id: 'a' }, AT);
    const first = tally.flush();
    const second = tally.flush().then(() => done.length);
    await Promise.resolve();
    await Promise.resolve();
    for (const finish of writing) finish();
    await first;
    expect(await second).toBe(1);
  });

  it('writes each by itself what was left out, and keeps only that which could not be written then', async () => {
    const away = new Error('away');
    const written: unknown[] = [];
    let isAway = true;
    const tally = createTally<{ readonly id: string }>(async (counted, isAlone) => {
      if (isAlone && isAway && counted.includes('"c"')) throw away;
      written.push([isAlone, (JSON.parse(counted) as { id: string }[]).map(({ id }) => id)]);
      return isAlone ? [] : ['b', 'c', 'd'];
    });
    for (const id of ['a', 'b', 'c', 'd']) tally.count(id, { id }, AT);
    await expect(tally.flush()).rejects.toBe(away);
    isAway = false;
    await tally.flush();
    expect(written).toEqual([
      [false, ['a', 'b', 'c', 'd']],
      [true, ['b']],
      [false, ['c', 'd']],
      [true, ['c']],
      [true, ['d']],
    ]);
  });
});
