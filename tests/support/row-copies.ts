import { getTableColumns, getTableName, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../../src/db/client.ts';

/** A row that a real flow wrote, to write more of its shape. */
export interface RowTemplate {
  /**
   * Writes a copy for every number `n` from 1 to `count`, with the given columns computed instead. A `bigserial` column counts on.
   *
   * @param columns SQL over `n` and the template `t`, by column name
   */
  copy(count: number, columns: Readonly<Record<string, SQL>>): Promise<void>;
}

/** Sets the rows of a table that meet a condition aside, so that they can be copied when they are gone themselves. */
export async function createRowTemplate(db: Database, table: PgTable, condition: SQL): Promise<RowTemplate> {
  const kept = sql.identifier(`template_of_${getTableName(table)}_${Math.random().toString(36).slice(2)}`);
  await db.orm.execute(sql`create table ${kept} as select * from ${table} where ${condition}`);
  const names = Object.values(getTableColumns(table)).flatMap(({ name, columnType }) =>
    columnType.startsWith('PgBigSerial') ? [] : [name],
  );
  return {
    async copy(count, columns) {
      const into = sql.join(
        names.map((name) => sql.identifier(name)),
        sql`, `,
      );
      const values = sql.join(
        names.map((name) => columns[name] ?? sql`t.${sql.identifier(name)}`),
        sql`, `,
      );
      await db.orm.execute(sql`insert into ${table} (${into}) select ${values} from ${kept} as t, generate_series(1, ${count}::int) as n`);
    },
  };
}
