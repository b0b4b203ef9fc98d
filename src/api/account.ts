import type { ApiKeyStore } from '../authorization-server/api-keys.ts';
import type { EarlierGrant } from '../authorization-server/earlier-grants.ts';
import type { Grant, GrantStore } from '../authorization-server/grants.ts';
import type { LastUses } from '../authorization-server/last-uses.ts';
import { listActivity, listActivitySources } from '../db/activity.ts';
import type { Database } from '../db/client.ts';
import { listResumeReads } from '../db/resume-reads.ts';
import type { ActivityDirectory, ApiContext, ApiKeyDirectory, ConnectionDirectory } from './base.ts';

/** A person's own account: what they have connected, which keys they have, and what was done. */
export interface Account {
  readonly connections: Omit<ConnectionDirectory, 'list'> & {
    list(userId: string): Promise<readonly (Grant & { readonly redirectHost: string | null })[]>;
    findEarlier(userId: string, clientId: string): Promise<EarlierGrant | null>;
    disconnectAll(userId: string): Promise<void>;
  };
  readonly apiKeys: ApiKeyDirectory;
  readonly activity: ActivityDirectory;
  readonly countRead: ApiContext['countRead'];
}

export interface AccountDependencies {
  readonly db: Database;
  readonly grants: GrantStore;
  readonly apiKeys: ApiKeyStore;
  readonly lastUses: LastUses;
}

/** Lists that show when something was last used are up to date with this instance, not with what others have yet to write. */
export function createAccount({ db, grants, apiKeys, lastUses }: AccountDependencies): Account {
  return {
    connections: {
      async list(userId) {
        await lastUses.flush();
        return (await grants.list(userId)).map((grant) => Object.assign(grant, { redirectHost: hostOf(grant.redirectUri) }));
      },
      async findEarlier(userId, clientId) {
        await lastUses.flush();
        return grants.findEarlier({ userId, clientId });
      },
      change: (userId, grantId, change) => grants.change({ userId, grantId }, change),
      disconnect: (userId, grantId) => grants.revoke({ userId, grantId }, 'disconnected'),
      async disconnectAll(userId) {
        await grants.revokeAll(userId, 'disconnected');
      },
    },
    apiKeys: {
      async list(userId) {
        await lastUses.flush();
        return apiKeys.list(userId);
      },
      create: (userId, key) => apiKeys.create(userId, key),
      revoke: (userId, apiKeyId) => apiKeys.revoke(userId, apiKeyId),
    },
    activity: {
      list: (userId, page) => listActivity(db, userId, page),
      async listReads(userId, page) {
        await lastUses.flush();
        return listResumeReads(db, userId, page);
      },
      listSources: (userId) => listActivitySources(db, userId),
    },
    countRead(principal, resumeId) {
      if (principal.method === 'access_token') lastUses.noteRead({ kind: 'grant', id: principal.grantId, resumeId });
      if (principal.method === 'api_key') lastUses.noteRead({ kind: 'api_key', id: principal.apiKeyId, resumeId });
    },
  };
}

function hostOf(uri: string): string | null {
  return URL.canParse(uri) ? new URL(uri).host || new URL(uri).protocol : null;
}
