import type { Database } from '../../src/db/client.ts';
import { IDLE_IN_TRANSACTION_MS, STATEMENT_TIMEOUT_MS } from '../../src/db/postgres.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revocation } from '../../src/db/schema/grants.ts';
import { createRevocationList } from '../../src/resource-server/revocations.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait.ts';

const START = Date.parse('2026-11-25T12:00:00Z');

describe('revocations', () => {
  let database: Database;
  let now = START;
  const clock = () => new Date(now);
  const buildRevocation = (grantId: string, revokedAt = now) => ({
    subjectType: 'grant' as const,
    subjectId: grantId,
    revokedAt: new Date(revokedAt),
    expiresAt: new Date(revokedAt + 960_000),
  });
  const revoke = (grantId: string, revokedAt = now) => database.orm.insert(revocation).values(buildRevocation(grantId, revokedAt));

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  it('knows a grant that was revoked before it was asked for the first time', async () => {
    await revoke('early');
    const list = createRevocationList(database, clock);
    expect(await list.isRevoked('early')).toBe(true);
    expect(await list.isRevoked('other')).toBe(false);
  });

  // proves revoke:within-a-second
  // proves revoke:within-a-second
  it('learns of a revocation by another instance within a second', async () => {
    const list = createRevocationList(database, clock);
    expect(await list.isRevoked('later')).toBe(false);
    await revoke('later');
    now += 900;
    expect(await list.isRevoked('later')).toBe(true);
  });

  it('learns of its own at once', async () => {
    const list = createRevocationList(database, clock);
    await list.isRevoked('own');
    await revoke('own');
    list.markStale();
    expect(await list.isRevoked('own')).toBe(true);
  });

  it('knows a withdrawn signing key, and tells of it once', async () => {
    let told = 0;
    const list = createRevocationList(database, clock, { onKeyWithdrawn: () => (told += 1) });
    await list.isRevoked('any');
    expect(list.isKeyWithdrawn('withdrawn')).toBe(false);
    await database.orm.insert(revocation).values({ ...buildRevocation('withdrawn'), subjectType: 'signing_key' });
    for (let reads = 0; reads < 2; reads += 1) {
      list.markStale();
      expect(await list.isRevoked('withdrawn')).toBe(false);
      expect(list.isKeyWithdrawn('withdrawn')).toBe(true);
    }
    expect(list.isKeyWithdrawn('another')).toBe(false);
    expect(told).toBe(1);
  });

  it('knows that everything of a person was ended, for tokens of before alone', async () => {
    const list = createRevocationList(database, clock);
    const second = Math.floor(now / 1000);
    for (const revokedAt of [second * 1000, (second - 60) * 1000])
      await database.orm.insert(revocation).values({ ...buildRevocation('person', revokedAt), subjectType: 'user' });
    list.markStale();
    expect(await list.isRevoked('person')).toBe(false);
    expect([second - 1, second, second + 1].map((issuedAt) => list.isEndedForPerson('person', issuedAt))).toEqual([true, true, false]);
    expect(list.isEndedForPerson('another', second - 1)).toBe(false);
  });

  // A transaction may write first and commit last: its row is older than others that were read meanwhile.
  it('learns of a revocation that was written long before it was committed', async () => {
    const list = createRevocationList(database, clock);
    await revoke('newest');
    list.markStale();
    expect(await list.isRevoked('newest')).toBe(true);
    const lasting = STATEMENT_TIMEOUT_MS * 2 + IDLE_IN_TRANSACTION_MS * 3;
    await database.orm.insert(revocation).values({ ...buildRevocation('late'), recordedAt: new Date(Date.now() - lasting) });
    list.markStale();
    expect(await list.isRevoked('late')).toBe(true);
  });

  it('does not go back to scopes of before when the earlier of two reads ends last', async () => {
    const held = holdReads(database);
    const list = createRevocationList(held.database, clock);
    const narrow = async (scopes: string[]) => {
      await database.orm.insert(revocation).values({ ...buildRevocation('narrowed'), subjectType: 'grant_scopes', scopes });
      list.markStale();
    };
    await narrow(['resumes:read', 'resumes:write']);
    const [first, releaseFirst] = [list.isRevoked('narrowed'), await held.next()];
    await narrow(['resumes:read']);
    const [second, releaseSecond] = [list.isRevoked('narrowed'), await held.next()];
    releaseSecond();
    await second;
    releaseFirst();
    await first;
    expect(list.allowedScopes('narrowed')).toEqual(new Set(['resumes:read']));
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
    const ask = () => list.isRevoked('quiet');
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
    await revoke('quiet', Date.now());
    await waitUntil(ask);
    await list.close();
  });

  it('forgets what no token can concern any more', async () => {
    const list = createRevocationList(database, clock);
    await revoke('old');
    list.markStale();
    expect(await list.isRevoked('old')).toBe(true);
    now += 961_000;
    expect(await list.isRevoked('old')).toBe(false);
  });
});

describe('an instance that cannot know', () => {
  it('rejects, whatever it knew before', async () => {
    let now = START;
    const database = await createTestDatabase();
    const list = createRevocationList(database, () => new Date(now));
    expect(await list.isRevoked('g')).toBe(false);
    await database.close();
    now += 900;
    await expect(list.isRevoked('g')).rejects.toBeInstanceOf(Error);
  });
});

/** A database whose answers wait until they are released, each by itself, after they were read. */
function holdReads(database: Database) {
  const arrived: (() => void)[] = [];
  let awaiting: ((release: () => void) => void) | null = null;
  const arrive = (release: () => void) => {
    if (awaiting === null) arrived.push(release);
    else awaiting(release);
    awaiting = null;
  };
  const hold = <Query extends object>(query: Query): Query =>
    new Proxy(query, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name === 'then')
          return async (done: (rows: unknown) => void, failed: (error: unknown) => void) => {
            try {
              const rows: unknown = await Promise.resolve(target);
              await new Promise<void>(arrive);
              done(rows);
            } catch (error) {
              failed(error);
            }
          };
        return (...given: unknown[]) => hold(Reflect.apply(value, target, given) as object);
      },
    });
  return {
    database: {
      ...database,
      get orm() {
        return hold(database.orm);
      },
    },
    /** The release of the next answer, once it is there. */
    next: () =>
      new Promise<() => void>((resolve) => {
        const release = arrived.shift();
        if (release === undefined) awaiting = resolve;
        else resolve(release);
      }),
  };
}
