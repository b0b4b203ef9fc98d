import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';
import type { Database } from '../../src/db/client.ts';
import type { Subscription } from '../../src/db/notify.ts';
import { revocation } from '../../src/db/schema/grants.ts';
import { createTestDatabase, testDatabaseKind } from '../support/database.ts';
import { waitUntil } from '../support/wait.ts';

describe('notices of revocations', () => {
  let database: Database;
  let link: Subscription;
  let notices = 0;
  let losses = 0;
  let stateWhenLost = '';

  const listen = () =>
    database.listen('vitae_revocation', {
      onNotice: () => void (notices += 1),
      onLost() {
        losses += 1;
        stateWhenLost = link.state();
      },
      clock: () => new Date(),
    });
  const revoke = (subjectId: string) =>
    database.orm.insert(revocation).values({ subjectType: 'grant', subjectId, revokedAt: new Date(), expiresAt: new Date() });
  const standing = () => waitUntil(() => link.completeUntil() > 0);

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => link.close());
  afterAll(() => database.close());

  it('come when a revocation is committed, whoever recorded it', async () => {
    link = listen();
    await standing();
    const before = notices;
    await revoke('a');
    await waitUntil(() => notices > before);
    expect(notices).toBe(before + 1);
  });

  it('do not come for a transaction that is rolled back', async () => {
    link = listen();
    await standing();
    const before = notices;
    const rejected = database.transaction(async () => {
      await revoke('b');
      throw new Error('on purpose');
    });
    await expect(rejected).rejects.toThrow('on purpose');
    await revoke('c');
    await waitUntil(() => notices > before);
    expect(notices).toBe(before + 1);
  });

  it('are known to be missing while the link is cut, and asked for when it is back', async ({ skip }) => {
    if (testDatabaseKind() === 'pglite') skip('in process there is no link to cut');
    link = listen();
    await standing();
    const before = { notices, losses };
    await database.orm.execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
      and query in ('listen vitae_revocation', 'select 1')`);
    await waitUntil(() => losses > before.losses);
    await waitUntil(() => notices > before.notices && link.completeUntil() > 0);
    expect(losses).toBe(before.losses + 1);
    expect([stateWhenLost, link.state()]).toEqual(['polling', 'listening']);
  });

  it('are known to be missing once the subscription is closed', async () => {
    link = listen();
    await standing();
    expect(link.state()).toBe('listening');
    await link.close();
    expect(link.state()).toBe('closed');
    expect(link.completeUntil()).toBe(Number.NEGATIVE_INFINITY);
  });
});
