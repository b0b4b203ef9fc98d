import { describe, expect, it } from 'vitest';
import { createRandomNames } from '../../src/authorization-server/random-names.ts';

describe('names of rows and clients', () => {
  it('are 32 letters each, and no two are the same', () => {
    const nextName = createRandomNames();
    const names = Array.from({ length: 2_000 }, () => nextName());
    expect(names.filter((name) => !/^[A-Za-z]{32}$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('use each random byte once, and none that would make a letter likelier', () => {
    let filled = 0;
    // 0, 1, … 255 again and again: 208 of 256 stand for a letter, each of the 52 as often as another.
    const nextName = createRandomNames((bytes) => {
      filled += 1;
      bytes.forEach((_, index) => (bytes[index] = index % 256));
    });
    const letters = Array.from({ length: (2 * 16 * 208) / 32 }, () => nextName()).join('');
    expect(filled).toBe(2);
    const counts = new Map<string, number>();
    for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(52);
    expect(new Set(counts.values())).toEqual(new Set([128]));
  });
});
