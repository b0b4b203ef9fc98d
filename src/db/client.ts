import { AsyncLocalStorage } from 'node:async_hooks';
import type { PgTable } from 'drizzle-orm/pg-core';
import { isLostRace } from './key-violations.ts';
import {
  keepInserts,
  nameShape,
  prepareJointInsert,
  type JointInsert,
  type Keeps,
  type KeptRow,
  type WriteCondition,
} from './kept-inserts.ts';
import type { Channel, Subscription, SubscriptionOptions } from './notify.ts';
import type { Orm } from './orm.ts';
import { createRowLayout, type RowLayout } from './row-layout.ts';
import { UNNAMED } from './statement-names.ts';

export interface Database {
  readonly kind: 'pglite' | 'postgres';
  /**
   * The handle every query goes through. Inside {@link Database.transaction} it is the open transaction, for the library's
   * queries as much as for ours, so that one request commits or rolls back as a whole.
   */
  readonly orm: Orm;
  /**
   * A query that is built once and then only given its values. Inside a transaction it is built anew, because it belongs to the connection
   * of the transaction. The plan that the database keeps of it belongs to the driver: see statement-names.ts.
   *
   * @param build with `sql.placeholder` for every value; must not close over one
   */
  prepare<Result>(build: (orm: Orm) => PreparableQuery<Result>): (values: Readonly<Record<string, unknown>>) => Promise<Result>;
  /** Runs `work` in one transaction (nested calls become savepoints). A rejection rolls back and is rethrown. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Runs `work`, outside of a transaction, and keeps back the rows that `keeps` names: they are put into `kept` and answered as if they were
   * written. Inside a transaction that `work` opens itself nothing is kept.
   */
  keepingInserts<T>(keeps: Keeps, kept: KeptRow[], work: () => Promise<T>): Promise<T>;
  /**
   * Writes rows that were kept back, all of them in one statement, or none.
   *
   * @returns false when the condition does not hold, a row that they point to has gone, one of the same key has come, or this and another
   * transaction have waited for each other; nothing is written
   */
  insertTogether(rows: readonly KeptRow[], condition: WriteCondition | null): Promise<boolean>;
  /** Runs `work` and undoes what it wrote, whatever comes of it. */
  rehearse<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Runs `effect` once the outermost open transaction has ended; at once outside of one. However it ended: a commit whose answer
   * was lost may have happened, and only what is true in either case belongs here.
   */
  afterTransaction(effect: () => void): void;
  /** Runs `work` while no other process runs any: for what must happen once when several start together. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Listens for notices of this and every other process, from when they commit; see notify.ts. */
  listen(channel: Channel, options: SubscriptionOptions): Subscription;
  /** Null when embedded: there is one connection and no pool. */
  readPool(): PoolReading | null;
  close(): Promise<void>;
}

/** Connections of this process now, how many there may be, and how many queries wait for one. */
export interface PoolReading {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly limit: number;
}

interface PreparableQuery<Result> {
  prepare(name: string): { execute(values: Record<string, unknown>): Promise<Result> };
}

/** What a driver must bring; {@link createDatabase} adds the ambient transaction. */
export interface Connection {
  readonly kind: Database['kind'];
  readonly orm: Orm;
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  listen(channel: Channel, options: SubscriptionOptions): Subscription;
  readPool(): PoolReading | null;
  close(): Promise<void>;
}

interface OpenTransaction {
  readonly orm: Orm;
  readonly effects: (() => void)[];
}

/** Where no transaction is open and rows are kept back. */
interface KeepingHandle {
  readonly orm: Orm;
  readonly effects: null;
}

/** Wraps a connection so that `orm` follows the transaction that the current asynchronous call chain is in. */
export function createDatabase(connection: Connection): Database {
  const open = new AsyncLocalStorage<OpenTransaction | KeepingHandle>();
  const openTransaction = () => {
    const handle = open.getStore();
    return handle === undefined || handle.effects === null ? undefined : handle;
  };
  const jointInserts = new Map<string, JointInsert>();
  const layouts = new Map<PgTable, RowLayout>();
  const layoutOf = (table: PgTable) => {
    const layout = layouts.get(table) ?? createRowLayout(table);
    layouts.set(table, layout);
    return layout;
  };
  const current = () => open.getStore()?.orm ?? connection.orm;
  const orm = new Proxy(connection.orm, {
    get(_target, property) {
      const handle = current();
      const value: unknown = Reflect.get(handle, property, handle);
      return typeof value === 'function' ? (value.bind(handle) as unknown) : value;
    },
  });
  return {
    kind: connection.kind,
    orm,
    prepare(build) {
      const prepareOn = (handle: Orm) => build(handle).prepare(UNNAMED);
      let outside: ReturnType<typeof prepareOn> | null = null;
      return (values) => {
        const transaction = openTransaction();
        const prepared = transaction === undefined ? (outside ??= prepareOn(connection.orm)) : prepareOn(transaction.orm);
        return prepared.execute({ ...values });
      };
    },
    async transaction(work) {
      const outer = openTransaction();
      const effects: (() => void)[] = outer?.effects ?? [];
      try {
        return await current().transaction((tx) => open.run({ orm: tx, effects }, work));
      } finally {
        if (outer === undefined) for (const effect of effects) effect();
      }
    },
    async keepingInserts(keeps, kept, work) {
      if (open.getStore() !== undefined) throw new TypeError('a transaction writes as it goes');
      return open.run({ orm: keepInserts(connection.orm, keeps, kept, layoutOf), effects: null }, work);
    },
    async insertTogether(rows, condition) {
      const shape = nameShape(rows, condition);
      const insert = jointInserts.get(shape) ?? prepareJointInsert(connection.orm, rows, condition);
      jointInserts.set(shape, insert);
      try {
        return await insert.execute(rows, condition);
      } catch (error) {
        if (isLostRace(error)) return false;
        throw error;
      }
    },
    async rehearse(work) {
      const undo = new Error('rehearsed');
      let result: { readonly value: Awaited<ReturnType<typeof work>> } | undefined;
      try {
        await current().transaction(async (tx) => {
          result = { value: await open.run({ orm: tx, effects: [] }, work) };
          throw undo;
        });
      } catch (error) {
        if (error !== undo) throw error;
      }
      if (result === undefined) throw new TypeError('a rehearsal ends by its own error');
      return result.value;
    },
    afterTransaction(effect) {
      const transaction = openTransaction();
      if (transaction === undefined) effect();
      else transaction.effects.push(effect);
    },
    exclusively: (work) => connection.exclusively(work),
    listen: (channel, options) => connection.listen(channel, options),
    readPool: () => connection.readPool(),
    close: () => connection.close(),
  };
}
