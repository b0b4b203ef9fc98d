import type { Database } from './client.ts';
import { auditEvent } from './schema/audit.ts';

export type AuditEvent = Omit<typeof auditEvent.$inferInsert, 'id' | 'at'>;

export interface AuditTrail {
  /**
   * Appends one event. Inside a transaction it is part of it: what rolls back was not done and is not recorded.
   * Values must be free of secrets; nothing here looks for them.
   */
  record(event: AuditEvent): Promise<void>;
}

/** Longest text an event keeps of what a client can choose freely. */
const MAXIMUM_TEXT = 300;

export function createAuditTrail(db: Database, clock: () => Date): AuditTrail {
  return {
    async record(event) {
      await db.orm.insert(auditEvent).values({
        ...event,
        at: clock(),
        reason: bound(event.reason),
        clientId: bound(event.clientId),
        userAgent: bound(event.userAgent),
      });
    },
  };
}

function bound(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : text.replaceAll('\0', '').slice(0, MAXIMUM_TEXT);
}
