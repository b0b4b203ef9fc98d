import type { Jwk } from 'better-auth/plugins/jwt';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { jwks } from '../../db/schema/auth.ts';
import { signingKey } from '../../db/schema/signing-keys.ts';
import { judgeKeys, type Judged } from './schedule.ts';

/** A key as it is stored, its private half encrypted. */
export interface StoredKey extends Jwk {
  readonly signsFrom: Date;
}

/** Writes a row of the library's table, by the library. */
export type WriteKey = (data: Omit<Jwk, 'id'>) => Promise<Jwk>;

/** The signing keys, in the library's table and in ours beside it. */
export interface Keyring {
  /** Every key with its place at this moment, from the database. */
  list(): Promise<readonly Judged<StoredKey>[]>;
  /**
   * The published keys as the library's `jwks` adapter wants them: it signs with the newest that has no end, which is the current one
   * alone. Remembered for a second.
   */
  load(): Promise<Jwk[]>;
  /** The key that signs now, when the last {@link Keyring.load} is still remembered; null otherwise, which is no statement about keys. */
  recall(): StoredKey | null;
  /** Stores a key that signs from an instant on. Call it under {@link Keyring.lock}. */
  add(data: Omit<Jwk, 'id'>, signsFrom: Date, write: WriteKey): Promise<Jwk>;
  /** Stores a first key, which signs at once, and answers it; when another instance was sooner, answers the one that signs. */
  addFirst(data: Omit<Jwk, 'id'>, write: WriteKey): Promise<Jwk>;
  /** One at a time among all instances, until the open transaction ends. */
  lock(): Promise<void>;
  /** Reads again at the next question. */
  forget(): void;
}

const KEPT_MS = 1_000;
/** A younger key may be of a transaction that is still undone; none takes that long. */
const SETTLED_MS = 60_000;
/** Any constant that nothing else in the database uses: "keys" in ASCII. */
const KEYRING_LOCK = '0x6b657973';
/** Any instant of the past: the library publishes such a key, and does not sign with it. */
const ENDED = new Date(0);

export function createKeyring(db: Database, clock: () => Date): Keyring {
  let kept: { readonly keys: readonly StoredKey[]; readonly at: number } | null = null;

  const read = async (): Promise<readonly StoredKey[]> => {
    const rows = await db.orm
      .select({ key: jwks, signsFrom: signingKey.signsFrom })
      .from(jwks)
      .leftJoin(signingKey, eq(signingKey.keyId, jwks.id));
    // Without `alg` and `crv`: the library takes the one algorithm that its options name, which all keys are of.
    return rows.map(({ key: { id, publicKey, privateKey, createdAt }, signsFrom }) => {
      return { id, publicKey, privateKey, createdAt, signsFrom: signsFrom ?? createdAt };
    });
  };
  const recallAll = (now: number) => (kept !== null && now >= kept.at && now - kept.at < KEPT_MS ? kept.keys : null);
  const remember = async () => {
    const now = clock().getTime();
    const known = recallAll(now);
    if (known !== null) return known;
    const keys = await read();
    const isSettled = keys.length > 0 && keys.every(({ createdAt }) => createdAt.getTime() < now - SETTLED_MS);
    kept = isSettled ? { keys, at: now } : null;
    return keys;
  };
  const toPublished = (stored: readonly StoredKey[]): Jwk[] =>
    judgeKeys(stored, clock())
      .filter(({ state }) => state !== 'over')
      .map(({ key: { id, publicKey, privateKey, createdAt }, state }) => {
        const key = { id, publicKey, privateKey, createdAt };
        return state === 'current' ? key : Object.assign(key, { expiresAt: ENDED });
      });

  const lock = async () => {
    await db.orm.execute(sql`select pg_advisory_xact_lock(${BigInt(KEYRING_LOCK)})`);
  };
  const add: Keyring['add'] = async (data, signsFrom, write) => {
    // An earlier release on the same database goes by this column: it publishes the key, and leaves it to us to sign with it.
    const key = await write(signsFrom > data.createdAt ? { ...data, expiresAt: data.createdAt } : data);
    await db.orm.insert(signingKey).values({ keyId: key.id, signsFrom });
    kept = null;
    return key;
  };

  return {
    list: async () => judgeKeys(await read(), clock()),
    load: async () => toPublished(await remember()),
    recall() {
      const now = clock();
      const known = recallAll(now.getTime());
      return known === null ? null : (judgeKeys(known, now).find(({ state }) => state === 'current')?.key ?? null);
    },
    add,
    addFirst: (data, write) =>
      db.transaction(async () => {
        await lock();
        const current = judgeKeys(await read(), clock()).find(({ state }) => state === 'current');
        return current?.key ?? add(data, clock(), write);
      }),
    lock,
    forget() {
      kept = null;
    },
  };
}
