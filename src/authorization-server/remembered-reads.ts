import type { BetterAuthOptions, DBAdapter } from 'better-auth';
import { copyRow } from '../db/copy-row.ts';
import { createRecentMap } from '../recent-map.ts';
import { UNOBSERVED_CACHE, type Metrics } from '../observability/metrics.ts';
import { deferWrites } from './deferred-writes.ts';
import type { RequestFlows } from './request-flow.ts';

type Create = (options: BetterAuthOptions) => DBAdapter;
type FindOne = Parameters<DBAdapter['findOne']>[0];
type FindMany = Parameters<DBAdapter['findMany']>[0];

/** What no request changes: seeded at the start. Kept for as long as another instance may not know of a change. */
const KEPT_MODEL = 'oauthResource';
const KEPT_MS = 1_000;
/** What a token request reads several times and does not change. */
const READ_ONCE = 'oauthClient';

/**
 * The library's adapter, but that a token request reads the client once (see `RequestFlow.reads`) and not again what was read for its
 * judgement, that it has no transaction inside its own, and that the resource is read again only after a second. The library's own cache of
 * resources never ends. A request with a deferral is answered by that (see deferred-writes.ts).
 *
 * Answers are copies. Nothing is remembered of rows that are not there, nor of what is read inside a transaction of the library's own.
 */
export function rememberReads(create: Create, flows: RequestFlows, clock: () => Date, metrics?: Pick<Metrics, 'cache'>): Create {
  const kept = createRecentMap<{ readonly rows: unknown; readonly at: number }>(16);
  const lookups = metrics?.cache('remembered_reads', () => kept.size) ?? UNOBSERVED_CACHE;

  const remember = async (query: FindOne | FindMany, read: () => Promise<unknown>): Promise<unknown> => {
    if (query.model === KEPT_MODEL) {
      const now = clock().getTime();
      const key = JSON.stringify(query);
      const known = kept.get(key);
      if (known !== undefined && now >= known.at && now - known.at < KEPT_MS) {
        lookups.hit();
        return copyRow(known.rows);
      }
      lookups.miss();
      const rows = await read();
      if (rows !== null) kept.set(key, { rows: copyRow(rows), at: now });
      return rows;
    }
    const { reads } = flows.current();
    if (reads === null) return read();
    const name = nameOf(query);
    const known = reads.get(name);
    if (known !== undefined) return copyRow(known);
    const row = await read();
    if (row !== null && query.model === READ_ONCE) reads.set(name, copyRow(row));
    return row;
  };
  const forget = (model: string) => {
    if (model === KEPT_MODEL) kept.clear();
    const { reads } = flows.current();
    for (const name of reads?.keys() ?? []) if (name.startsWith(`${model} `)) reads?.delete(name);
  };

  return (options) => {
    const adapter = deferWrites(create, flows, (model) => model === KEPT_MODEL)(options);
    const remembering: DBAdapter = {
      ...adapter,
      // A token request is one transaction already, and whatever its exchange of a code would undo ends it: a savepoint has nothing to keep.
      // Nor has the transaction of a registration, whose rows are written in one statement.
      transaction: (work) => {
        const { isWhole, reads } = flows.current();
        // What is written inside does not come by here.
        return isWhole ? work(remembering) : adapter.transaction(work).finally(() => reads?.clear());
      },
      // The library says itself of which type the rows are that it asks for.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      findOne: async <T>(query: FindOne) => (await remember(query, () => adapter.findOne<T>(query))) as T | null,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      findMany: async <T>(query: FindMany) => (await remember(query, () => adapter.findMany<T>(query))) as T[],
      async create(creation) {
        forget(creation.model);
        return adapter.create(creation);
      },
      async update(update) {
        forget(update.model);
        return adapter.update(update);
      },
      async updateMany(update) {
        forget(update.model);
        return adapter.updateMany(update);
      },
      async delete(deletion) {
        forget(deletion.model);
        return adapter.delete(deletion);
      },
      async deleteMany(deletion) {
        forget(deletion.model);
        return adapter.deleteMany(deletion);
      },
    };
    return remembering;
  };
}

/** Hands the library a row that was read already, under the one value by which it will ask for it. The row must be as its own adapter reads it. */
export function handRow(reads: Map<string, unknown> | null, model: string, field: string, row: Readonly<Record<string, unknown>>): void {
  reads?.set(nameOf({ model, where: [{ field, value: String(row[field]) }] }), row);
}

/** Hands the library the answer to one of its questions, as its own adapter would give it. */
export function handAnswer(reads: Map<string, unknown> | null, query: FindOne, answer: Readonly<Record<string, unknown>>): void {
  reads?.set(nameOf(query), answer);
}

function nameOf(query: FindOne | FindMany): string {
  const { model, where = [], ...rest } = query;
  const [only] = where;
  const isPlain = where.length === 1 && (only?.operator ?? 'eq') === 'eq' && Object.values(rest).every((part) => part === undefined);
  return `${model} ${isPlain ? `${only?.field}=${String(only?.value)}` : JSON.stringify([where.map(({ field, operator = 'eq', connector = 'AND', value }) => [field, operator, connector, value]), rest])}`;
}
