import type { DBAdapter, Where } from 'better-auth';

type Row = Readonly<Record<string, unknown>>;
/** What is asked of an adapter, as far as it says which rows it is about and what becomes of them. */
interface Asked {
  readonly model: string;
  readonly where?: readonly Where[];
  readonly data?: Row;
  readonly update?: Row;
  readonly increment?: Row;
  readonly set?: Row;
  readonly offset?: unknown;
  readonly select?: unknown;
  readonly join?: unknown;
  readonly forceAllowId?: unknown;
}

/** What the library has done to a row, or with one that is not there yet. Several changes of a row are one. */
export type DeferredWrite =
  | { readonly kind: 'create'; readonly model: string; readonly row: Row }
  | { readonly kind: 'change'; readonly model: string; readonly id: string; readonly set: Row }
  | { readonly kind: 'delete'; readonly model: string; readonly id: string };

/** Every row of a model that has this value in this field, as the library's adapter would read it. */
export interface KnownRows {
  readonly model: string;
  readonly field: string;
  readonly rows: readonly Row[];
}

/**
 * A request for which the library is answered out of rows that were read before, and whose writes are kept back. What it wants beside is
 * refused: such a request is to be answered anew without this.
 */
export interface Deferral {
  /** What the library wanted that the rows do not say, or null. It may have gone on after it. */
  unforeseen(): string | null;
  /** What it has written. */
  writes(): readonly DeferredWrite[];
  readonly adapter: Omit<DBAdapter, 'id' | 'transaction' | 'options' | 'createSchema'>;
}

/** Ends a request that asks for more than was foreseen for it. */
export class Unforeseen extends Error {
  override readonly name = 'Unforeseen';
}

/**
 * Not checked: whether a row is still as it was read. Whoever carries the writes out does so only then.
 *
 * @param newId names a row that the library creates
 */
export function createDeferral(known: readonly KnownRows[], newId: () => string): Deferral {
  const rows = new Map<string, Row>();
  for (const { model, rows: found } of known) for (const row of found) rows.set(keyOf(model, row), row);
  const changes = new Map<string, DeferredWrite>();
  const created: DeferredWrite[] = [];
  let first: string | null = null;

  const refuse = (what: string): never => {
    first ??= what;
    throw new Unforeseen(what);
  };
  /** The one row that a condition is about, or undefined. One part of it must name a value of which every row is known. */
  const find = (doing: string, model: string, where: readonly Where[] = []): Row | undefined => {
    const names = ({ field, value, operator = 'eq' }: Where) =>
      operator === 'eq' &&
      known.some(
        (each) => each.model === model && (field === each.field || field === 'id') && each.rows.some((row) => row[field] === value),
      );
    if (!where.some(names) || where.some(({ connector }) => connector === 'OR')) refuse(`${doing} ${model}`);
    const [one, ...more] = known
      .filter((each) => each.model === model)
      .flatMap((each) => each.rows.map((row) => rows.get(keyOf(model, row))))
      .filter((row) => row !== undefined)
      .filter((row) => where.every((part) => holds(part, row) ?? refuse(`${doing} ${model}: ${part.operator}`)));
    return more.length === 0 ? one : refuse(`${doing} ${model}: several`);
  };
  const change = (model: string, row: Row, set: Row): Row => {
    const key = keyOf(model, row);
    const before = changes.get(key);
    const changed = { ...row, ...set };
    rows.set(key, changed);
    changes.set(key, { kind: 'change', model, id: String(row['id']), set: before?.kind === 'change' ? { ...before.set, ...set } : set });
    return { ...changed };
  };

  const adapter = {
    findOne: async ({ model, where, select, join }) => {
      const row = find('findOne', model, where);
      if (select !== undefined || join !== undefined) refuse(`findOne ${model}: in part`);
      return row === undefined ? null : { ...row };
    },
    findMany: async ({ model, where, offset, select, join }) => {
      const row = find('findMany', model, where);
      if (select !== undefined || join !== undefined || offset !== undefined) refuse(`findMany ${model}: in part`);
      return row === undefined ? [] : [{ ...row }];
    },
    create: async ({ model, data = {}, select, forceAllowId }) => {
      if (select !== undefined || forceAllowId !== undefined || 'id' in data) refuse(`create ${model}: in part`);
      const row = { ...data, id: newId() };
      created.push({ kind: 'create', model, row });
      return row;
    },
    update: async ({ model, where, update = {} }) => {
      const row = find('update', model, where);
      return row === undefined ? null : change(model, row, update);
    },
    incrementOne: async ({ model, where, increment = {}, set = {} }) => {
      if (Object.keys(increment).length > 0) refuse(`incrementOne ${model}: counts`);
      const row = find('incrementOne', model, where);
      return row === undefined ? null : change(model, row, set);
    },
    consumeOne: async ({ model, where }) => {
      const row = find('consumeOne', model, where);
      if (row === undefined) return null;
      rows.delete(keyOf(model, row));
      changes.set(keyOf(model, row), { kind: 'delete', model, id: String(row['id']) });
      return row;
    },
    deleteMany: async ({ model, where }) => (find('deleteMany', model, where) === undefined ? 0 : refuse(`deleteMany ${model}`)),
    count: async ({ model }) => refuse(`count ${model}`),
    updateMany: async ({ model }) => refuse(`updateMany ${model}`),
    delete: async ({ model }) => refuse(`delete ${model}`),
  } satisfies Record<keyof Deferral['adapter'], (asked: Asked) => Promise<unknown>>;

  // The library says itself of which type the rows are that it asks for.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { unforeseen: () => first, writes: () => [...changes.values(), ...created], adapter: adapter as unknown as Deferral['adapter'] };
}

function keyOf(model: string, row: Row): string {
  return `${model} ${String(row['id'])}`;
}

/** Null: nothing here can tell. */
function holds({ field, value, operator = 'eq' }: Where, row: Row): boolean | null {
  const held = row[field] ?? null;
  if (operator === 'eq') return held === value;
  if (operator === 'ne') return held !== value;
  if (operator === 'lte' && held instanceof Date && value instanceof Date) return held <= value;
  return null;
}
