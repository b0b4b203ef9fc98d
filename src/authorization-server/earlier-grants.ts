import { and, desc, eq, isNotNull } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oauthGrant } from '../db/schema/grants.ts';

/** The last time that a person allowed a client, whatever became of it. */
export interface EarlierGrant {
  readonly createdAt: Date;
  /** As allowed then, before anything was taken away. */
  readonly scopes: readonly string[];
  readonly lastUsedAt: Date | null;
  /** When it ended or will have ended. */
  readonly endsAt: Date;
  readonly isLive: boolean;
}

/**
 * Finds the latest grant that the person gave the client and that it took up, live or ended.
 *
 * @returns null when none is known; those that have ended are kept for as long as the audit trail
 */
export async function findEarlierGrant(
  db: Database,
  clock: () => Date,
  { userId, clientId }: { readonly userId: string; readonly clientId: string },
): Promise<EarlierGrant | null> {
  const [found] = await db.orm
    .select()
    .from(oauthGrant)
    .where(and(eq(oauthGrant.userId, userId), eq(oauthGrant.clientId, clientId), isNotNull(oauthGrant.activatedAt)))
    .orderBy(desc(oauthGrant.createdAt), desc(oauthGrant.id))
    .limit(1);
  if (found === undefined) return null;
  const { createdAt, lastUsedAt, revokedAt, expiresAt } = found;
  return {
    createdAt,
    scopes: found.consentedScopes ?? found.scopes,
    lastUsedAt,
    endsAt: revokedAt ?? expiresAt,
    isLive: revokedAt === null && expiresAt > clock(),
  };
}
