import { afterAll, describe, expect, it } from 'vitest';
import { user } from '../../src/db/schema/auth.ts';
import { createTestDatabase, testDatabaseKind } from '../support/database.ts';

const person = { id: 'u1', name: 'Ada', email: 'ada@example.org' };

describe('the database of a test', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  afterAll(() => Promise.all([first.close(), second.close()]));

  it('is migrated, empty and of the kind the run is about', async () => {
    expect(first.kind).toBe(testDatabaseKind());
    expect(await first.orm.select().from(user)).toEqual([]);
  });

  it('shares nothing with another one', async () => {
    await first.orm.insert(user).values(person);
    expect(await first.orm.$count(user)).toBe(1);
    expect(await second.orm.$count(user)).toBe(0);
  });

  it('rolls back everything that a rejected transaction wrote', async () => {
    const rejected = second.transaction(async () => {
      await second.orm.insert(user).values(person);
      throw new Error('on purpose');
    });
    await expect(rejected).rejects.toThrow('on purpose');
    expect(await second.orm.$count(user)).toBe(0);
  });

  it('runs what waits for the end of a transaction once, after the outermost one, however it ends', async () => {
    const ends: string[] = [];
    await second.transaction(async () => {
      await second.transaction(async () => second.afterTransaction(() => ends.push('committed')));
      expect(ends).toEqual([]);
    });
    const rejected = second.transaction(async () => {
      second.afterTransaction(() => ends.push('rejected'));
      throw new Error('on purpose');
    });
    await expect(rejected).rejects.toThrow('on purpose');
    expect(ends).toEqual(['committed', 'rejected']);
  });
});
