import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { refreshing, type Connection } from '../security/support/codes.ts';
import { openStockLibrary, type CreateAdapter, type StockLibrary } from './support/stock-library.ts';

const PARALLEL = 5;
const STILL_NEEDED = 'the defect is still there';
const MENDED =
  'the library has mended this: see "When to reverse" in docs/decisions/0063-refresh-that-never-logs-people-out.md for what can go now';

/**
 * The auth library with our options and none of our hooks, transactions and locks. Each test expects one defect, and fails in the words above
 * when an upgrade has mended it.
 */
describe('the library by itself', () => {
  let stock: StockLibrary;
  const gate = createGate();
  const crash = { isDue: false };

  beforeAll(async () => {
    stock = await openStockLibrary((create) => interrupt(create, gate, crash));
  });
  afterEach(() => vi.useRealTimers());
  afterAll(() => stock.close());

  const judge = (isMended: boolean) => (isMended ? MENDED : STILL_NEEDED);
  const refresh = ({ clientId, refresh_token }: Connection) => stock.site.fetch(refreshing(stock.site, clientId, refresh_token));

  // proves refresh:upstream
  it('refuses all but the first of parallel refreshes', async () => {
    const connection = await stock.connect();
    gate.hold(PARALLEL);
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => refresh(connection)));
    expect(judge(answers.every(({ status }) => status === 200))).toBe(STILL_NEEDED);
  });

  // proves refresh:upstream
  it('loses a token when it dies between the halves of a rotation', async () => {
    const connection = await stock.connect();
    crash.isDue = true;
    vi.spyOn(console, 'error').mockReturnValueOnce();
    expect((await refresh(connection)).status).toBe(500);
    expect(judge((await refresh(connection)).status === 200)).toBe(STILL_NEEDED);
  });

  // proves refresh:upstream
  it('ends the same client on every computer when one of them comes back late', async () => {
    const laptop = await stock.connect();
    const desktop = await stock.connect(laptop.clientId);
    expect((await refresh(laptop)).status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 61_000);
    expect((await refresh(laptop)).status).toBe(400);
    expect(judge((await refresh(desktop)).status === 200)).toBe(STILL_NEEDED);
  });
});

/** The adapter, whose readers of refresh tokens pass the gate, and which dies instead of storing one when that is due. */
function interrupt(create: CreateAdapter, gate: ReturnType<typeof createGate>, crash: { isDue: boolean }): CreateAdapter {
  return (options) => {
    const adapter = create(options);
    return {
      ...adapter,
      async findOne<T>(query: Parameters<typeof adapter.findOne>[0]) {
        const found = await adapter.findOne<T>(query);
        if (query.model === 'oauthRefreshToken') await gate.pass();
        return found;
      },
      create(row) {
        if (row.model !== 'oauthRefreshToken' || !crash.isDue) return adapter.create(row);
        crash.isDue = false;
        throw new Error('the process ends here');
      },
    };
  };
}

/** Holds those who pass until there are as many as were said, so that none of them knows what the others do. */
function createGate() {
  let awaited = 0;
  const waiting: (() => void)[] = [];
  return {
    hold: (count: number) => void (awaited = count),
    async pass(): Promise<void> {
      if (awaited === 0) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length < awaited) return;
        awaited = 0;
        for (const release of waiting.splice(0)) release();
      });
    },
  };
}
