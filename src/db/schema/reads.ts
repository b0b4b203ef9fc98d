import { sql } from 'drizzle-orm';
import { bigserial, check, date, index, integer, pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core';
import { apikey, user } from './auth.ts';
import { oauthGrant } from './grants.ts';
import { resume } from './resumes.ts';

/** How often a connection or an API key read a resume's content on a day (UTC), for its owner to see. */
export const resumeReads = pgTable(
  'resume_reads',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    /** Whose resume it is. */
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    resumeId: text('resume_id')
      .notNull()
      .references(() => resume.id, { onDelete: 'cascade' }),
    /** Either this one or `apiKeyId`. */
    grantId: text('grant_id').references(() => oauthGrant.id, { onDelete: 'cascade' }),
    apiKeyId: text('api_key_id').references(() => apikey.id, { onDelete: 'cascade' }),
    day: date('day').notNull(),
    reads: integer('reads').notNull(),
    lastAt: timestamp('last_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [
    unique('resume_reads_grant').on(table.grantId, table.resumeId, table.day),
    unique('resume_reads_api_key').on(table.apiKeyId, table.resumeId, table.day),
    // No index has last_at in it, so that a row is counted up in place.
    index('resume_reads_user').on(table.userId, table.day),
    index('resume_reads_resume').on(table.resumeId),
    index('resume_reads_day').on(table.day),
    check('resume_reads_reader', sql`num_nonnulls(${table.grantId}, ${table.apiKeyId}) = 1`),
  ],
);
