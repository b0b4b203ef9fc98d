import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { isDatabaseUnavailable } from '../../src/db/unavailable.ts';
import { createTestDatabase, testDatabaseKind } from '../support/database.ts';

describe('a transaction that goes on after a failure that nobody wanted to know', () => {
  let db: Database;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.close());

  const swallow = (sqlstate: string) =>
    db.orm.execute(sql.raw(`do $$ begin raise sqlstate '${sqlstate}'; end $$`)).then(
      () => expect.unreachable('it fails'),
      () => undefined,
    );
  const failureOf = (work: () => Promise<unknown>) =>
    db.transaction(work).then(
      () => null,
      (error: unknown) => error,
    );

  it.each([
    ['a full disk is the database', '53100', true],
    ['a value that was there already is not', '23505', false],
  ])('is told of the failure behind it: %s', async (_name, sqlstate, expected) => {
    const failure = await failureOf(async () => {
      await swallow(sqlstate);
      await db.orm.execute(sql`select 1`);
    });
    expect(failure).toBeInstanceOf(Error);
    expect(isDatabaseUnavailable(failure)).toBe(expected);
  });

  it.runIf(testDatabaseKind() === 'postgres')('is not committed as if nothing were', async () => {
    expect(isDatabaseUnavailable(await failureOf(() => swallow('53100')))).toBe(true);
  });

  it('is committed when the failure was undone', async () => {
    const failure = await failureOf(async () => {
      await db.transaction(() => Promise.reject(new Error('undone'))).catch(() => undefined);
      await db.orm.execute(sql`select 1`);
    });
    expect(failure).toBeNull();
  });
});
