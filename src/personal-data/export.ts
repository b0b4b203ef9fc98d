import { and, asc, getTableColumns, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../db/client.ts';
import { unpackJson } from '../resumes/packed-json.ts';
import { SECTIONS, type Section } from './sections.ts';

type Row = Readonly<Record<string, unknown>>;

const ROWS_A_READ = 500;

/**
 * Everything that is stored about a person, as the text of one JSON object: a list of rows for each table that can hold something, in the
 * order of {@link SECTIONS}; docs/personal-data.md says what is in it. No password, token, key, secret, nor a hash of one. The same rows make the same
 * text.
 *
 * Read a page at a time, so that a history of any length fits; what is written meanwhile may be in it or not.
 *
 * @returns parts of the text in order. Nothing but empty lists for somebody who is not there
 */
export async function* exportPersonalData(db: Database, userId: string): AsyncGenerator<string> {
  yield '{\n"format": "vitae-personal-data-1"';
  for (const [name, section] of Object.entries<Section>(SECTIONS)) {
    yield `,\n${JSON.stringify(name)}: [`;
    let separator = '\n';
    for await (const rows of readPages(db, section, userId)) {
      yield separator + rows.map((row) => JSON.stringify(toShown(row, section))).join(',\n');
      separator = ',\n';
    }
    yield separator === '\n' ? ']' : '\n]';
  }
  yield '\n}\n';
}

async function* readPages(db: Database, { table, isAbout, order }: Section, userId: string): AsyncGenerator<readonly Row[]> {
  const columns: Record<string, PgColumn> = getTableColumns(table);
  let last: Row | null = null;
  for (;;) {
    const rows: Row[] = await db.orm
      .select(columns)
      .from(table)
      .where(and(isAbout(userId), last === null ? undefined : isBehind(last, columns, order)))
      .orderBy(...order.map((column) => asc(column)))
      .limit(ROWS_A_READ);
    if (rows.length > 0) yield rows;
    last = rows.at(-1) ?? null;
    if (last === null || rows.length < ROWS_A_READ) return;
  }
}

function isBehind(last: Row, columns: Readonly<Record<string, PgColumn>>, order: readonly PgColumn[]): SQL {
  const values = order.map((column) => {
    const [name = ''] = Object.entries(columns).find(([, candidate]) => candidate.name === column.name) ?? [];
    return sql.param(last[name], column);
  });
  return sql`(${sql.join([...order], sql`, `)}) > (${sql.join(values, sql`, `)})`;
}

/** A row without what is withheld, and with packed JSON as what it is. */
function toShown(row: Row, { withheld = [] }: Section): Row {
  const shown = Object.entries(row).filter(([name]) => !withheld.includes(name));
  return Object.fromEntries(shown.map(([name, value]) => [name, value instanceof Uint8Array ? unpackJson(value) : value]));
}
