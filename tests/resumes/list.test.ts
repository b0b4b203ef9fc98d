import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { MAX_RESUMES_PER_OWNER } from '../../src/resumes/creation.ts';
import { buildListQuery, type ListQuery } from '../../src/resumes/list.ts';
import { createAuditTrail } from '../../src/db/audit.ts';
import { createResumeRepository, type ResumeRepository } from '../../src/resumes/repository.ts';
import { createTestDatabase, testDatabaseKind } from '../support/database.ts';
import { createGrant, createNamed, createOwner, createTestResumes, refusalOf } from '../support/resumes.ts';

const explained = z.object({ rows: z.array(z.object({ 'QUERY PLAN': z.string() })) });

type Who = Awaited<ReturnType<typeof createOwner>>;

const MANY = MAX_RESUMES_PER_OWNER;

let db: Database;
let resumes: ResumeRepository;

beforeAll(async () => {
  db = await createTestDatabase();
  resumes = createTestResumes(db);
});
afterAll(() => db.close());

/** Pages from start to end; `between` runs after each page. */
async function readAllPages(who: Who, query: Omit<ListQuery, 'cursor'>, between: (page: number) => Promise<void> = async () => undefined) {
  const names: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; ; page += 1) {
    const answer = await resumes.list(who.access, { ...query, cursor });
    names.push(...answer.resumes.map((each) => each.name));
    if (answer.nextCursor === null) return names;
    cursor = answer.nextCursor;
    await between(page);
  }
}

/** Inserts in one statement; instants repeat every fourth row so that ties have to be broken. */
async function insertMany(who: Who, count: number): Promise<void> {
  await db.orm.execute(sql`
    insert into resume (id, user_id, name, slug, tags, data, created_at, updated_at)
    select ${who.access.userId} || '-' || n, ${who.access.userId}, 'Resume ' || lpad(n::text, 6, '0'), 'slug-' || n,
      case when n % 100 = 0 then array['rare', 'common'] else array['common'] end, '{}'::jsonb,
      timestamptz '2026-01-01' + (n / 4) * interval '1 minute', timestamptz '2026-02-01' - (n / 4) * interval '1 minute'
    from generate_series(1, ${count}::int) as n`);
}

describe('the list of resumes', () => {
  it.each([
    ['name', ['A', 'B', 'C', 'D', 'E']],
    ['createdAt', ['E', 'D', 'C', 'B', 'A']],
    ['lastUpdatedAt', ['B', 'E', 'D', 'C', 'A']],
  ] as const)('is sorted by %s and the same whatever the size of a page', async (sort, expected) => {
    const owner = await createOwner(db);
    for (const name of ['A', 'B', 'C', 'D', 'E']) await createNamed(resumes, owner, name);
    const { resumes: all } = await resumes.list(owner.access, { sort: 'name', tags: [], limit: 100 });
    await resumes.update(owner.access, owner.actor, all[1]?.id ?? '', { tags: ['changed'] });
    for (const limit of [1, 2, 5, 100]) expect(await readAllPages(owner, { sort, tags: [], limit })).toEqual(expected);
  });

  it('asks for all tags, not for any', async () => {
    const owner = await createOwner(db);
    await createNamed(resumes, owner, 'Both', ['a', 'b']);
    await createNamed(resumes, owner, 'One', ['a']);
    await createNamed(resumes, owner, 'None');
    expect(await readAllPages(owner, { sort: 'name', tags: ['b', 'a'], limit: 1 })).toEqual(['Both']);
    expect(await readAllPages(owner, { sort: 'name', tags: ['a'], limit: 1 })).toEqual(['Both', 'One']);
    expect(await readAllPages(owner, { sort: 'name', tags: ["a' or 1=1 --"], limit: 1 })).toEqual([]);
    expect(await resumes.listTags(owner.access)).toEqual([
      { tag: 'a', count: 2 },
      { tag: 'b', count: 1 },
    ]);
  });

  it.each([
    '',
    'x',
    'e30',
    'bnVsbA',
    Buffer.from('["name","A","x\\u0000"]').toString('base64url'),
    Buffer.from('["createdAt","soon","x"]').toString('base64url'),
  ])('refuses the cursor %j', async (cursor) => {
    const owner = await createOwner(db);
    for (const sort of ['name', 'createdAt'] as const) {
      expect(await refusalOf(resumes.list(owner.access, { sort, tags: [], limit: 1, cursor }))).toEqual({ code: 'invalid_cursor' });
    }
  });

  it('refuses the cursor of another sort', async () => {
    const owner = await createOwner(db);
    for (const name of ['A', 'B']) await createNamed(resumes, owner, name);
    const { nextCursor } = await resumes.list(owner.access, { sort: 'name', tags: [], limit: 1 });
    const query = { sort: 'createdAt', tags: [], limit: 1, cursor: nextCursor ?? '' } as const;
    expect(await refusalOf(resumes.list(owner.access, query))).toEqual({ code: 'invalid_cursor' });
  });
});

describe('the list of 10,000 resumes', () => {
  let owner: Who;

  beforeAll(async () => {
    owner = await createOwner(db);
    await insertMany(owner, MANY);
    for (let other = 0; other < 3; other += 1) await insertMany(await createOwner(db, 'Other'), MANY);
    await db.orm.execute(sql`analyze resume`);
  });

  it.each(['name', 'createdAt', 'lastUpdatedAt'] as const)(
    'shows each exactly once when paged by %s, equal keys included',
    async (sort) => {
      const names = await readAllPages(owner, { sort, tags: [], limit: 100 });
      expect(names).toHaveLength(MANY);
      expect(new Set(names).size).toBe(MANY);
    },
  );

  it('is as long as it may get: another resume is refused', async () => {
    expect(await refusalOf(createNamed(resumes, owner, 'One more'))).toEqual({ code: 'too_many_resumes', limit: MANY });
  });

  it('shows every resume that nobody touches exactly once while others are created, changed and deleted', async () => {
    const busy = await createOwner(db);
    await insertMany(busy, 300);
    const idOf = (number: number) => `${busy.access.userId}-${number}`;
    const names = await readAllPages(busy, { sort: 'createdAt', tags: [], limit: 25 }, async (page) => {
      await createNamed(resumes, busy, `New ${page}`);
      await resumes.update(busy.access, busy.actor, idOf(10 + page), { name: `Renamed ${page}` });
      await resumes.delete(busy.access, busy.actor, idOf(290 - page));
    });
    const untouched = Array.from({ length: 300 }, (_, index) => index + 1).filter((number) => number > 25 && number < 275);
    for (const number of untouched) expect(names.filter((name) => name === `Resume ${String(number).padStart(6, '0')}`)).toHaveLength(1);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['the first page', {}],
    ['a later page', { later: true }],
    ['a page by tag', { tags: ['common'] }],
  ])('reads %s in one query', async (_name, { tags = [], later = false }: { tags?: string[]; later?: boolean }) => {
    const first = await resumes.list(owner.access, { sort: 'lastUpdatedAt', tags, limit: 50 });
    const counted = countQueries(db);
    const counting = createResumeRepository(counted.db, {
      now: () => new Date(0),
      createId: () => 'unused',
      audit: createAuditTrail(counted.db, () => new Date(0)),
    });
    const cursor = later ? (first.nextCursor ?? undefined) : undefined;
    const page = await counting.list(owner.access, { sort: 'lastUpdatedAt', tags, limit: 50, cursor });
    expect(page.resumes).toHaveLength(50);
    expect(counted.selects()).toBe(1);
  });

  it.runIf(testDatabaseKind() === 'postgres').each(['name', 'createdAt', 'lastUpdatedAt'] as const)(
    'by %s walks an index of the owner and sorts nothing (PostgreSQL)',
    async (sort) => {
      const { nextCursor } = await resumes.list(owner.access, { sort, tags: [], limit: 100 });
      const grant = await createGrant(db, owner.access.userId, 'all');
      for (const { access, cursor } of [
        { access: owner.access, cursor: undefined },
        { access: owner.access, cursor: nextCursor ?? undefined },
        { access: grant.access, cursor: nextCursor ?? undefined },
      ]) {
        const query = buildListQuery(db.orm, access, { sort, tags: [], limit: 101, cursor }).getSQL();
        const { rows } = explained.parse(await db.orm.execute(sql`explain ${query}`));
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toContain('Index Scan');
        expect(plan).not.toMatch(/Seq Scan on resume|Sort/);
      }
    },
  );
});

/** The same database with a count of the selects that go through it. */
function countQueries(database: Database): { readonly db: Database; readonly selects: () => number } {
  let selects = 0;
  const orm = new Proxy(database.orm, {
    get(target, property) {
      if (property === 'select') selects += 1;
      return Reflect.get(target, property, target) as unknown;
    },
  });
  return { db: createDatabase({ ...database, orm }), selects: () => selects };
}
