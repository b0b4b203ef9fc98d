import type { BetterAuthOptions, DBAdapter } from 'better-auth';
import { getTableColumns, is, SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { keepRow } from '../db/kept-inserts.ts';
import { createRowLayout } from '../db/row-layout.ts';
import { oauthClient, verification } from '../db/schema/auth.ts';
import type { RequestFlows } from './request-flow.ts';

type Create = (options: BetterAuthOptions) => DBAdapter;
type Creation = Parameters<DBAdapter['create']>[0];

/** What a request may keep back, by the library's names. */
const TABLES: Readonly<Record<string, PgTable>> = { oauthClient, verification };

/**
 * The library's adapter, but that a row which its request keeps back is kept as it is given, with the defaults of its table, which are the
 * library's, and a name. What the adapter would do to it, to a query and to the answer comes to nothing for such a row. Where it might not, the
 * adapter is asked, and the row is kept below it.
 *
 * @param newId names a row that the library creates
 */
export function keepCreations(create: Create, flows: RequestFlows, newId: () => string): Create {
  const models = new Map(
    Object.entries(TABLES).map(([model, table]) => [model, { table, layout: createRowLayout(table), isPlain: createPlainCheck(table) }]),
  );
  return (options) => {
    const adapter = create(options);
    return {
      ...adapter,
      async create<T extends Record<string, unknown>, R = T>(creation: Omit<Creation, 'data'> & { readonly data: Omit<T, 'id'> }) {
        const { model, data } = creation;
        const { kept } = flows.current();
        const known = models.get(model);
        if (kept === null || known === undefined || !known.isPlain(creation) || !kept.keeps(known.table, data))
          return adapter.create<T, R>(creation);
        // The library says itself of which type the row is that it creates.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return keepRow(kept.rows, known.layout, { ...data, id: newId() }) as R;
      },
    };
  };
}

/** Whether a row is in the words of its table, without a name, and nothing of it would be turned into something else or filled in by PostgreSQL. */
function createPlainCheck(table: PgTable) {
  const columns = getTableColumns(table);
  const named = Object.entries(columns);
  const json = named.filter(([, { dataType }]) => dataType === 'json').map(([name]) => name);
  const dates = named.filter(([, { dataType }]) => dataType === 'date').map(([name]) => name);
  const withDefault = named.filter(([, { hasDefault }]) => hasDefault).map(([name]) => name);
  const filledIn = named
    .filter(([, column]) => is(column.default, SQL) || (column.defaultFn ?? column.onUpdateFn) !== undefined)
    .map(([name]) => name);
  return ({ data, select }: { readonly data: Readonly<Record<string, unknown>>; readonly select?: readonly string[] | undefined }) =>
    select === undefined &&
    !('id' in data) &&
    Object.entries(data).every(([name, value]) => name in columns || value === undefined) &&
    json.every((name) => typeof data[name] !== 'string') &&
    dates.every((name) => data[name] === undefined || data[name] === null || data[name] instanceof Date) &&
    withDefault.every((name) => data[name] !== null) &&
    filledIn.every((name) => data[name] !== undefined);
}
