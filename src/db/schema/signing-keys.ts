import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { jwks } from './auth.ts';

/** From when on a key of the library's table signs. A key without a row here signs from its creation. */
export const signingKey = pgTable('signing_key', {
  keyId: text('key_id')
    .primaryKey()
    .references(() => jwks.id, { onDelete: 'cascade' }),
  signsFrom: timestamp('signs_from', { withTimezone: true, precision: 3 }).notNull(),
});
