import { index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { oauthClient } from './auth.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * The public client that a registration request led to, so that the same request leads to it again instead of to one row more.
 * Some clients register before every sign-in.
 */
export const oauthClientRegistration = pgTable(
  'oauth_client_registration',
  {
    /** SHA-256 of the normalized metadata, base64url without padding. */
    fingerprint: text('fingerprint').primaryKey(),
    clientId: text('client_id')
      .notNull()
      .references(() => oauthClient.clientId, { onDelete: 'cascade' }),
    /** What the library answered, without secrets: public clients have none. */
    answer: jsonb('answer').notNull(),
    registeredAt: instant('registered_at').notNull(),
    /** When the client was last asked for; a client that still registers is not an unused one. */
    lastRegisteredAt: instant('last_registered_at').notNull(),
  },
  (table) => [index('oauth_client_registration_client').on(table.clientId)],
);
