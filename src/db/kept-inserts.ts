import { getTableColumns, getTableName, is, sql, SQL, type Placeholder } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { copyRow } from './copy-row.ts';
import type { Orm } from './orm.ts';

/** A row that is not written yet, complete but for columns that the database fills. By the names of the schema. */
export interface KeptRow {
  readonly table: PgTable;
  readonly values: Record<string, unknown>;
}

/** The place of a value in a statement, of the type that the driver sends. */
export type ValuePlace = (name: string) => Placeholder;

/** What must hold when kept rows are written: a statement of its own with one row when it does, which may write too. */
export interface WriteCondition {
  /** Stands for the text: two conditions of one name differ in nothing but their values. */
  readonly name: string;
  /** Must not close over a value. */
  readonly build: (value: ValuePlace) => SQL;
  /** What else is written then: statements that take their rows from the condition's, which are called `held`. Must not close over a value. */
  readonly alongside?: (value: ValuePlace) => readonly SQL[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** Which rows are kept back. */
export type Keeps = (table: PgTable, values: Readonly<Record<string, unknown>>) => boolean;

/**
 * A handle like another, but that single rows which `keeps` names are put into `kept` instead of being inserted, and are answered as
 * PostgreSQL would return them. Everything else goes to the other handle.
 */
export function keepInserts(orm: Orm, keeps: Keeps, kept: KeptRow[]): Orm {
  const insert = (table: PgTable) => ({
    values(values: Record<string, unknown> | Record<string, unknown>[]) {
      if (Array.isArray(values)) return orm.insert(table).values(values);
      if (!keeps(table, values)) return orm.insert(table).values(values);
      const row = complete(table, values);
      kept.push({ table, values: row });
      return Object.assign(Promise.resolve(), { returning: async () => [copyRow(requireWhole(table, row))] });
    },
  });
  return new Proxy(orm, {
    get(target, property) {
      if (property === 'insert') return insert;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Puts a row into `kept`, and answers it as PostgreSQL would return it. @throws TypeError for one that is only known when it is written */
export function keepRow(kept: KeptRow[], table: PgTable, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const row = requireWhole(table, complete(table, values));
  kept.push({ table, values: row });
  return copyRow(row);
}

/** With what drizzle and PostgreSQL would fill in. @throws TypeError for a value that is made while the row is written */
function complete(table: PgTable, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(getTableColumns(table))) {
    const value = values[name];
    if ((typeof value === 'object' && is(value, SQL)) || (value === undefined && (column.defaultFn ?? column.onUpdateFn) !== undefined))
      throw new TypeError(`${name} of a kept row is not known before it is written`);
    if (value !== undefined) row[name] = value;
    else if (!column.hasDefault) row[name] = null;
    else if (column.default !== undefined && !is(column.default, SQL)) row[name] = column.default;
  }
  return row;
}

function requireWhole(table: PgTable, row: Record<string, unknown>): Record<string, unknown> {
  const missing = Object.keys(getTableColumns(table)).find((name) => !(name in row));
  if (missing !== undefined) throw new TypeError(`${missing} of a kept row is only known when it is written`);
  return row;
}

/** Rows under one statement: their names for its text, and its values. */
export function nameShape(rows: readonly KeptRow[], condition: WriteCondition | null): string {
  return [condition?.name ?? '', ...rows.map(({ table, values }) => `${getTableName(table)}(${Object.keys(values).join()})`)].join(' ');
}

/** One statement that writes all rows, or none of them when the condition has no row; it answers whether it did as `held`. */
export function buildJointInsert(orm: Orm, rows: readonly KeptRow[], condition: WriteCondition | null) {
  const held = orm.$with('held', {}).as(condition?.build(placeOf) ?? sql`select 1`);
  const changes = (condition?.alongside?.(placeOf) ?? []).map((change, index) => orm.$with(`changed_${index}`, {}).as(change));
  const writes = rows.map(({ table, values }, index) => {
    const columns = listColumns(table, values);
    const names = sql.join(
      columns.map(([, column]) => sql.identifier(column.name)),
      sql`, `,
    );
    const places = sql.join(
      columns.map(([name, column]) => sql`${sql.placeholder(`${index}.${name}`)}::${sql.raw(column.getSQLType())}`),
      sql`, `,
    );
    return orm.$with(`written_${index}`, {}).as(sql`insert into ${table} (${names}) select ${places} from held`);
  });
  return orm
    .with(held, ...changes, ...writes)
    .select({ held: sql<boolean>`count(*) > 0` })
    .from(sql`held`);
}

function placeOf(name: string): Placeholder {
  return sql.placeholder(`c.${name}`);
}

/** The values for the places of {@link buildJointInsert}, as the driver sends them. */
export function toValues(rows: readonly KeptRow[], condition: WriteCondition | null): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(condition?.values ?? {})) sent[`c.${name}`] = value;
  for (const [index, { table, values }] of rows.entries())
    for (const [name, column] of Object.entries(getTableColumns(table))) {
      if (!(name in values)) continue;
      const value = values[name];
      sent[`${index}.${name}`] = value === null || value === undefined ? null : column.mapToDriverValue(value);
    }
  return sent;
}

function listColumns(table: PgTable, values: Readonly<Record<string, unknown>>): [string, PgColumn][] {
  return Object.entries(getTableColumns(table)).filter(([name]) => name in values);
}
