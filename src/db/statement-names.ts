import { createHash } from 'node:crypto';

/** From so many uses on a statement is one that comes again. */
const USES = 3;
/** PostgreSQL keeps each of them on each connection, some ten kilobytes for the longest. */
const MAXIMUM_NAMES = 64;
const MAXIMUM_WATCHED = 1_000;

interface Queryable {
  query(statement: unknown, ...rest: readonly unknown[]): Promise<unknown>;
}

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

/** The same driver, but that it names what `name` has a name for and that has values and no name of its own. */
export function nameStatements<D extends object>(driver: D, name: NameStatement): D {
  if (!isQueryable(driver)) return driver;
  const query = driver.query.bind(driver);
  return new Proxy(driver, {
    get(target, property) {
      if (property === 'query')
        return (statement: unknown, ...rest: readonly unknown[]) => query(withName(statement, rest[0], name), ...rest);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function withName(statement: unknown, values: unknown, name: NameStatement): unknown {
  if (typeof statement !== 'object' || statement === null || !('text' in statement) || typeof statement.text !== 'string') return statement;
  const isNamed = 'name' in statement && typeof statement.name === 'string' && statement.name !== '';
  if (isNamed || !Array.isArray(values) || values.length === 0) return statement;
  const found = name(statement.text);
  return found === undefined ? statement : { ...statement, name: found };
}

function isQueryable(driver: object): driver is Queryable & typeof driver {
  return 'query' in driver && typeof driver.query === 'function';
}
