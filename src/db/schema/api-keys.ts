import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { apikey } from './auth.ts';

/** When a key was last used: beside the library's row, because only the library writes that one. */
export const apiKeyUse = pgTable('api_key_use', {
  apiKeyId: text('api_key_id')
    .primaryKey()
    .references(() => apikey.id, { onDelete: 'cascade' }),
  lastUsedAt: timestamp('last_used_at', { withTimezone: true, precision: 3 }).notNull(),
});
