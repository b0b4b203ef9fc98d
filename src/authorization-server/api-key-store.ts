import { desc, eq, sql } from 'drizzle-orm';
import type { AuditTrail } from '../db/audit.ts';
import { isBanned } from '../db/bans.ts';
import type { Database } from '../db/client.ts';
import { gatherLookups } from '../db/gathered-lookups.ts';
import { apiKeyUse } from '../db/schema/api-keys.ts';
import { apikey, user } from '../db/schema/auth.ts';
import { parsePermissions, toPermissions, toScopes, type ApiKeyStore, type ApiKeyVerification } from './api-keys.ts';
import type { Auth } from './auth.ts';
import { hashToken } from './hashes.ts';

export interface ApiKeys {
  readonly store: ApiKeyStore;
  /**
   * Looks a key up by its hash in one indexed query, which those who come at the same moment share. The plugin's own verification is not used: it
   * writes twice for each call and answers "invalid key" when the database is away.
   *
   * Rejects when the database can't be asked.
   */
  verify(key: string): Promise<ApiKeyVerification>;
}

export interface ApiKeyDependencies {
  readonly auth: Auth;
  readonly db: Database;
  readonly audit: AuditTrail;
  readonly clock: () => Date;
}

/** API keys through the plugin's server-side calls; listing and verifying read its table. */
export function createApiKeys({ auth, db, audit, clock }: ApiKeyDependencies): ApiKeys {
  const findAll = db.prepare((orm) =>
    orm
      .select({
        hash: apikey.key,
        id: apikey.id,
        name: apikey.name,
        userId: apikey.referenceId,
        enabled: apikey.enabled,
        expiresAt: apikey.expiresAt,
        permissions: apikey.permissions,
        isOwnerBanned: isBanned(user.id, sql.placeholder('now')),
      })
      .from(apikey)
      .innerJoin(user, eq(user.id, apikey.referenceId))
      .where(sql`${apikey.key} = any(${sql.placeholder('hashes')}::text[])`),
  );
  const find = gatherLookups(async (hashes) => new Map((await findAll({ hashes, now: clock() })).map((row) => [row.hash, row])));
  return {
    store: {
      async create(userId, { name, scopes, expiresInSeconds }) {
        const created = await auth.api.createApiKey({
          body: { userId, name, permissions: toPermissions(scopes), expiresIn: expiresInSeconds },
        });
        await audit.record({
          event: 'api_key.created',
          userId,
          apiKeyId: created.id,
          detail: { scopes: [...scopes] },
        });
        return { id: created.id, key: created.key };
      },

      async list(userId) {
        const rows = await db.orm
          .select({ key: apikey, lastUsedAt: apiKeyUse.lastUsedAt })
          .from(apikey)
          .leftJoin(apiKeyUse, eq(apiKeyUse.apiKeyId, apikey.id))
          .where(eq(apikey.referenceId, userId))
          .orderBy(desc(apikey.createdAt), desc(apikey.id));
        return rows.map(({ key, lastUsedAt }) => ({
          id: key.id,
          name: key.name,
          start: key.start,
          scopes: toScopes(parsePermissions(key.permissions)),
          createdAt: key.createdAt,
          expiresAt: key.expiresAt,
          lastUsedAt,
          isEnabled: key.enabled !== false,
        }));
      },

      async revoke(userId, apiKeyId) {
        const { adapter } = await auth.$context;
        const deleted = await adapter.deleteMany({
          model: 'apikey',
          where: [
            { field: 'id', value: apiKeyId },
            { field: 'referenceId', value: userId },
          ],
        });
        if (deleted === 0) return false;
        await audit.record({ event: 'api_key.revoked', userId, apiKeyId });
        return true;
      },
    },

    async verify(key) {
      const row = await find(hashToken(key));
      if (row === undefined) return { ok: false, reason: 'unknown' };
      if (row.isOwnerBanned) return { ok: false, reason: 'owner_banned' };
      if (row.enabled === false) return { ok: false, reason: 'disabled' };
      if (row.expiresAt !== null && row.expiresAt <= clock()) return { ok: false, reason: 'expired' };
      return { ok: true, key: { id: row.id, name: row.name, userId: row.userId, scopes: toScopes(parsePermissions(row.permissions)) } };
    },
  };
}
