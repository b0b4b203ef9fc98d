import { desc, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { apiKeyUse } from '../../db/schema/api-keys.ts';
import { apikey, user } from '../../db/schema/auth.ts';
import { parsePermissions, toScopes, type ApiKeyStore } from '../api-keys.ts';

/** An API key, and whose it is. */
export interface AdministeredKey {
  readonly id: string;
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly start: string | null;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export interface KeyAdministration {
  /** Every key, expired ones included, newest first. @param userId of one person alone */
  list(userId?: string): Promise<readonly AdministeredKey[]>;
  /** False when there is no such key. */
  revoke(keyId: string): Promise<boolean>;
}

export function createKeyAdministration(db: Database, keys: ApiKeyStore): KeyAdministration {
  return {
    async list(userId) {
      const rows = await db.orm
        .select({ key: apikey, email: user.email, lastUsedAt: apiKeyUse.lastUsedAt })
        .from(apikey)
        .innerJoin(user, eq(user.id, apikey.referenceId))
        .leftJoin(apiKeyUse, eq(apiKeyUse.apiKeyId, apikey.id))
        .where(userId === undefined ? undefined : eq(apikey.referenceId, userId))
        .orderBy(desc(apikey.createdAt), desc(apikey.id));
      return rows.map(({ key, email, lastUsedAt }) => ({
        id: key.id,
        userId: key.referenceId,
        email,
        name: key.name,
        start: key.start,
        scopes: toScopes(parsePermissions(key.permissions)),
        createdAt: key.createdAt,
        expiresAt: key.expiresAt,
        lastUsedAt,
      }));
    },

    async revoke(keyId) {
      const [found] = await db.orm.select({ userId: apikey.referenceId }).from(apikey).where(eq(apikey.id, keyId));
      return found !== undefined && keys.revoke(found.userId, keyId);
    },
  };
}
