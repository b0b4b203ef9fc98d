import { inArray, lt, sql } from 'drizzle-orm';
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
      async removeBatch(limit, now) {
        const over = db.orm
          .select({ key: rateLimit.key })
          .from(rateLimit)
          .where(lt(rateLimit.endsAt, now))
          .limit(limit)
          .for('update', { skipLocked: true });
        return (await db.orm.delete(rateLimit).where(inArray(rateLimit.key, over)).returning({ key: rateLimit.key })).length;
      },
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
        const old = db.orm
          .select({ id: auditEvent.id })
          .from(auditEvent)
          .where(lt(auditEvent.at, new Date(now.getTime() - auditRetentionDays * DAY_MS)))
          .limit(limit);
        // The one way past the trigger that keeps the trail append-only, for this transaction alone.
        await db.orm.execute(sql`select set_config('vitae.audit_retention', 'on', true)`);
        return (await db.orm.delete(auditEvent).where(inArray(auditEvent.id, old)).returning({ id: auditEvent.id })).length;
      },
    },
  ];
}
