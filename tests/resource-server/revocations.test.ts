import type { Database } from '../../src/db/client.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revocation } from '../../src/db/schema/grants.ts';
import { createRevocationList } from '../../src/resource-server/revocations.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait.ts';

const START = Date.parse('2026-11-25T12:00:00Z');
const issuedAt = START / 1000 - 60;

describe('revocations', () => {
  let database: Database;
  let now = START;
  const clock = () => new Date(now);
  const revoke = (subjectType: 'grant' | 'user', subjectId: string, revokedAt = now) =>
    database.orm.insert(revocation).values({
      subjectType,
      subjectId,
      revokedAt: new Date(revokedAt),
      expiresAt: new Date(revokedAt + 960_000),
    });

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  it('knows a grant that was revoked before it was asked for the first time', async () => {
    await revoke('grant', 'early');
    const list = createRevocationList(database, clock);
    expect(await list.isRevoked({ grantId: 'early', userId: 'u', issuedAt })).toBe(true);
    expect(await list.isRevoked({ grantId: 'other', userId: 'u', issuedAt })).toBe(false);
  });

  // proves revoke:within-a-second
  // proves revoke:within-a-second
  it('learns of a revocation by another instance within a second', async () => {
    const list = createRevocationList(database, clock);
    expect(await list.isRevoked({ grantId: 'later', userId: 'u', issuedAt })).toBe(false);
    await revoke('grant', 'later');
    now += 900;
    expect(await list.isRevoked({ grantId: 'later', userId: 'u', issuedAt })).toBe(true);
  });

  it('learns of its own at once', async () => {
    const list = createRevocationList(database, clock);
    await list.isRevoked({ grantId: 'own', userId: 'u', issuedAt });
    await revoke('grant', 'own');
    list.markStale();
    expect(await list.isRevoked({ grantId: 'own', userId: 'u', issuedAt })).toBe(true);
  });

  it('ends a person’s tokens up to the instant, not those issued after it', async () => {
    const list = createRevocationList(database, clock);
    await revoke('user', 'changed-password');
    list.markStale();
    const about = (seconds: number) => list.isRevoked({ grantId: 'g', userId: 'changed-password', issuedAt: seconds });
    expect(await about(now / 1000 - 1)).toBe(true);
    expect(await about(Math.ceil(now / 1000) + 1)).toBe(false);
  });

  it('asks nothing of the database while notices arrive and none has come', async () => {
    const asked = { queries: 0 };
    const counted: Database = {
      ...database,
      get orm() {
        asked.queries += 1;
        return database.orm;
      },
    };
    const list = createRevocationList(counted, () => new Date());
    const ask = () => list.isRevoked({ grantId: 'quiet', userId: 'u', issuedAt });
    // Longer than an instance may go on what it once read.
    const quietSecond = async () => {
      const [before, end] = [asked.queries, Date.now() + 1_000];
      while (Date.now() < end && asked.queries === before) {
        await ask();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return asked.queries === before;
    };
    await expect(waitUntil(quietSecond, 20_000)).resolves.toBeUndefined();
    await revoke('grant', 'quiet', Date.now());
    await waitUntil(ask);
    await list.close();
  });

  it('forgets what no token can concern any more', async () => {
    const list = createRevocationList(database, clock);
    await revoke('grant', 'old');
    list.markStale();
    expect(await list.isRevoked({ grantId: 'old', userId: 'u', issuedAt })).toBe(true);
    now += 961_000;
    expect(await list.isRevoked({ grantId: 'old', userId: 'u', issuedAt })).toBe(false);
  });
});

describe('an instance that cannot know', () => {
  it('rejects, whatever it knew before', async () => {
    let now = START;
    const database = await createTestDatabase();
    const list = createRevocationList(database, () => new Date(now));
    expect(await list.isRevoked({ grantId: 'g', userId: 'u', issuedAt })).toBe(false);
    await database.close();
    now += 900;
    await expect(list.isRevoked({ grantId: 'g', userId: 'u', issuedAt })).rejects.toBeInstanceOf(Error);
  });
});
