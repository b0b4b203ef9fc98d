import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/http/limits/gate.ts';

/** Work that ends when it is told to. */
function createWork() {
  let finish: () => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    finish = () => resolve('done');
  });
  return { run: () => ended, finish };
}

describe('the gate before password hashing', () => {
  it('lets in as many as it may, queues as many as it may and turns the rest away', async () => {
    const gate = createGate({ concurrency: 2, queue: 3, waitMs: 60_000 });
    const works = Array.from({ length: 6 }, createWork);
    const begun: number[] = [];
    const answers = works.map(({ run }, index) =>
      gate.enter(() => {
        begun.push(index);
        return run();
      }),
    );
    expect(await answers[5]).toBeNull();
    expect(begun).toEqual([0, 1]);
    for (const { finish } of works) finish();
    expect(await Promise.all(answers.slice(0, 5))).toEqual(Array.from({ length: 5 }, () => 'done'));
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('turns away who has waited too long, and goes on', async () => {
    const gate = createGate({ concurrency: 1, queue: 3, waitMs: 1 });
    const slow = createWork();
    const inside = gate.enter(slow.run);
    expect(await gate.enter(async () => 'never')).toBeNull();
    slow.finish();
    expect(await inside).toBe('done');
    expect(await gate.enter(async () => 'next')).toBe('next');
  });

  it('has room again after work that failed', async () => {
    const gate = createGate({ concurrency: 1, queue: 0, waitMs: 1 });
    await expect(gate.enter(() => Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose');
    expect(await gate.enter(async () => 'next')).toBe('next');
  });
});
