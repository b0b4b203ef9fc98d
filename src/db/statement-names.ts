import { createHash } from 'node:crypto';
import { interceptQueries, textOf } from './intercepted-driver.ts';

/** From so many uses on a statement is one that comes again. */
const USES = 3;
/** PostgreSQL keeps each of them on each connection, some ten kilobytes for the longest. */
const MAXIMUM_NAMES = 64;
const MAXIMUM_WATCHED = 1_000;

/** What drizzle is given as the name of a prepared statement: the driver names those that come again. */
export const UNNAMED = '';

/** Answers the name of a statement, or undefined. */
export type NameStatement = (text: string) => string | undefined;

/**
 * Names statements that come again and again, so that PostgreSQL parses and plans them once for each connection: for a statement that writes a
 * token and all that goes with it that is nine tenths of its work.
 */
export function createStatementNames(): NameStatement {
  const uses = new Map<string, number>();
  const names = new Map<string, string>();
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || names.size >= MAXIMUM_NAMES) return name;
    const count = (uses.get(text) ?? 0) + 1;
    if (count < USES) {
      if (uses.size >= MAXIMUM_WATCHED) uses.clear();
      uses.set(text, count);
      return undefined;
    }
    uses.delete(text);
    const made = `v_${createHash('sha256').update(text).digest('base64url').slice(0, 27)}`;
    names.set(text, made);
    return made;
  };
}

/** The same driver, but that it names what `name` has a name for and that has values. */
export function nameStatements<D extends object>(driver: D, name: NameStatement): D {
  return interceptQueries(driver, (query, statement, ...rest) => query(withName(statement, rest[0], name), ...rest));
}

function withName(statement: unknown, values: unknown, name: NameStatement): unknown {
  if (typeof statement !== 'object' || statement === null || !Array.isArray(values) || values.length === 0) return statement;
  const found = name(textOf(statement));
  return found === undefined ? statement : { ...statement, name: found };
}
