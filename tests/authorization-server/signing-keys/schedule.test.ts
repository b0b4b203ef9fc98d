import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeKeys, planNextKey } from '../../../src/authorization-server/signing-keys/schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const PERIOD_SECONDS = 90 * 24 * 60 * 60;

const at = (milliseconds: number) => new Date(START + milliseconds);
const key = (id: string, signsFrom: number) => ({ id, signsFrom: at(signsFrom) });
const statesAt = (keys: readonly ReturnType<typeof key>[], now: number) =>
  judgeKeys(keys, at(now)).map(({ key: { id }, state }) => `${id} ${state}`);

describe('a signing key', () => {
  const keys = [key('second', 90 * DAY), key('first', 0)];

  // security case 164
  it('signs until the next one does, and is published until its last token has ended', () => {
    expect(statesAt(keys, 90 * DAY - 1)).toEqual(['first current', 'second next']);
    expect(statesAt(keys, 90 * DAY)).toEqual(['first retiring', 'second current']);
    expect(statesAt(keys, 90 * DAY + 10 * HOUR + 10 * MINUTE - 1)).toEqual(['first retiring', 'second current']);
    expect(statesAt(keys, 90 * DAY + 10 * HOUR + 10 * MINUTE)).toEqual(['first over', 'second current']);
  });

  it('signs alone while the clock stands before all of them', () => {
    expect(statesAt(keys, -DAY)).toEqual(['first current', 'second next']);
  });

  it('is retired by the one that followed it, not by the one that signs', () => {
    expect(statesAt([...keys, key('third', 90 * DAY + HOUR)], 90 * DAY + 11 * HOUR)).toEqual([
      'first over',
      'second retiring',
      'third current',
    ]);
  });

  it('says until when it signs or is published', () => {
    expect(judgeKeys(keys, at(DAY)).map(({ until }) => until)).toEqual([at(90 * DAY), null]);
    expect(judgeKeys(keys, at(91 * DAY))[0]?.until).toEqual(at(90 * DAY + 10 * HOUR + 10 * MINUTE));
  });
});

describe('the next signing key', () => {
  it('signs at once when there is none', () => {
    expect(planNextKey([], at(0), PERIOD_SECONDS)).toEqual(at(0));
  });

  it('is published a day before the one that signs has done so for its time', () => {
    expect(planNextKey([key('first', 0)], at(89 * DAY - 1), PERIOD_SECONDS)).toBeNull();
    expect(planNextKey([key('first', 0)], at(89 * DAY), PERIOD_SECONDS)).toEqual(at(90 * DAY));
  });

  // security case 164
  it('is published a day before it signs after a long stop too', () => {
    expect(planNextKey([key('first', 0)], at(400 * DAY), PERIOD_SECONDS)).toEqual(at(401 * DAY));
  });

  it('is not planned while one is published', () => {
    expect(planNextKey([key('first', 0), key('second', 90 * DAY)], at(89 * DAY + HOUR), PERIOD_SECONDS)).toBeNull();
  });

  it('makes one key sign at any time, each published a day before and until its tokens have ended, whenever anybody looks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 * DAY }), { minLength: 1, maxLength: 60 }), (steps) => {
        const kept: { id: string; signsFrom: Date; publishedAt: Date }[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          const signsFrom = planNextKey(kept, at(now), PERIOD_SECONDS);
          if (signsFrom !== null) kept.push({ id: String(kept.length), signsFrom, publishedAt: at(now) });
          const judged = judgeKeys(kept, at(now));
          expect(judged.filter(({ state }) => state === 'current')).toHaveLength(1);
          for (const [index, { signsFrom: from, publishedAt }] of kept.entries())
            expect(from.getTime() - publishedAt.getTime()).toBe(index === 0 ? 0 : DAY);
        }
      }),
    );
  });
});
