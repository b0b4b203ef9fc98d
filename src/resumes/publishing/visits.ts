import { createHmac } from 'node:crypto';
import { eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { resumeVisitor, resumeVisits } from '../../db/schema/publishing.ts';
import { resume } from '../../db/schema/resumes.ts';
import { ResumeError } from '../errors.ts';
import { isVisibleById, type ResumeAccess } from '../visibility.ts';

export type VisitKind = 'view' | 'download';

/** Where a visitor comes from, as far as a request shows it. Never stored. */
export interface Visitor {
  readonly address: string | null;
  readonly userAgent: string | null;
}

/**
 * Counts a visitor once per resume, kind and day (UTC). What is kept meanwhile is a keyed hash that can't be compared from one
 * day to the next, and it is deleted with the first visit of a later day.
 */
export async function countVisit(
  db: Database,
  key: Uint8Array,
  visit: { readonly resumeId: string; readonly kind: VisitKind; readonly visitor: Visitor; readonly at: Date },
): Promise<void> {
  const { resumeId, kind, at } = visit;
  const day = at.toISOString().slice(0, 'YYYY-MM-DD'.length);
  const visitor = toVisitorHash(key, day, visit.visitor);
  await db.transaction(async () => {
    const isNew = await db.orm
      .insert(resumeVisitor)
      .values({ day, resumeId, kind, visitor })
      .onConflictDoNothing()
      .returning({ day: resumeVisitor.day });
    if (isNew.length === 0) return;
    await db.orm
      .insert(resumeVisits)
      .values({ resumeId, day, kind, visitors: 1, lastAt: at })
      .onConflictDoUpdate({
        target: [resumeVisits.resumeId, resumeVisits.day, resumeVisits.kind],
        set: { visitors: sql`${resumeVisits.visitors} + 1`, lastAt: at },
      });
    await db.orm.delete(resumeVisitor).where(lt(resumeVisitor.day, day));
  });
}

function toVisitorHash(key: Uint8Array, day: string, { address, userAgent }: Visitor): string {
  const keyOfDay = createHmac('sha256', key).update(day).digest();
  return createHmac('sha256', keyOfDay)
    .update(JSON.stringify([address, userAgent]))
    .digest('base64url');
}

export interface VisitTotals {
  /** Visitors, each counted once a day. */
  readonly total: number;
  readonly lastAt: Date | null;
}

export type ResumeStatistics = Readonly<Record<VisitKind, VisitTotals>>;

/** @throws ResumeError `resume_not_found` */
export async function readStatistics(db: Database, access: ResumeAccess, id: string): Promise<ResumeStatistics> {
  const rows = await db.orm
    .select({
      kind: resumeVisits.kind,
      total: sql<number>`coalesce(sum(${resumeVisits.visitors}), 0)::int`,
      lastAt: sql<string | null>`to_char(max(${resumeVisits.lastAt}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    })
    .from(resume)
    .leftJoin(resumeVisits, eq(resumeVisits.resumeId, resume.id))
    .where(isVisibleById(access, id))
    .groupBy(resume.id, resumeVisits.kind);
  if (rows.length === 0) throw new ResumeError({ code: 'resume_not_found' });
  const totalsOf = (kind: VisitKind): VisitTotals => {
    const row = rows.find((found) => found.kind === kind);
    return { total: row?.total ?? 0, lastAt: row === undefined || row.lastAt === null ? null : new Date(row.lastAt) };
  };
  return { view: totalsOf('view'), download: totalsOf('download') };
}
