import { lt, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './client.ts';
import type { Expiry } from './janitor.ts';
import { auditEvent } from './schema/audit.ts';
import { userBan } from './schema/bans.ts';
import { rateLimit } from './schema/limits.ts';
import { resumeVisitor } from './schema/publishing.ts';
import { resumeReads } from './schema/reads.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Rows that belong to no part above: windows of rate limits and bans that are over, hashes of yesterday's visitors, and what is older
 * than the retention of the audit trail: its events, and what was read.
 */
export function createExpiries(db: Database, { auditRetentionDays }: { readonly auditRetentionDays: number }): readonly Expiry[] {
  return [
    {
      name: 'rate_limits',
      removeBatch: (limit, now) => deleteSome(db, rateLimit, lt(rateLimit.endsAt, now), limit),
    },
    {
      name: 'bans',
      removeBatch: (limit, now) => deleteSome(db, userBan, lt(userBan.endsAt, now), limit),
    },
    {
      name: 'visitors',
      removeBatch: (limit, now) => deleteSome(db, resumeVisitor, sql`${resumeVisitor.day} < ${toDay(now)}::date`, limit),
    },
    {
      name: 'resume_reads',
      removeBatch: (limit, now) =>
        deleteSome(db, resumeReads, sql`${resumeReads.day} < ${toDay(new Date(now.getTime() - auditRetentionDays * DAY_MS))}::date`, limit),
    },
    {
      name: 'audit_events',
      async removeBatch(limit, now) {
        const isOld = lt(auditEvent.at, new Date(now.getTime() - auditRetentionDays * DAY_MS));
        // The one way past the trigger that keeps the trail append-only, for this transaction alone.
        await db.orm.execute(sql`select set_config('vitae.audit_retention', 'on', true)`);
        return deleteSome(db, auditEvent, isOld, limit);
      },
    },
  ];
}

/**
 * Deletes at most `limit` rows of a table that are over, in one statement. Rows that another transaction holds are left for the
 * next sweep, so that nobody waits.
 *
 * @returns how many rows went
 */
export async function deleteSome(db: Database, table: PgTable, isOver: SQL | undefined, limit: number): Promise<number> {
  // By the place of the row: its lock keeps it there until the statement ends.
  const over = db.orm
    .select({ place: sql`ctid` })
    .from(table)
    .where(isOver)
    .limit(limit)
    .for('update', { skipLocked: true });
  return (
    await db.orm
      .delete(table)
      .where(sql`ctid in ${over}`)
      .returning({ one: sql`1` })
  ).length;
}

/** The day of an instant in UTC, `YYYY-MM-DD`. */
export function toDay(at: Date): string {
  return at.toISOString().slice(0, 'YYYY-MM-DD'.length);
}
