import type { AuditTrail } from '../../db/audit.ts';
import type { Database } from '../../db/client.ts';
import type { Expiry } from '../../db/janitor.ts';
import type { Auth } from '../auth.ts';
import { recordWithdrawnKeys } from '../recorded-revocations.ts';
import type { Keyring } from './keyring.ts';
import { LEAD_SECONDS, planNextKey, type KeyState } from './schedule.ts';

/** A signing key as an operator sees it. */
export interface DescribedKey {
  /** The `kid` of the tokens that it signs. */
  readonly id: string;
  readonly state: KeyState;
  readonly publishedAt: Date;
  readonly signsFrom: Date;
  /** The end of signing, for the current one and the next: null while no successor is known. Otherwise when it goes. */
  readonly until: Date | null;
}

/** Publishing, retiring and withdrawing the keys that sign access tokens and ID tokens. */
export interface SigningKeys {
  /** In the order in which they sign. */
  list(): Promise<readonly DescribedKey[]>;
  /** Publishes the next key, or makes the first, when its time has come; of several instances one does. */
  rotateIfDue(): Promise<void>;
  /** Publishes the next key now, whatever the schedule says; the one that is published already, when there is one. */
  rotate(): Promise<DescribedKey>;
  /**
   * Makes a key that signs at once and withdraws all others, for when one may be known to somebody: on every instance, whatever they
   * signed is refused within a second. Clients refresh; who verifies elsewhere has to read the key set again.
   */
  replace(): Promise<{ readonly key: DescribedKey; readonly withdrawn: readonly string[] }>;
  /** Reads the keys again before the next is used: another instance has withdrawn some. */
  forget(): void;
  /** Deletes what is no longer published, private halves included. */
  readonly expiry: Expiry;
}

export interface SigningKeyDependencies {
  readonly auth: Auth;
  readonly db: Database;
  readonly clock: () => Date;
  readonly audit: AuditTrail;
  readonly keyring: Keyring;
  /** Told after keys were withdrawn, or may have been. */
  readonly onRevocation: () => void;
  /** How long a key signs. */
  readonly periodDays: number;
}

const DAY_SECONDS = 24 * 60 * 60;

export function createSigningKeys(dependencies: SigningKeyDependencies): SigningKeys {
  const { auth, db, clock, audit, keyring } = dependencies;
  const periodSeconds = dependencies.periodDays * DAY_SECONDS;

  const list = async (): Promise<DescribedKey[]> =>
    (await keyring.list()).map(({ key: { id, createdAt, signsFrom }, state, until }) => {
      return { id, state, publishedAt: createdAt, signsFrom, until };
    });

  /** Under the lock. */
  const publish = async (signsFrom: Date): Promise<DescribedKey> => {
    const keyId = await auth.api.createSigningKey({ body: { signsFrom } });
    await audit.record({ event: 'signing_key.published', detail: { keyId, signsFrom: signsFrom.toISOString() } });
    const published = (await list()).find(({ id }) => id === keyId);
    if (published === undefined) throw new TypeError('the key that was just made is not there');
    return published;
  };
  const underLock = <T>(work: () => Promise<T>): Promise<T> =>
    db.transaction(async () => {
      await keyring.lock();
      return work();
    });
  const deleteKeys = async (ids: readonly string[]): Promise<number> => {
    const { adapter } = await auth.$context;
    db.afterTransaction(() => keyring.forget());
    return ids.length === 0 ? 0 : adapter.deleteMany({ model: 'jwks', where: [{ field: 'id', operator: 'in', value: [...ids] }] });
  };

  const plan = async () => planNextKey(await list(), clock(), periodSeconds);

  return {
    list,

    async rotateIfDue() {
      // Nearly always there is nothing to do, and nobody has to wait for that.
      if ((await plan()) === null) return;
      await underLock(async () => {
        const signsFrom = await plan();
        if (signsFrom !== null) await publish(signsFrom);
      });
    },

    rotate: () =>
      underLock(async () => {
        const next = (await list()).find(({ state }) => state === 'next');
        return next ?? publish(new Date(clock().getTime() + LEAD_SECONDS * 1000));
      }),

    replace: () =>
      underLock(async () => {
        const withdrawn = (await list()).map(({ id }) => id);
        await deleteKeys(withdrawn);
        await recordWithdrawnKeys(dependencies, withdrawn);
        for (const keyId of withdrawn) await audit.record({ event: 'signing_key.withdrawn', detail: { keyId } });
        return { key: await publish(clock()), withdrawn };
      }),

    forget: () => keyring.forget(),

    expiry: {
      name: 'signing_keys',
      async removeBatch(limit) {
        const over = (await list()).filter(({ state }) => state === 'over').slice(0, limit);
        return deleteKeys(over.map(({ id }) => id));
      },
    },
  };
}
