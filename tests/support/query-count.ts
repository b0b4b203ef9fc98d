import { createDatabase, type Database } from '../../src/db/client.ts';

/** How many statements `work` starts on the handle it is given. */
export async function countQueries<T>(
  db: Database,
  work: (counted: Database) => Promise<T>,
): Promise<{ readonly queries: number; readonly answer: T }> {
  let queries = 0;
  const orm = new Proxy(db.orm, {
    get(target, property) {
      if (['select', 'selectDistinct', 'insert', 'update', 'delete', 'execute'].includes(String(property))) queries += 1;
      return Reflect.get(target, property, target) as unknown;
    },
  });
  const counted = createDatabase({
    kind: db.kind,
    orm,
    exclusively: (inner) => db.exclusively(inner),
    listen: (...listening) => db.listen(...listening),
    readPool: () => db.readPool(),
    close: () => db.close(),
  });
  const answer = await work(counted);
  return { queries, answer };
}
