import { sql, type Placeholder, type SQL, type SQLWrapper } from 'drizzle-orm';

/** Which version of a row was read: another one is another transaction's, whatever it changed (PostgreSQL 5.6, system columns). */
export function versionOf(table: SQLWrapper): SQL<string> {
  return sql<string>`${table}.xmin::text`;
}

/** That a row is the one that was read. Under a lock this is asked of the row as it is then. */
export function isVersion(table: SQLWrapper, version: string | Placeholder): SQL {
  return sql`${table}.xmin = ${version}::xid`;
}
