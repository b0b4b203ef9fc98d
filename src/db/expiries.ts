import { inArray, lt, sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './client.ts';
import type { Expiry } from './janitor.ts';
import { auditEvent } from './schema/audit.ts';
import { rateLimit } from './schema/limits.ts';
import { resumeVisitor } from './schema/publishing.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Rows that belong to no part above: windows of rate limits that are over, hashes of yesterday's visitors, and events of the audit
 * trail that are older than its retention.
 */
export function createExpiries(db: Database, { auditRetentionDays }: { readonly auditRetentionDays: number }): readonly Expiry[] {
  return [
    {
      name: 'rate_limits',
      removeBatch: (limit, now) => deleteSome(db, rateLimit, rateLimit.key, lt(rateLimit.endsAt, now), limit),
    },
    {
      name: 'visitors',
      async removeBatch(limit, now) {
        const today = now.toISOString().slice(0, 'YYYY-MM-DD'.length);
        const gone = await db.orm
          .delete(resumeVisitor)
          .where(sql`ctid in (select ctid from ${resumeVisitor} where day < ${today}::date limit ${limit})`)
          .returning({ day: resumeVisitor.day });
        return gone.length;
      },
    },
    {
      name: 'audit_events',
      async removeBatch(limit, now) {
        const isOld = lt(auditEvent.at, new Date(now.getTime() - auditRetentionDays * DAY_MS));
        // The one way past the trigger that keeps the trail append-only, for this transaction alone.
        await db.orm.execute(sql`select set_config('vitae.audit_retention', 'on', true)`);
        return deleteSome(db, auditEvent, auditEvent.id, isOld, limit);
      },
    },
  ];
}

/**
 * Deletes at most `limit` rows of a table that are over, in one statement. Rows that another transaction holds are left for the
 * next sweep, so that nobody waits.
 *
 * @param key the table's primary key @returns how many rows went
 */
export async function deleteSome(db: Database, table: PgTable, key: PgColumn, isOver: SQL | undefined, limit: number): Promise<number> {
  const over = db.orm.select({ key }).from(table).where(isOver).limit(limit).for('update', { skipLocked: true });
  return (await db.orm.delete(table).where(inArray(key, over)).returning({ key })).length;
}
