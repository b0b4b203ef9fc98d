import { and, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { toDay } from '../db/expiries.ts';
import { oauthGrant, oauthGrantCalls } from '../db/schema/grants.ts';
import { oauthGrantResume, resume } from '../db/schema/resumes.ts';
import { changeGrant, type GrantChange, type GrantChangeOutcome } from './grant-changes.ts';
import { findEarlierGrant, type EarlierGrant } from './earlier-grants.ts';
import { isLive, LIVE_GRANT_COLUMNS, toLiveGrant, type LiveGrant } from './live-grants.ts';
import { openGrant, type NewGrant } from './grant-opening.ts';
import type { GrantMode } from './grant-mode.ts';
import { createRevocationRecorder } from './recorded-revocations.ts';
import { isReusable, isReusableRedirect, type Returning } from './reusable-grants.ts';

/** One consent given to one installation of a client: what a person calls a connection. */
export interface Grant {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly allResumes: boolean;
  readonly mode: GrantMode;
  /** The resumes of a grant that does not open all of them, by name. */
  readonly resumes: readonly { readonly id: string; readonly name: string }[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  /** Messages to the MCP endpoint today and on the six days before (UTC). */
  readonly callsInSevenDays: number;
  readonly expiresAt: Date;
}

export type RevocationReason =
  | 'disconnected'
  | 'token_revoked'
  | 'code_replayed'
  | 'refresh_token_replayed'
  | 'password_changed'
  | 'account_deleted'
  | 'account_closed'
  | 'operator';

export interface GrantStore {
  /**
   * The grant that a returning client may go on with without asking again: live, of this person and client, with every scope
   * it asks for now, for this exact redirect URI on the web.
   */
  findReusable(returning: Returning): Promise<string | null>;
  /**
   * Opens a grant. @throws OAuthError, and nothing is written: `invalid_request` when a chosen resume is not the person's,
   * `access_denied` for an account that is closed
   */
  open(grant: NewGrant): Promise<void>;
  /** The grant, when tokens may still be issued under it; locks it against a concurrent change until the transaction ends. */
  lockLive(grantId: string): Promise<LiveGrant | null>;
  /** The person's live connections, newest first. */
  list(userId: string): Promise<Grant[]>;
  /** The latest grant that the person gave this client and that it took up; null when none is known (ended ones are kept for a time). */
  findEarlier(which: { readonly userId: string; readonly clientId: string }): Promise<EarlierGrant | null>;
  /**
   * Changes a live connection of the person in place, for the tokens that are out too: on every instance within a second.
   * Scopes can only be taken away. Nothing is written unless the outcome is `changed`.
   */
  change(which: { readonly grantId: string; readonly userId: string }, change: GrantChange): Promise<GrantChangeOutcome>;
  /** Ends a grant with every token under it, on every instance within a second. False when there was none to end. */
  revoke(which: { readonly grantId: string; readonly userId?: string }, reason: RevocationReason): Promise<boolean>;
  /** Ends every grant of a person, as {@link GrantStore.revoke} does. */
  revokeAll(userId: string, reason: RevocationReason): Promise<number>;
}

export interface GrantDependencies {
  readonly db: Database;
  readonly clock: () => Date;
  readonly audit: AuditTrail;
  /** Told after a revocation is recorded, or may have been, so that this instance need not wait for its next poll. */
  readonly onRevocation: () => void;
}

export function createGrantStore({ db, clock, audit, onRevocation }: GrantDependencies): GrantStore {
  const live = () => isLive(clock());

  const recordRevocation = createRevocationRecorder({ db, clock, onRevocation });

  return {
    async findReusable(returning) {
      if (!isReusableRedirect(returning.redirectUri)) return null;
      const [found] = await db.orm
        .select({ id: oauthGrant.id })
        .from(oauthGrant)
        .where(isReusable(returning, clock()))
        .orderBy(desc(oauthGrant.createdAt))
        .limit(1);
      return found?.id ?? null;
    },

    open: (grant) => openGrant(db, clock, grant),

    async lockLive(grantId) {
      const [found] = await db.orm
        .select(LIVE_GRANT_COLUMNS)
        .from(oauthGrant)
        .where(and(eq(oauthGrant.id, grantId), live()))
        .for('update');
      return found === undefined ? null : toLiveGrant(found);
    },

    async list(userId) {
      const rows = await db.orm
        .select({
          grant: oauthGrant,
          // Names of columns written out: in a query over one table drizzle leaves the table's name away, which inside the
          // subquery would mean the resume's columns.
          resumes: sql<{ id: string; name: string }[]>`coalesce((select json_agg(json_build_object('id', shown.id, 'name', shown.name)
            order by shown.name, shown.id) from ${oauthGrantResume} chosen
            join ${resume} shown on shown.id = chosen.resume_id where chosen.grant_id = ${oauthGrant}.id), '[]')`,
          callsInSevenDays: sql<number>`coalesce((select sum(counted.calls) from ${oauthGrantCalls} counted
            where counted.grant_id = ${oauthGrant}.id and counted.day > ${toDay(clock())}::date - 7), 0)::int`,
        })
        .from(oauthGrant)
        .where(and(eq(oauthGrant.userId, userId), isNotNull(oauthGrant.activatedAt), live()))
        .orderBy(desc(oauthGrant.createdAt), desc(oauthGrant.id));
      return rows.map(({ grant, resumes, callsInSevenDays }) => ({
        id: grant.id,
        userId: grant.userId,
        clientId: grant.clientId,
        clientName: grant.clientName,
        redirectUri: grant.redirectUri,
        scopes: grant.scopes,
        allResumes: grant.allResumes,
        mode: grant.mode,
        resumes,
        callsInSevenDays,
        createdAt: grant.createdAt,
        lastUsedAt: grant.lastUsedAt,
        expiresAt: grant.expiresAt,
      }));
    },

    findEarlier: (which) => findEarlierGrant(db, clock, which),

    change: (which, change) => changeGrant({ db, clock, audit, recordRevocation }, which, change),

    revoke: ({ grantId, userId }, reason) =>
      db.transaction(async () => {
        const [ended] = await db.orm
          .update(oauthGrant)
          .set({ revokedAt: clock(), revokedReason: reason })
          .where(
            and(eq(oauthGrant.id, grantId), isNull(oauthGrant.revokedAt), userId === undefined ? undefined : eq(oauthGrant.userId, userId)),
          )
          .returning({ userId: oauthGrant.userId, clientId: oauthGrant.clientId });
        if (ended === undefined) return false;
        await recordRevocation([grantId]);
        await audit.record({
          event: 'grant.revoked',
          reason,
          grantId,
          userId: ended.userId,
          clientId: ended.clientId,
        });
        return true;
      }),

    revokeAll: (userId, reason) =>
      db.transaction(async () => {
        // In the order in which the last uses are written too, so that neither waits for the other in a circle.
        const held = db.orm
          .select({ id: oauthGrant.id })
          .from(oauthGrant)
          .where(and(eq(oauthGrant.userId, userId), isNull(oauthGrant.revokedAt)))
          .orderBy(oauthGrant.id)
          .for('update');
        const ended = await db.orm
          .update(oauthGrant)
          .set({ revokedAt: clock(), revokedReason: reason })
          .where(inArray(oauthGrant.id, held))
          .returning({ id: oauthGrant.id });
        // Grant by grant, not by when a token was issued: the clock that said so may go before ours.
        await recordRevocation(ended.map(({ id }) => id));
        await audit.record({ event: 'grants.revoked', reason, userId, detail: { count: ended.length } });
        return ended.length;
      }),
  };
}
