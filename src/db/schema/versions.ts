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
