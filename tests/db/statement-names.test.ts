import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { createStatementNames } from '../../src/db/statement-names.ts';
import { createTestDatabase, testDatabaseKind } from '../support/database.ts';

describe('names of statements', () => {
  it('are given from the third use on, and stay', () => {
    const name = createStatementNames();
    const uses = Array.from({ length: 5 }, () => name('select $1'));
    expect(uses).toEqual([undefined, undefined, uses[2], uses[2], uses[2]]);
    expect(uses[2]).toMatch(/^v_[\w-]{27}$/);
    expect(name('select $2')).toBeUndefined();
  });

  it('are as many as a connection can keep, and those that were given first', () => {
    const name = createStatementNames();
    const texts = Array.from({ length: 100 }, (_, index) => `select ${index} + $1`);
    for (let use = 0; use < 3; use += 1) for (const text of texts) name(text);
    expect(texts.filter((text) => name(text) !== undefined)).toEqual(texts.slice(0, 64));
  });

  it('find what comes again among any number that do not', () => {
    const name = createStatementNames();
    for (let index = 0; index < 10_000; index += 1) name(`select ${index} + $1`);
    for (let use = 0; use < 2; use += 1) name('select $1');
    expect(name('select $1')).toBeDefined();
  });
});

describe.runIf(testDatabaseKind() === 'postgres')('statements that PostgreSQL keeps', async () => {
  const db = await createTestDatabase();
  afterAll(() => db.close());
  await db.orm.execute(sql`create table pet (id int primary key, name text not null)`);
  await db.orm.execute(sql`insert into pet values (1, 'Rex')`);

  const kept = async (like: string) => {
    const { rows } = (await db.orm.execute(sql.raw(`select statement from pg_prepared_statements where statement like '%${like}%'`))) as {
      rows: { statement: string }[];
    };
    return rows.map(({ statement }) => statement);
  };
  const find = async (id: number) => db.orm.execute(sql`select id, name from pet where id = ${id}`);

  it('are those with values, in a transaction as outside', async () => {
    // One connection for all of it: the others keep their own.
    await db.transaction(async () => {
      for (let use = 0; use < 4; use += 1) {
        expect(await find(1)).toMatchObject({ rows: [{ id: 1, name: 'Rex' }] });
        await db.orm.execute(sql`select 'no values' as nothing`);
      }
      expect(await kept('from pet')).toHaveLength(1);
      expect(await kept('no values')).toEqual([]);
    });
  });

  it('go on when a column is added, as a newer release does beside this one', async () => {
    await db.transaction(async () => {
      await find(1);
      await db.orm.execute(sql`alter table pet add column age int`);
      expect(await find(1)).toMatchObject({ rows: [{ id: 1, name: 'Rex' }] });
    });
  });

  it('are not kept by a name when they fail', async () => {
    const divide = async (by: number) => db.orm.execute(sql`select 6 / ${by}::int as result`);
    for (let use = 0; use < 4; use += 1) await expect(divide(0)).rejects.toThrow(/Failed query/);
    expect(await divide(3)).toMatchObject({ rows: [{ result: 2 }] });
  });
});
