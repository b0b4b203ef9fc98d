import { customType, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { resume } from './resumes.ts';

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/**
 * One state of a resume and how it came to be: a row for every revision. States are kept as patches with a snapshot at every
 * so many revisions; src/resumes/packed-json.ts says what the bytes are.
 */
export const resumeVersion = pgTable(
  'resume_version',
  {
    resumeId: text('resume_id')
      .notNull()
      .references(() => resume.id, { onDelete: 'cascade' }),
    revision: integer('revision').notNull(),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    /** What was done: `created`, `patched`, `restored` and so on. */
    kind: text('kind').notNull(),
    actorKind: text('actor_kind', { enum: ['owner', 'connection', 'api_key'] }).notNull(),
    /** Of the user, the grant or the key. Not a foreign key: a version outlives who made it. */
    actorId: text('actor_id').notNull(),
    /** As it was called then: name of the person, the client or the key. */
    actorName: text('actor_name'),
    /** How many operations the patch has, and the parts of the state that they touch. */
    operations: integer('operations').notNull(),
    touched: text('touched').array().notNull(),
    /** Two JSON Patches: from the revision before, and back to it. Null where there is none. */
    patches: bytes('patches'),
    /** The whole state; null: follows from the latest snapshot before and the patches since. */
    snapshot: bytes('snapshot'),
  },
  (table) => [
    primaryKey({ columns: [table.resumeId, table.revision] }),
    index('resume_version_actor').on(table.actorId, table.resumeId, table.revision),
  ],
);

/** A write of a connection that may only suggest, until the owner decides on it and as a record of what they decided. */
export const resumeSuggestion = pgTable(
  'resume_suggestion',
  {
    id: text('id').primaryKey(),
    resumeId: text('resume_id')
      .notNull()
      .references(() => resume.id, { onDelete: 'cascade' }),
    /** Not a foreign key: a suggestion outlives its connection. */
    grantId: text('grant_id').notNull(),
    clientName: text('client_name'),
    /** What would have been recorded: `patched`, `updated` or `restored`. */
    kind: text('kind').notNull(),
    /** The version it was made for; the changes lead on from there. */
    baseRevision: integer('base_revision').notNull(),
    /** JSON Patch of the whole state, packed like those of versions. */
    changes: bytes('changes').notNull(),
    operations: integer('operations').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    status: text('status', { enum: ['pending', 'accepted', 'partly_accepted', 'rejected'] })
      .notNull()
      .default('pending'),
    decidedAt: timestamp('decided_at', { withTimezone: true, precision: 3 }),
    /** The version that accepting led to. */
    decidedRevision: integer('decided_revision'),
  },
  (table) => [
    index('resume_suggestion_resume').on(table.resumeId, table.createdAt, table.id),
    index('resume_suggestion_grant').on(table.grantId, table.resumeId, table.createdAt),
  ],
);
