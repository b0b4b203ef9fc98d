import { sql } from 'drizzle-orm';
import { boolean, check, date, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { resume } from './resumes.ts';

/** The name under which a person's published resumes stand. There from the first publication on. */
export const profile = pgTable('profile', {
  userId: text('user_id')
    .primaryKey()
    .references(() => user.id, { onDelete: 'cascade' }),
  username: text('username').notNull().unique('profile_username'),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
});

/** How a resume is published, where it differs from "open to who has the address, listed by nobody". */
export const resumePublication = pgTable('resume_publication', {
  resumeId: text('resume_id')
    .primaryKey()
    .references(() => resume.id, { onDelete: 'cascade' }),
  /** scrypt with its parameters and salt; null: no password. */
  passwordHash: text('password_hash'),
  /** Search engines may list it. */
  isIndexed: boolean('is_indexed').notNull().default(false),
});

const visitKind = () => text('kind').notNull();

/** Who came today, as a keyed hash whose key changes every day; rows of past days are deleted. */
export const resumeVisitor = pgTable(
  'resume_visitor',
  {
    day: date('day').notNull(),
    resumeId: text('resume_id')
      .notNull()
      .references(() => resume.id, { onDelete: 'cascade' }),
    kind: visitKind(),
    visitor: text('visitor').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.resumeId, table.kind, table.visitor] }),
    index('resume_visitor_resume').on(table.resumeId),
  ],
);

/** Visitors of a day. */
export const resumeVisits = pgTable(
  'resume_visits',
  {
    resumeId: text('resume_id')
      .notNull()
      .references(() => resume.id, { onDelete: 'cascade' }),
    day: date('day').notNull(),
    kind: visitKind(),
    visitors: integer('visitors').notNull(),
    lastAt: timestamp('last_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.resumeId, table.day, table.kind] }),
    check('resume_visits_kind', sql`${table.kind} in ('view', 'download')`),
  ],
);
