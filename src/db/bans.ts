import { and, eq, gt, isNull, or, sql, type Placeholder, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { Database } from './client.ts';
import { userBan } from './schema/bans.ts';

/** An account that an operator has closed. */
export interface Ban {
  /** In the operator's words, for the person to read. */
  readonly reason: string | null;
  readonly bannedAt: Date;
  /** When the account opens again by itself; null: when an operator opens it. */
  readonly endsAt: Date | null;
}

function holdsAt(now: Date | Placeholder): SQL | undefined {
  return or(isNull(userBan.endsAt), gt(userBan.endsAt, now));
}

/** The ban that holds for a person, or null. */
export async function findBan(db: Database, userId: string, now: Date): Promise<Ban | null> {
  const [found] = await db.orm
    .select({ reason: userBan.reason, bannedAt: userBan.bannedAt, endsAt: userBan.endsAt })
    .from(userBan)
    .where(and(eq(userBan.userId, userId), holdsAt(now)));
  return found ?? null;
}

/** The condition that a ban holds for the person in a column of the query around it. */
export function isBanned(userId: SQLWrapper, now: Date | Placeholder): SQL<boolean> {
  return sql<boolean>`exists (select 1 from ${userBan} where ${userBan.userId} = ${userId} and ${holdsAt(now)})`;
}
