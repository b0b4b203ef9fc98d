import { getAuthTables } from 'better-auth/db';
import { getTableColumns, type Table } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

/** Tables as `table.column` lines that say everything both sides know about a column: type, null, unique, default, reference. */
export type ColumnLines = readonly string[];

type AuthOptions = Parameters<typeof getAuthTables>[0];
type AuthField = ReturnType<typeof getAuthTables>[string]['fields'][string];

/** What the auth library's plugins ask for. */
export function describeAuthTables(options: AuthOptions): ColumnLines {
  const tables = Object.values(getAuthTables(options));
  const lines = tables.flatMap(({ modelName, fields }) =>
    Object.entries(fields).map(([name, field]) => `${modelName}.${field.fieldName ?? name} ${describeField(field)}`),
  );
  lines.push(...tables.map(({ modelName }) => `${modelName}.id text, not null, primary key`));
  return lines.toSorted();
}

/** What our schema has, under the names by which the library's adapter looks them up. */
export function describeDrizzleTables(tables: Readonly<Record<string, PgTable>>): ColumnLines {
  const lines = Object.entries(tables).flatMap(([tableName, table]) => {
    const { foreignKeys } = getTableConfig(table);
    const references = new Map(
      foreignKeys.map((key) => {
        const { columns, foreignTable, foreignColumns } = key.reference();
        return [columns[0]?.name, `${nameOf(tables, foreignTable)}.${propertyOf(foreignTable, foreignColumns[0]?.name)}`];
      }),
    );
    return Object.entries(getTableColumns(table)).map(([property, column]) => {
      const plain = typeof column.default === 'string' || typeof column.default === 'number' || typeof column.default === 'boolean';
      const parts = [
        column.getSQLType(),
        ...(column.notNull ? ['not null'] : []),
        ...(column.primary ? ['primary key'] : []),
        ...(column.isUnique ? ['unique'] : []),
        ...(plain ? [`default ${String(column.default)}`] : []),
        ...(references.has(column.name) ? [`-> ${references.get(column.name)}`] : []),
      ];
      return `${tableName}.${property} ${parts.join(', ')}`;
    });
  });
  return lines.toSorted();
}

function describeField(field: AuthField): string {
  const { required = true, unique = false, references } = field;
  const value: unknown = field.defaultValue;
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const parts = [
    sqlType(field),
    ...(required ? ['not null'] : []),
    ...(unique ? ['unique'] : []),
    ...(plain ? [`default ${value}`] : []),
    ...(references === undefined ? [] : [`-> ${references.model}.${references.field}`]),
  ];
  return parts.join(', ');
}

function sqlType({ type, bigint }: AuthField): string {
  switch (type) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'number':
      return bigint === true ? 'bigint' : 'integer';
    case 'date':
      return 'timestamp';
    case 'string[]':
    case 'number[]':
      return type === 'string[]' ? 'text[]' : 'integer[]';
    case 'json':
      return 'jsonb';
    default:
      throw new TypeError(`a field type that this comparison does not know: ${String(type)}`);
  }
}

function nameOf(tables: Readonly<Record<string, PgTable>>, table: Table): string {
  return Object.entries(tables).find(([, candidate]) => candidate === table)?.[0] ?? 'another table';
}

function propertyOf(table: Table, columnName: string | undefined): string {
  return Object.entries(getTableColumns(table)).find(([, column]) => column.name === columnName)?.[0] ?? 'another column';
}
