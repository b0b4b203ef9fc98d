import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../src/collect-garbage.ts';

const readHeapMiB = () => process.memoryUsage().heapUsed / 2 ** 20;

describe('a collection of garbage', () => {
  it('has given back what nobody holds when it returns', () => {
    collectGarbage();
    const before = readHeapMiB();
    // In a function of its own, so that nothing of it is left on the stack.
    const waste = () => Array.from({ length: 1_000_000 }, (_, index) => ({ index })).length;
    expect(waste()).toBe(1_000_000);
    expect(readHeapMiB() - before).toBeGreaterThan(10);
    collectGarbage();
    expect(readHeapMiB() - before).toBeLessThan(5);
  });
});
