import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestApp, type TestApp } from '../support/app.ts';
import { readMetrics } from '../support/metrics.ts';

const HOUR_MS = 60 * 60_000;
const timeSchema = z.object({ rows: z.tuple([z.object({ milliseconds: z.number() })]) });

describe('the clock of a server beside that of its database', () => {
  let app: TestApp;
  let now = new Date();
  beforeAll(async () => {
    app = await createTestApp({ clock: () => now });
  });
  afterAll(() => app.close());

  const askDatabase = async () => {
    const answer = await app.db.orm.execute(sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as milliseconds`);
    return timeSchema.parse(answer).rows[0].milliseconds;
  };
  const ahead = async () => (await readMetrics(app)).get('vitae_clock_ahead_seconds') ?? Number.NaN;
  /**
   * What a server measures whose clock stands still meanwhile: exact but for the database's own, which goes on. That may be by nothing, so the
   * bounds are reckoned as the measurement is: in seconds first, the last digit would differ.
   */
  const bounds = async (work: () => Promise<unknown>) => {
    const before = await askDatabase();
    await work();
    const after = await askDatabase();
    return { least: (now.getTime() - after) / 1000, most: (now.getTime() - before) / 1000 };
  };

  it('is compared when the server starts', async () => {
    expect(Math.abs(await ahead())).toBeLessThan(60);
  });

  it.each([
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ])('is compared whenever somebody asks whether the server is ready: %s', async (_word, moved) => {
    now = new Date(Date.now() + moved);
    const { least, most } = await bounds(() => app.fetch(new Request(`${app.origin}/health/ready`)));
    const measured = await ahead();
    expect(measured).toBeGreaterThanOrEqual(least);
    expect(measured).toBeLessThanOrEqual(most);
  });

  it('is compared before each sweep', async () => {
    now = new Date(Date.now() + 2 * HOUR_MS);
    const { least, most } = await bounds(() => app.sweep());
    expect(await ahead()).toBeGreaterThanOrEqual(least);
    expect(await ahead()).toBeLessThanOrEqual(most);
  });
});
