import { getTableColumns, getTableName, sql, type Placeholder, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { copyRow } from './copy-row.ts';
import type { Orm } from './orm.ts';
import type { RowLayout } from './row-layout.ts';
import { UNNAMED } from './statement-names.ts';

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
export function keepInserts(orm: Orm, keeps: Keeps, kept: KeptRow[], layoutOf: (table: PgTable) => RowLayout): Orm {
  const insert = (table: PgTable) => ({
    values(values: Record<string, unknown> | Record<string, unknown>[]) {
      if (Array.isArray(values)) return orm.insert(table).values(values);
      if (!keeps(table, values)) return orm.insert(table).values(values);
      const layout = layoutOf(table);
      const row = layout.complete(values);
      kept.push({ table, values: row });
      return Object.assign(Promise.resolve(), { returning: async () => [copyRow(layout.requireWhole(row))] });
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
export function keepRow(kept: KeptRow[], layout: RowLayout, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const row = layout.requireWhole(layout.complete(values));
  kept.push({ table: layout.table, values: row });
  return copyRow(row);
}

/** Names what one statement can write: rows and a condition of one name differ in nothing but their values. */
export function nameShape(rows: readonly KeptRow[], condition: WriteCondition | null): string {
  return [condition?.name ?? '', ...rows.map(({ table, values }) => `${getTableName(table)}(${Object.keys(values).join()})`)].join(' ');
}

/** One statement that writes all rows, or none of them when the condition has no row. */
export interface JointInsert {
  /**
   * @param rows of the shape that it was built for, and so is the condition
   * @returns whether they were written
   */
  execute(rows: readonly KeptRow[], condition: WriteCondition | null): Promise<boolean>;
}

/** Where a value of a row stands in the statement. */
interface Place {
  readonly name: string;
  readonly property: string;
  readonly column: PgColumn;
}

export function prepareJointInsert(orm: Orm, shape: readonly KeptRow[], condition: WriteCondition | null): JointInsert {
  const places = shape.map(({ table, values }, index) => listPlaces(table, values, index));
  const held = orm.$with('held', {}).as(condition?.build(placeOf) ?? sql`select 1`);
  const changes = (condition?.alongside?.(placeOf) ?? []).map((change, index) => orm.$with(`changed_${index}`, {}).as(change));
  const writes = shape.map(({ table }, index) => {
    const written = places[index] ?? [];
    const names = written.map(({ column }) => sql.identifier(column.name));
    const values = written.map(({ name, column }) => sql`${sql.placeholder(name)}::${sql.raw(column.getSQLType())}`);
    return orm
      .$with(`written_${index}`, {})
      .as(sql`insert into ${table} (${sql.join(names, sql`, `)}) select ${sql.join(values, sql`, `)} from held`);
  });
  const prepared = orm
    .with(held, ...changes, ...writes)
    .select({ held: sql<boolean>`count(*) > 0` })
    .from(sql`held`)
    .prepare(UNNAMED);
  return {
    async execute(rows, given) {
      const answer = await prepared.execute(toValues(rows, places, given));
      return answer.some((row) => row.held);
    },
  };
}

function placeOf(name: string): Placeholder {
  return sql.placeholder(`c.${name}`);
}

function listPlaces(table: PgTable, values: Readonly<Record<string, unknown>>, index: number): Place[] {
  return Object.entries(getTableColumns(table))
    .filter(([property]) => property in values)
    .map(([property, column]) => ({ name: `${index}.${property}`, property, column }));
}

/** As the driver sends them. */
function toValues(
  rows: readonly KeptRow[],
  places: readonly (readonly Place[])[],
  condition: WriteCondition | null,
): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(condition?.values ?? {})) sent[`c.${name}`] = value;
  for (const [index, { values }] of rows.entries())
    for (const { name, property, column } of places[index] ?? []) {
      const value = values[property];
      sent[name] = value === null || value === undefined ? null : column.mapToDriverValue(value);
    }
  return sent;
}
