import { and, arrayContains, asc, desc, sql, type Placeholder, type SQL } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { Orm } from '../db/orm.ts';
import { resume } from '../db/schema/resumes.ts';
import { parseCursor, toCursor, type ResumeSort } from './cursor.ts';
import { ResumeError } from './errors.ts';
import { SUMMARY_COLUMNS, type ResumeSummary } from './stored-resume.ts';
import { isVisible, type AccessOfQuery, type ResumeAccess } from './visibility.ts';

export const MAX_PAGE_SIZE = 100;

export interface ListQuery {
  /** `lastUpdatedAt` and `createdAt`: latest first; `name`: ascending, in the order of the database's collation. */
  readonly sort: ResumeSort;
  /** A resume must have all of them. */
  readonly tags: readonly string[];
  readonly cursor?: string | undefined;
  /** 1 to {@link MAX_PAGE_SIZE}. */
  readonly limit: number;
}

export interface ResumePage {
  readonly resumes: readonly ResumeSummary[];
  readonly nextCursor: string | null;
}

export interface TagCount {
  readonly tag: string;
  readonly count: number;
}

/**
 * Reads one page by keyset, in one query on an index of the owner. Resumes that nobody changes meanwhile appear on exactly one
 * page; one that changes while its sort key is what is paged by stands where its new key puts it.
 *
 * @returns a function that throws ResumeError `invalid_cursor`
 */
export function createResumeList(db: Database): (access: ResumeAccess, query: ListQuery) => Promise<ResumePage> {
  const firstPages = createFirstPages(db);
  return async (access, query) => {
    const { sort, tags, cursor, limit } = query;
    const isFirst = tags.length === 0 && cursor === undefined;
    const rows = await (isFirst ? firstPages(access, sort, limit + 1) : buildListQuery(db.orm, access, { ...query, limit: limit + 1 }));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { resumes: page, nextCursor: rows.length > limit && last !== undefined ? toCursor(sort, last) : null };
  };
}

/** The first page without tags is what nearly everybody asks for: its queries, one for each order and kind of access, are built once. */
function createFirstPages(db: Database) {
  const access = { userId: sql.placeholder('userId'), resumeSetId: sql.placeholder('resumeSetId') };
  const limit = sql.placeholder('limit');
  const prepare = (sort: ResumeSort) => ({
    all: db.prepare((orm) => buildListQuery(orm, { ...access, resumeSetId: null }, { sort, tags: [], limit })),
    opened: db.prepare((orm) => buildListQuery(orm, access, { sort, tags: [], limit })),
  });
  const prepared = { lastUpdatedAt: prepare('lastUpdatedAt'), createdAt: prepare('createdAt'), name: prepare('name') };
  return ({ userId, resumeSetId }: ResumeAccess, sort: ResumeSort, count: number) =>
    resumeSetId === null ? prepared[sort].all({ userId, limit: count }) : prepared[sort].opened({ userId, resumeSetId, limit: count });
}

/** The query behind {@link createResumeList}, for it and for a look at its plan. `limit` is a number of rows here. */
export function buildListQuery(
  orm: Orm,
  access: AccessOfQuery,
  query: Omit<ListQuery, 'limit'> & { readonly limit: number | Placeholder },
) {
  const { column, direction } = SORTS[query.sort];
  return orm
    .select(SUMMARY_COLUMNS)
    .from(resume)
    .where(and(isVisible(access), query.tags.length === 0 ? undefined : arrayContains(resume.tags, [...query.tags]), isAfterCursor(query)))
    .orderBy(direction(column), direction(resume.id))
    .limit(query.limit);
}

const SORTS = {
  lastUpdatedAt: { column: resume.updatedAt, direction: desc },
  createdAt: { column: resume.createdAt, direction: desc },
  name: { column: resume.name, direction: asc },
};

function isAfterCursor({ sort, cursor }: Pick<ListQuery, 'sort' | 'cursor'>): SQL | undefined {
  if (cursor === undefined) return undefined;
  const position = parseCursor(cursor, sort);
  if (position === null) throw new ResumeError({ code: 'invalid_cursor' });
  if (sort === 'name') return sql`(${resume.name}, ${resume.id}) > (${position.key}, ${position.id})`;
  return sql`(${SORTS[sort].column}, ${resume.id}) < (${position.key}::timestamptz, ${position.id})`;
}

/** Every tag of the visible resumes with the number of resumes that have it, in the order of the database's collation. */
export async function listTags(db: Database, access: ResumeAccess): Promise<TagCount[]> {
  const tags = db.orm
    .select({ tag: sql<string>`unnest(${resume.tags})`.as('tag') })
    .from(resume)
    .where(isVisible(access))
    .as('tags');
  return await db.orm
    .select({ tag: tags.tag, count: sql<number>`count(*)::int` })
    .from(tags)
    .groupBy(tags.tag)
    .orderBy(tags.tag);
}
