import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { oauthGrant } from './grants.ts';

/** One resume. `data` is a JSON Resume document; `revision` grows by one with every change of any column a reader sees. */
export const resume = pgTable(
  'resume',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    slug: text('slug').notNull(),
    tags: text('tags')
      .array()
      .notNull()
      .default(sql`'{}'`),
    data: jsonb('data').notNull(),
    isPublic: boolean('is_public').notNull().default(false),
    isLocked: boolean('is_locked').notNull().default(false),
    revision: integer('revision').notNull().default(1),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('resume_user_slug').on(table.userId, table.slug),
    index('resume_user_updated').on(table.userId, table.updatedAt, table.id),
    index('resume_user_created').on(table.userId, table.createdAt, table.id),
    index('resume_user_name').on(table.userId, table.name, table.id),
  ],
);

/** The resumes of a grant that does not open all of them ("Only these"). */
export const oauthGrantResume = pgTable(
  'oauth_grant_resume',
  {
    grantId: text('grant_id')
      .notNull()
      .references(() => oauthGrant.id, { onDelete: 'cascade' }),
    resumeId: text('resume_id')
      .notNull()
      .references(() => resume.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.grantId, table.resumeId] }), index('oauth_grant_resume_resume').on(table.resumeId)],
);
