import { index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** One row for each thing that is counted, shared by every instance. */
export const rateLimit = pgTable(
  'rate_limit',
  {
    /** Name of the limit and a hash of whom it counts: no address and no e-mail address can be read from it. */
    key: text('key').primaryKey(),
    spent: integer('spent').notNull(),
    /** The end of the window; after that the row is of no use. */
    endsAt: timestamp('ends_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index('rate_limit_ends').on(table.endsAt)],
);
