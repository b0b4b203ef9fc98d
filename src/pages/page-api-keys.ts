import type { ApiKeyStore } from '../authorization-server/api-keys.ts';
import type { PageApiKeys } from './dependencies.ts';

/** API keys as the pages see them: their form says until when, the store takes how long. */
export function createPageApiKeys(listed: Omit<PageApiKeys, 'create'>, store: Pick<ApiKeyStore, 'create'>, clock: () => Date): PageApiKeys {
  return {
    ...listed,
    create: (userId, { name, scopes, expiresAt }) =>
      store.create(userId, {
        name,
        scopes,
        expiresInSeconds: expiresAt === null ? null : Math.ceil((expiresAt.getTime() - clock().getTime()) / 1000),
      }),
  };
}
