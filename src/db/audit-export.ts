import { and, asc, gt, gte, lt } from 'drizzle-orm';
import type { Database } from './client.ts';
import { auditEvent } from './schema/audit.ts';

/** One row of the audit trail, with everything that it holds. */
export type AuditRow = typeof auditEvent.$inferSelect;

/** From when, inclusive, until when, exclusive; null: no bound. */
export interface AuditPeriod {
  readonly since: Date | null;
  readonly until: Date | null;
}

const PAGE = 1_000;

/** Every event of a period, oldest first, read a page at a time: neither the trail nor a transaction is held while it is written out. */
export async function* readAuditTrail(db: Database, { since, until }: AuditPeriod): AsyncGenerator<AuditRow> {
  let after = 0;
  for (;;) {
    const rows = await db.orm
      .select()
      .from(auditEvent)
      .where(
        and(
          gt(auditEvent.id, after),
          since === null ? undefined : gte(auditEvent.at, since),
          until === null ? undefined : lt(auditEvent.at, until),
        ),
      )
      .orderBy(asc(auditEvent.id))
      .limit(PAGE);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}
