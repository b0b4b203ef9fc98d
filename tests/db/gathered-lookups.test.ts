import { describe, expect, it } from 'vitest';
import { gatherLookups } from '../../src/db/gathered-lookups.ts';

/** Lookups of letters, whose turn ends when it is told to. */
function createLookups(
  answer: (keys: readonly string[]) => Promise<ReadonlyMap<string, string>> = async (keys) =>
    new Map(keys.map((key) => [key, key.toUpperCase()])),
) {
  const asked: string[][] = [];
  const due: (() => void)[] = [];
  const find = gatherLookups<string>(
    (keys) => {
      asked.push([...keys]);
      return answer(keys);
    },
    (ask) => void due.push(ask),
  );
  return { find, asked, endTurn: () => due.splice(0).forEach((ask) => ask()) };
}

describe('lookups that are gathered', () => {
  it('are one for all who ask in the same turn, each key once', async () => {
    const { find, asked, endTurn } = createLookups();
    const answers = Promise.all(['a', 'b', 'a'].map(find));
    expect(asked).toEqual([]);
    endTurn();
    expect(await answers).toEqual(['A', 'B', 'A']);
    expect(asked).toEqual([['a', 'b']]);
  });

  it('read anew for whoever asks later, also while an answer is under way', async () => {
    const { find, asked, endTurn } = createLookups();
    const first = find('a');
    endTurn();
    const second = find('a');
    endTurn();
    expect([await first, await second]).toEqual(['A', 'A']);
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('answer undefined for what is not there', async () => {
    const { find, endTurn } = createLookups(async () => new Map([['a', 'A']]));
    const answers = Promise.all([find('a'), find('b')]);
    endTurn();
    expect(await answers).toEqual(['A', undefined]);
  });

  it('fail for those of the turn alone', async () => {
    let calls = 0;
    const { find, endTurn } = createLookups(async () => {
      calls += 1;
      if (calls === 1) throw new Error('away');
      return new Map([['c', 'C']]);
    });
    const failed = Promise.allSettled([find('a'), find('b')]);
    endTurn();
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = find('c');
    endTurn();
    expect(await next).toBe('C');
  });

  it('fail where nothing could be asked, too', async () => {
    const { find, endTurn } = createLookups(() => {
      throw new TypeError('not a statement');
    });
    const failed = find('a');
    endTurn();
    await expect(failed).rejects.toThrow('not a statement');
  });

  it('ask for a hundred at the most, and for the others at the same time', async () => {
    const { find, asked, endTurn } = createLookups();
    const answers = Promise.all(Array.from({ length: 150 }, (_, index) => find(`k${index}`)));
    endTurn();
    expect(new Set(await answers).size).toBe(150);
    expect(asked.map(({ length }) => length)).toEqual([100, 50]);
  });
});
