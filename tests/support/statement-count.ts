import pg from 'pg';

/** Counts what PostgreSQL's driver is given to send, inside of transactions and out. */
export interface StatementCounter {
  /** The statements of `work`, in order: their text, `begin` and `commit` among them. */
  during(work: () => Promise<unknown>): Promise<string[]>;
  /** Takes itself out of the driver again. */
  remove(): void;
}

/** Connections that listen for notices prove themselves alive all the time: theirs do not count. */
export function countStatements(): StatementCounter {
  const original: unknown = Reflect.get(pg.Client.prototype, 'query');
  if (typeof original !== 'function') throw new TypeError('pg.Client has no query');
  const listening = new WeakSet();
  let texts: string[] = [];
  Reflect.set(pg.Client.prototype, 'query', function query(this: pg.Client, ...input: unknown[]): unknown {
    const text = textOf(input[0]);
    if (/^listen /i.test(text)) listening.add(this);
    if (!listening.has(this)) texts.push(text);
    return Reflect.apply(original, this, input) as unknown;
  });
  return {
    async during(work) {
      texts = [];
      await work();
      return texts;
    },
    remove: () => void Reflect.set(pg.Client.prototype, 'query', original),
  };
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '';
}
