import { bigserial, index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Append-only. No foreign keys: the record of what happened outlives everything it names. Never holds a secret. */
export const auditEvent = pgTable(
  'audit_event',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    /** Dotted name, e.g. `client.registered`, `token.refused`, `grant.revoked`, `resume.patched`. */
    event: text('event').notNull(),
    decision: text('decision', { enum: ['allowed', 'refused'] }).notNull(),
    /** Error code of the closed vocabulary the refusal came from. */
    reason: text('reason'),
    userId: text('user_id'),
    clientId: text('client_id'),
    grantId: text('grant_id'),
    apiKeyId: text('api_key_id'),
    resumeId: text('resume_id'),
    requestId: text('request_id'),
    address: text('address'),
    userAgent: text('user_agent'),
    detail: jsonb('detail').$type<Record<string, unknown>>(),
  },
  (table) => [index('audit_event_user').on(table.userId, table.at), index('audit_event_at').on(table.at)],
);
