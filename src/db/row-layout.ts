import { getTableColumns, is, SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

/** How rows of a table are completed before they are written: what its columns say of that is worked out once. */
export interface RowLayout {
  readonly table: PgTable;
  /** A row by the names of the schema, with what drizzle and PostgreSQL would fill in. @throws TypeError for a value that is made while it is written */
  complete(values: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** The row itself. @throws TypeError where a column is only known when it is written */
  requireWhole(row: Record<string, unknown>): Record<string, unknown>;
}

/** What stands in a column that nobody gave a value for. */
type Missing =
  | { readonly kind: 'value'; readonly value: unknown }
  /** PostgreSQL fills it in. */
  | { readonly kind: 'default' }
  /** drizzle fills it in while it writes. */
  | { readonly kind: 'made' };

export function createRowLayout(table: PgTable): RowLayout {
  const columns = Object.entries(getTableColumns(table)).map(([name, column]) => ({ name, missing: toMissing(column) }));
  return {
    table,
    complete(values) {
      const row: Record<string, unknown> = {};
      for (const { name, missing } of columns) {
        const value = values[name];
        if ((value === undefined && missing.kind === 'made') || (typeof value === 'object' && is(value, SQL)))
          throw new TypeError(`${name} of a kept row is not known before it is written`);
        if (value !== undefined) row[name] = value;
        else if (missing.kind === 'value') row[name] = missing.value;
      }
      return row;
    },
    requireWhole(row) {
      const unknown = columns.find(({ name }) => !(name in row));
      if (unknown !== undefined) throw new TypeError(`${unknown.name} of a kept row is only known when it is written`);
      return row;
    },
  };
}

function toMissing(column: PgColumn): Missing {
  if ((column.defaultFn ?? column.onUpdateFn) !== undefined) return { kind: 'made' };
  if (!column.hasDefault) return { kind: 'value', value: null };
  return column.default === undefined || is(column.default, SQL) ? { kind: 'default' } : { kind: 'value', value: column.default };
}
