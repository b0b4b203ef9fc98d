interface Queryable {
  query(statement: unknown, ...rest: readonly unknown[]): Promise<unknown>;
  transaction?(work: (inner: Queryable) => Promise<unknown>): Promise<unknown>;
}

/** What becomes of a statement. @param query what the driver does with it, and with what came beside it */
export type Intercept = (query: Queryable['query'], statement: unknown, ...rest: readonly unknown[]) => Promise<unknown>;

/** The same driver, but that every statement goes through `intercept`, inside its transactions too. */
export function interceptQueries<D extends object>(driver: D, intercept: Intercept): D {
  if (!isQueryable(driver)) return driver;
  const query = driver.query.bind(driver);
  const transaction = driver.transaction?.bind(driver);
  return new Proxy(driver, {
    get(target, property) {
      if (property === 'query') return (statement: unknown, ...rest: readonly unknown[]) => intercept(query, statement, ...rest);
      if (property === 'transaction' && transaction !== undefined)
        return (work: (inner: Queryable) => Promise<unknown>) => transaction((inner) => work(interceptQueries(inner, intercept)));
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function isQueryable(driver: object): driver is Queryable & typeof driver {
  return 'query' in driver && typeof driver.query === 'function';
}

/** The text of what a driver is given as a statement; empty where it has none. */
export function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  return typeof statement === 'object' && statement !== null && 'text' in statement && typeof statement.text === 'string'
    ? statement.text
    : '';
}
