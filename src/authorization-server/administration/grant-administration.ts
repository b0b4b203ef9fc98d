import { and, desc, eq, gt, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { user } from '../../db/schema/auth.ts';
import { oauthGrant } from '../../db/schema/grants.ts';
import type { GrantMode } from '../grant-mode.ts';
import type { GrantStore } from '../grants.ts';

/** A live connection, and whose it is. */
export interface AdministeredGrant {
  readonly id: string;
  readonly userId: string;
  readonly email: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly scopes: readonly string[];
  readonly mode: GrantMode;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date;
}

export interface GrantAdministration {
  /** Live connections, newest first. */
  list(of: { readonly userId?: string; readonly clientId?: string }): Promise<readonly AdministeredGrant[]>;
  /** Ends a connection with every token of it, on every instance within a second. False when there was none to end. */
  revoke(grantId: string): Promise<boolean>;
  /**
   * Ends every connection of a client.
   *
   * @param redirectUris those alone whose code went to one of them; all when left out
   * @returns how many there were
   */
  revokeOfClient(clientId: string, redirectUris?: readonly string[]): Promise<number>;
}

export function createGrantAdministration(db: Database, clock: () => Date, grants: GrantStore): GrantAdministration {
  return {
    list: ({ userId, clientId }) =>
      db.orm
        .select({
          id: oauthGrant.id,
          userId: oauthGrant.userId,
          email: user.email,
          clientId: oauthGrant.clientId,
          clientName: oauthGrant.clientName,
          scopes: oauthGrant.scopes,
          mode: oauthGrant.mode,
          createdAt: oauthGrant.createdAt,
          lastUsedAt: oauthGrant.lastUsedAt,
          expiresAt: oauthGrant.expiresAt,
        })
        .from(oauthGrant)
        .innerJoin(user, eq(user.id, oauthGrant.userId))
        .where(
          and(
            userId === undefined ? undefined : eq(oauthGrant.userId, userId),
            clientId === undefined ? undefined : eq(oauthGrant.clientId, clientId),
            isNotNull(oauthGrant.activatedAt),
            isNull(oauthGrant.revokedAt),
            gt(oauthGrant.expiresAt, clock()),
          ),
        )
        .orderBy(desc(oauthGrant.createdAt), desc(oauthGrant.id)),

    revoke: (grantId) => grants.revoke({ grantId }, 'operator'),

    revokeOfClient: (clientId, redirectUris) =>
      db.transaction(async () => {
        // Those too whose code was not redeemed yet.
        const open = await db.orm
          .select({ id: oauthGrant.id })
          .from(oauthGrant)
          .where(
            and(
              eq(oauthGrant.clientId, clientId),
              redirectUris === undefined ? undefined : inArray(oauthGrant.redirectUri, [...redirectUris]),
              isNull(oauthGrant.revokedAt),
            ),
          )
          // As wherever several connections are written at once: see last-uses.ts.
          .orderBy(oauthGrant.id);
        let ended = 0;
        for (const { id } of open) if (await grants.revoke({ grantId: id }, 'operator')) ended += 1;
        return ended;
      }),
  };
}
