import { eq, sql } from 'drizzle-orm';
import type { AuditTrail } from '../../db/audit.ts';
import { findBan, type Ban } from '../../db/bans.ts';
import type { Database } from '../../db/client.ts';
import { user } from '../../db/schema/auth.ts';
import { userBan } from '../../db/schema/bans.ts';
import type { Auth } from '../auth.ts';
import type { GrantStore } from '../grants.ts';

export interface BanAdministration {
  /** The ban that holds for a person, or null. */
  find(userId: string): Promise<Ban | null>;
  /**
   * Closes an account, or gives the ban that holds another reason and end: no session begins, no grant opens, no API key and no
   * published resume is answered any more, and what was open ends on every instance within a second.
   *
   * The ban stands before anything is ended. When this rejects half-way, it holds already: doing it again ends the rest.
   *
   * @returns how many connections it ended
   */
  ban(userId: string, ban: { readonly reason: string | null; readonly endsAt: Date | null }): Promise<number>;
  /** Opens an account again: its keys and published resumes work as before, sessions and connections stay ended. False when it was open. */
  unban(userId: string): Promise<boolean>;
}

export interface BanAdministrationDependencies {
  readonly auth: Auth;
  readonly db: Database;
  readonly clock: () => Date;
  readonly audit: AuditTrail;
  readonly grants: GrantStore;
}

export function createBanAdministration({ auth, db, clock, audit, grants }: BanAdministrationDependencies): BanAdministration {
  return {
    find: (userId) => findBan(db, userId, clock()),

    async ban(userId, { reason, endsAt }) {
      await db.transaction(async () => {
        // Sessions and grants refer to this row. Those that are being written end before the ban stands, and what comes after sees it.
        await db.orm
          .select({ one: sql`1` })
          .from(user)
          .where(eq(user.id, userId))
          .for('update');
        const row = { reason, bannedAt: clock(), endsAt };
        await db.orm
          .insert(userBan)
          .values({ userId, ...row })
          .onConflictDoUpdate({ target: userBan.userId, set: row });
        const detail = { ...(reason !== null && { reason }), ...(endsAt !== null && { until: endsAt.toISOString() }) };
        await audit.record({ event: 'account.closed', userId, detail });
      });
      // In transactions of their own, and grants first: a refresh in flight holds its token and grant, and reads the session.
      const ended = await grants.revokeAll(userId, 'account_closed');
      await (await auth.$context).internalAdapter.deleteUserSessions(userId);
      return ended;
    },

    unban: (userId) =>
      db.transaction(async () => {
        const held = (await findBan(db, userId, clock())) !== null;
        await db.orm.delete(userBan).where(eq(userBan.userId, userId));
        if (held) await audit.record({ event: 'account.opened', userId });
        return held;
      }),
  };
}
