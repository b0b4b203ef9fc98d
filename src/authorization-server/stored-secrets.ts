import { asc, gt } from 'drizzle-orm';
import type { AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { jwks, twoFactor } from '../db/schema/auth.ts';
import type { Auth } from './auth.ts';

/** What is encrypted with a secret and kept for long. */
export const ENCRYPTED_KINDS = ['signing_keys', 'second_factors'] as const;
export type EncryptedKind = (typeof ENCRYPTED_KINDS)[number];

/** Rows of one kind that were encrypted with the secret of one version. */
export interface SecretUse {
  readonly kind: EncryptedKind;
  /** As in AUTH_SECRET; null for what is not in the library's form. */
  readonly version: number | null;
  readonly rows: number;
  /** How many of them no secret opens that there is now. */
  readonly unreadable: number;
}

/** What stands encrypted in the database, and under which secret. */
export interface StoredSecrets {
  list(): Promise<readonly SecretUse[]>;
  /**
   * Encrypts with the first secret what was encrypted with another. What changes meanwhile, and what can't be opened, is left as it is: run it
   * again and look at the list.
   */
  renew(): Promise<Readonly<Record<EncryptedKind, number>>>;
  /** @throws SecretError when a signing key can't be opened: every token request would fail */
  requireReadableKeys(): Promise<void>;
}

/** The secrets do not fit the database. Told to the person who starts the server, without a stack. */
export class SecretError extends Error {}

interface EncryptedRow {
  readonly id: string;
  readonly model: 'jwks' | 'twoFactor';
  readonly kind: EncryptedKind;
  /** By the library's name for the column. */
  readonly values: Readonly<Record<string, string>>;
}

const PAGE_ROWS = 200;

export function createStoredSecrets({
  auth,
  db,
  audit,
}: {
  readonly auth: Auth;
  readonly db: Database;
  readonly audit: AuditTrail;
}): StoredSecrets {
  async function* readRows(kinds: readonly EncryptedKind[] = ENCRYPTED_KINDS): AsyncGenerator<EncryptedRow> {
    if (kinds.includes('signing_keys'))
      for (const { id, privateKey } of await db.orm.select().from(jwks))
        yield { id, model: 'jwks', kind: 'signing_keys', values: { privateKey } };
    if (!kinds.includes('second_factors')) return;
    let after = '';
    for (;;) {
      const page = await db.orm.select().from(twoFactor).where(gt(twoFactor.id, after)).orderBy(asc(twoFactor.id)).limit(PAGE_ROWS);
      for (const { id, secret, backupCodes } of page)
        yield { id, model: 'twoFactor', kind: 'second_factors', values: { secret, backupCodes } };
      after = page.at(-1)?.id ?? '';
      if (page.length < PAGE_ROWS) return;
    }
  }
  /** Its values under the first secret; null: one of them can't be opened. */
  const encryptAnew = async ({ values }: EncryptedRow): Promise<Record<string, string> | null> => {
    const renewed: Record<string, string> = {};
    for (const [column, stored] of Object.entries(values)) {
      const isQuoted = stored.startsWith('"');
      const value = await auth.api.encryptAnew({ body: { value: isQuoted ? String(JSON.parse(stored)) : stored } });
      if (value === null) return null;
      renewed[column] = isQuoted ? JSON.stringify(value) : value;
    }
    return renewed;
  };

  return {
    async list() {
      const uses = new Map<string, { kind: EncryptedKind; version: number | null; rows: number; unreadable: number }>();
      for await (const row of readRows()) {
        const version = versionOf(row);
        const key = `${row.kind} ${version}`;
        const use = uses.get(key) ?? { kind: row.kind, version, rows: 0, unreadable: 0 };
        use.rows += 1;
        if ((await encryptAnew(row)) === null) use.unreadable += 1;
        uses.set(key, use);
      }
      return [...uses.values()];
    },

    async renew() {
      const { adapter, secretConfig } = await auth.$context;
      const renewed: Record<EncryptedKind, number> = { signing_keys: 0, second_factors: 0 };
      for await (const row of readRows()) {
        if (typeof secretConfig !== 'string' && versionOf(row) === secretConfig.currentVersion) continue;
        const update = await encryptAnew(row);
        if (update === null) continue;
        const asRead = Object.entries(row.values).map(([field, value]) => ({ field, value }));
        renewed[row.kind] += await adapter.updateMany({ model: row.model, where: [{ field: 'id', value: row.id }, ...asRead], update });
      }
      await audit.record({ event: 'secrets.renewed', detail: { ...renewed } });
      return renewed;
    },

    async requireReadableKeys() {
      for await (const row of readRows(['signing_keys'])) {
        if ((await encryptAnew(row)) !== null) continue;
        throw new SecretError(
          `AUTH_SECRET does not open the signing keys in the database: they were encrypted with its version ${versionOf(row) ?? 'of another program'}, ` +
            'which is not there or is not the same. Put the secret of then behind the new one: 2:new,1:old. If it is lost: signing-keys rotate --now',
        );
      }
    },
  };
}

function versionOf({ values }: EncryptedRow): number | null {
  const versions = Object.values(values).map((value) => /^"?\$ba\$(\d+)\$/.exec(value)?.[1]);
  return versions[0] === undefined ? null : Number(versions[0]);
}
