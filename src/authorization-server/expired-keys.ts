import type { BetterAuthOptions, DBAdapter } from 'better-auth';

type Create = (options: BetterAuthOptions) => DBAdapter;
type Deletion = Parameters<DBAdapter['deleteMany']>[0];

/**
 * The library's adapter, but for one of its calls: the API-key plugin deletes every expired key, of everybody, whenever somebody makes
 * or changes one, and no option keeps it from that. Here expired keys stay listed for a while and then go with the janitor, whose
 * deletions name the keys.
 */
export function keepExpiredKeys(create: Create): Create {
  return (options) => {
    const adapter = create(options);
    return { ...adapter, deleteMany: async (deletion) => (isCleanup(deletion) ? 0 : adapter.deleteMany(deletion)) };
  };
}

function isCleanup({ model, where }: Deletion): boolean {
  return model === 'apikey' && where.length > 0 && where.every(({ field }) => field === 'expiresAt');
}
