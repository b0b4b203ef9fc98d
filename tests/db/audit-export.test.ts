import { expect, it } from 'vitest';
import { readAuditTrail, type AuditPeriod } from '../../src/db/audit-export.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { createTestDatabase } from '../support/database.ts';

it('reads every event of a period once, oldest first, over many pages', async () => {
  const db = await createTestDatabase();
  const day = (text: string) => new Date(`${text}T00:00:00Z`);
  const rowsOf = (at: Date, count: number) =>
    Array.from({ length: count }, () => ({ at, event: 'resume.created', decision: 'allowed' as const }));
  await db.orm.insert(auditEvent).values(rowsOf(day('2020-01-01'), 2_000));
  await db.orm.insert(auditEvent).values(rowsOf(day('2020-01-02'), 500));
  const read = async (period: AuditPeriod) => {
    const ids: number[] = [];
    for await (const { id } of readAuditTrail(db, period)) ids.push(id);
    return ids;
  };
  const all = await read({ since: null, until: null });
  expect(all).toEqual(Array.from({ length: 2_500 }, (_each, index) => (all[0] ?? 0) + index));
  expect(await read({ since: day('2020-01-02'), until: null })).toEqual(all.slice(2_000));
  expect(await read({ since: null, until: day('2020-01-02') })).toEqual(all.slice(0, 2_000));
  await db.close();
});
