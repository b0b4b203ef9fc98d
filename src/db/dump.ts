import { getTableColumns, getTableName, is, sql, type SQL } from 'drizzle-orm';
import { getTableConfig, PgTable, type PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { Database } from './client.ts';
import { schema } from './schema/index.ts';
import { isDatabaseUnavailable } from './unavailable.ts';

/**
 * A whole database as JSON lines, the same for both databases: a header, then for each table a line that names it with its columns
 * and a line for each row with the values as PostgreSQL writes them, then the count of rows of every table.
 */
const DUMP_FORMAT = 'vitae-dump-1';

const headerSchema = z.object({ format: z.string(), schema: z.string(), secrets: z.array(z.string()), at: z.iso.datetime() });
const lineSchema = z.union([
  z.array(z.string().nullable()),
  z.object({ table: z.string(), columns: z.array(z.string()) }),
  z.object({ end: z.record(z.string(), z.int().min(0)) }),
]);

export type DumpHeader = z.infer<typeof headerSchema>;

/** Why nothing was restored; the message is for the person who asked for it. */
export class DumpError extends Error {}

/** How many rows each table has. */
export type RowCounts = Readonly<Record<string, number>>;

const ROWS_AT_ONCE = 500;
const fetchedSchema = z.object({ rows: z.array(z.object({ line: z.array(z.string().nullable()) })) });

/**
 * Writes every row as of one moment, whoever writes meanwhile.
 *
 * @param write takes one line without its end, and is waited for
 */
export async function dumpDatabase(
  db: Database,
  header: Omit<DumpHeader, 'format'>,
  write: (line: string) => Promise<void>,
): Promise<RowCounts> {
  return db.transaction(async () => {
    await db.orm.execute(sql`set transaction isolation level repeatable read read only`);
    await setUp(db);
    await write(JSON.stringify({ format: DUMP_FORMAT, ...header } satisfies DumpHeader));
    const counts: Record<string, number> = {};
    for (const table of listTables()) {
      const columns = Object.values<PgColumn>(getTableColumns(table));
      const name = getTableName(table);
      await write(JSON.stringify({ table: name, columns: columns.map((column) => column.name) }));
      const values = columns.map((column) => sql`${sql.identifier(column.name)}::text`);
      await db.orm.execute(
        sql`declare dumped no scroll cursor for select json_build_array(${sql.join(values, sql`, `)}) as line from ${table}`,
      );
      let count = 0;
      for (;;) {
        const { rows } = fetchedSchema.parse(await db.orm.execute(sql.raw(`fetch ${ROWS_AT_ONCE} from dumped`)));
        for (const { line } of rows) await write(JSON.stringify(line));
        count += rows.length;
        if (rows.length < ROWS_AT_ONCE) break;
      }
      await db.orm.execute(sql`close dumped`);
      counts[name] = count;
    }
    await write(JSON.stringify({ end: counts }));
    return counts;
  });
}

/**
 * Fills an empty database of the same schema, all of it or nothing.
 *
 * @param lines as {@link dumpDatabase} wrote them; read to their end
 * @param expected what the header must agree with: the schema, and the secrets that can read what is encrypted
 * @throws DumpError
 */
export async function restoreDatabase(
  db: Database,
  lines: AsyncIterable<string>,
  expected: Pick<DumpHeader, 'schema' | 'secrets'>,
): Promise<RowCounts> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  requireHeader(first.done === true ? '' : first.value, expected);
  return db.transaction(async () => {
    await requireEmpty(db);
    await setUp(db);
    const counts = new Map<string, number>();
    let target: { readonly name: string; readonly insert: (rows: readonly Row[]) => SQL } | null = null;
    let waiting: Row[] = [];
    const flush = async () => {
      if (target === null || waiting.length === 0) return;
      const { name } = target;
      await db.orm.execute(target.insert(waiting)).catch((error: unknown) => {
        if (isDatabaseUnavailable(error)) throw error;
        throw new DumpError(`The file is damaged: ${name} does not take its rows. Nothing was written`, { cause: error });
      });
      counts.set(target.name, (counts.get(target.name) ?? 0) + waiting.length);
      waiting = [];
    };
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const line = parseLine(next.value);
      if (Array.isArray(line)) {
        waiting.push(line);
        if (waiting.length === ROWS_AT_ONCE) await flush();
      } else if ('table' in line) {
        await flush();
        target = { name: line.table, insert: buildInsert(line) };
      } else {
        await flush();
        await requireCounts(db, line.end, counts);
        await continueSequences(db);
        return line.end;
      }
    }
    throw new DumpError('The file ends too early: it was not written to its end');
  });
}

type Row = readonly (string | null)[];

function requireHeader(text: string, expected: Pick<DumpHeader, 'schema' | 'secrets'>): void {
  const parsed = headerSchema.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.format !== DUMP_FORMAT) throw new DumpError('The file is no backup of this program');
  const { schema: version, secrets } = parsed.data;
  if (version !== expected.schema)
    throw new DumpError(
      `The backup is of the schema ${version}, and this version has ${expected.schema}: restore it with the version that made it`,
    );
  if (secrets.some((secret) => !expected.secrets.includes(secret)))
    throw new DumpError('The backup was made with another AUTH_SECRET. Set it: without it nobody could read the signing keys');
}

function parseLine(text: string): z.infer<typeof lineSchema> {
  const parsed = lineSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new DumpError('The file is damaged');
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Every table, each behind those it refers to. */
function listTables(): readonly PgTable[] {
  const tables = Object.values(schema).filter((value) => is(value, PgTable));
  const ordered = new Set<PgTable>();
  const add = (table: PgTable) => {
    if (ordered.has(table)) return;
    for (const key of getTableConfig(table).foreignKeys) if (key.reference().foreignTable !== table) add(key.reference().foreignTable);
    ordered.add(table);
  };
  for (const table of tables) add(table);
  return [...ordered];
}

/** Values look the same as text whatever a server's configuration is, and whoever takes or gives the lines may be slow. */
async function setUp(db: Database): Promise<void> {
  for (const setting of [
    `idle_in_transaction_session_timeout = 0`,
    `datestyle = 'ISO'`,
    `timezone = 'UTC'`,
    `bytea_output = 'hex'`,
    `extra_float_digits = 1`,
  ])
    await db.orm.execute(sql.raw(`set local ${setting}`));
}

function buildInsert({ table: name, columns: names }: { readonly table: string; readonly columns: readonly string[] }) {
  const table = listTables().find((candidate) => getTableName(candidate) === name);
  const columns = names.map((column) =>
    table === undefined ? undefined : Object.values<PgColumn>(getTableColumns(table)).find((found) => found.name === column),
  );
  if (table === undefined || columns.includes(undefined))
    throw new DumpError(`The backup has a table or column that is not there: ${name}`);
  const into = sql.join(
    names.map((column) => sql.identifier(column)),
    sql`, `,
  );
  const values = sql.join(
    columns.map((column, index) => sql.raw(`(line ->> ${index})::${castTarget(column?.getSQLType() ?? 'text')}`)),
    sql`, `,
  );
  return (rows: readonly Row[]) => {
    if (rows.some((row) => row.length !== names.length)) throw new DumpError('The file is damaged');
    return sql`insert into ${table} (${into}) select ${values} from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) line`;
  };
}

function castTarget(type: string): string {
  return type === 'bigserial' ? 'bigint' : type === 'serial' ? 'integer' : type;
}

async function countRows(db: Database, table: PgTable): Promise<number> {
  return db.orm.$count(table);
}

async function requireEmpty(db: Database): Promise<void> {
  for (const table of listTables()) {
    const count = await countRows(db, table);
    if (count > 0) throw new DumpError(`The database is not empty: ${getTableName(table)} has ${count} rows. Nothing was written`);
  }
}

async function requireCounts(db: Database, said: RowCounts, inserted: ReadonlyMap<string, number>): Promise<void> {
  for (const table of listTables()) {
    const name = getTableName(table);
    const found = await countRows(db, table);
    if (found !== (said[name] ?? 0) || found !== (inserted.get(name) ?? 0))
      throw new DumpError(`The file is damaged: ${name} should have ${said[name] ?? 0} rows and has ${found}. Nothing was written`);
  }
}

/** Numbers go on behind the highest one. */
async function continueSequences(db: Database): Promise<void> {
  for (const table of listTables())
    for (const column of Object.values<PgColumn>(getTableColumns(table)).filter((found) => found.getSQLType().endsWith('serial')))
      await db.orm.execute(
        sql`select setval(pg_get_serial_sequence(${getTableName(table)}, ${column.name}), coalesce(max(${column}), 0) + 1, false) from ${table}`,
      );
}
