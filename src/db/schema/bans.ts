import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Accounts that an operator has closed. Without a row, or after its end, an account is open. */
export const userBan = pgTable('user_ban', {
  userId: text('user_id')
    .primaryKey()
    .references(() => user.id, { onDelete: 'cascade' }),
  /** In the operator's words, for the person to read. */
  reason: text('reason'),
  bannedAt: instant('banned_at').notNull(),
  /** When the account opens again by itself; null: when an operator opens it. */
  endsAt: instant('ends_at'),
});
