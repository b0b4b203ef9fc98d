import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJanitor, type Expiry } from '../../src/db/janitor.ts';
import { createTestApp } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';

const SWEEP_MS = 15 * 60_000;

/** Something that is waited for until it is opened. */
function createGate() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('a sweep that is under way when its server is closed', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  it('is waited for', async () => {
    const db = await createTestDatabase();
    const entered = createGate();
    const held = createGate();
    const ended: string[] = [];
    let sweeps = false;
    const app = await createTestApp({
      db: {
        ...db,
        // The sweep is what opens the first transaction after the app has started.
        async transaction(work) {
          if (!sweeps) return db.transaction(work);
          entered.open();
          await held.opened;
          return db.transaction(work);
        },
      },
    });
    sweeps = true;
    vi.advanceTimersByTime(SWEEP_MS);
    await entered.opened;
    const closed = app.close().then(() => ended.push('closed'));
    // An app that comes later is closed meanwhile.
    await (await createTestApp({ db })).close();
    expect(ended).toEqual([]);
    held.open();
    await closed;
    expect(app.logs().filter(({ event }) => event === 'janitor.failed')).toEqual([]);
    await db.close();
  });

  it('ends with its batch', async () => {
    const db = await createTestDatabase();
    const stopping = new AbortController();
    const asked: string[] = [];
    const endless = (name: string): Expiry => ({
      name,
      removeBatch(limit) {
        asked.push(name);
        if (asked.length === 2) stopping.abort();
        return Promise.resolve(limit);
      },
    });
    const janitor = createJanitor({
      db,
      clock: () => new Date(),
      expiries: [endless('first'), endless('second')],
      onRemoved: () => undefined,
      onFailed: () => undefined,
    });
    expect(await janitor.sweep(stopping.signal)).toEqual({ first: 1_000 });
    expect(asked).toEqual(['first', 'first']);
    await db.close();
  });
});
