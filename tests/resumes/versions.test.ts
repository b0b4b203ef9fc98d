import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { resumeVersion } from '../../src/db/schema/versions.ts';
import { applyChanges } from '../../src/resumes/apply-changes.ts';
import type { JsonValue } from '../../src/resumes/json.ts';
import { patchResume } from '../../src/resumes/patch.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';
import { recordVersion } from '../../src/resumes/version-record.ts';
import { toVersionedJson } from '../../src/resumes/versioned-state.ts';
import { readHistory, unpackPatches } from '../../src/resumes/versions.ts';
import { createTestDatabase } from '../support/database.ts';
import { countQueries } from '../support/query-count.ts';
import { createGrant, createNamed, createOwner, createTestResumes, refusalOf } from '../support/resumes.ts';

let db: Database;
let resumes: ResumeRepository;
beforeAll(async () => {
  db = await createTestDatabase();
  resumes = createTestResumes(db);
});
afterAll(() => db.close());

type Who = Awaited<ReturnType<typeof createOwner>>;
const set = (path: string, value: unknown) => ({ op: 'add', path, value });

async function patchAs(who: Who, id: string, ...operations: unknown[]): Promise<number> {
  return (await resumes.patch(who.access, who.actor, id, { operations })).resume.revision;
}

async function versionsOf(who: Who, id: string, limit = 100) {
  return (await resumes.listVersions(who.access, id, { limit })).versions;
}

describe('every change of a resume', () => {
  it('leaves a version that says what was done, where, when and by whom', async () => {
    const owner = await createOwner(db);
    const connection = await createGrant(db, owner.access.userId, 'all');
    const { id } = await createNamed(resumes, owner, 'One');
    await patchAs(connection, id, set('/basics/label', 'x'), set('/work/-', { name: 'Acme' }));
    await resumes.update(owner.access, { kind: 'api_key', id: 'key-1', name: 'My key' }, id, { name: 'Two', isPublic: true });
    await resumes.setLock(owner.access, owner.actor, id, true);
    expect(await versionsOf(owner, id)).toEqual([
      { revision: 4, at: expect.any(Date), kind: 'locked', actor: owner.actor, operations: 0, touched: [] },
      {
        revision: 3,
        at: expect.any(Date),
        kind: 'updated',
        actor: { kind: 'api_key', id: 'key-1', name: 'My key' },
        operations: 2,
        touched: ['name', 'isPublic'],
      },
      {
        revision: 2,
        at: expect.any(Date),
        kind: 'patched',
        actor: { ...connection.actor, name: 'Test client' },
        operations: 2,
        touched: ['basics', 'work'],
      },
      { revision: 1, at: expect.any(Date), kind: 'created', actor: owner.actor, operations: 0, touched: [] },
    ]);
    const recorded = await db.orm.select().from(auditEvent).where(eq(auditEvent.grantId, connection.actor.id));
    expect(recorded[0]?.detail).toMatchObject({ actor: { kind: 'connection', name: 'Test client' }, operations: 2 });
  });

  // proves resumes:versions
  it('can be read as it was, and gone back by its inverse', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'One');
    const states: JsonValue[] = [toVersionedJson(await resumes.read(owner.access, id))];
    for (let change = 0; change < 60; change += 1) {
      await patchAs(
        owner,
        id,
        set(`/skills/${change % 2 === 0 ? '-' : '0'}`, { name: `Skill ${change}` }),
        set('/basics/label', change + 'x'),
      );
      states.push(toVersionedJson(await resumes.read(owner.access, id)));
    }
    for (const [index, state] of states.entries()) {
      expect(toVersionedJson(await resumes.readVersion(owner.access, id, index + 1))).toEqual(state);
    }
    const rows = await db.orm.select().from(resumeVersion).where(eq(resumeVersion.resumeId, id)).orderBy(resumeVersion.revision);
    expect(rows.filter((row) => row.snapshot !== null).map((row) => row.revision)).toEqual([1, 26, 51]);
    for (const { revision, patches } of rows.slice(1)) {
      if (patches === null) throw new Error(`no patch at ${revision}`);
      expect(applyChanges(states[revision - 1] ?? null, unpackPatches(patches).back)).toEqual(states[revision - 2]);
    }
  });

  it('is nobody else’s to see, and not a connection’s that does not see the resume', async () => {
    const [owner, other] = [await createOwner(db), await createOwner(db, 'Ben')];
    const { id } = await createNamed(resumes, owner, 'One');
    const blind = await createGrant(db, owner.access.userId, []);
    for (const who of [other, blind]) {
      expect((await refusalOf(resumes.listVersions(who.access, id, { limit: 10 }))).code).toBe('resume_not_found');
      expect((await refusalOf(resumes.readVersion(who.access, id, 1))).code).toBe('resume_not_found');
      expect((await refusalOf(resumes.restore(who.access, who.actor, id, { revision: 1 }))).code).toBe('resume_not_found');
    }
    for (const revision of [0, 2, 2_000_000_000]) {
      expect(await refusalOf(resumes.readVersion(owner.access, id, revision))).toEqual({
        code: 'version_not_found',
        revision,
        currentRevision: 1,
      });
    }
    await resumes.delete(owner.access, owner.actor, id);
    expect(await db.orm.select().from(resumeVersion).where(eq(resumeVersion.resumeId, id))).toEqual([]);
  });

  it('starts from what was there when a resume has no versions yet', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'Old');
    await patchAs(owner, id, set('/basics/label', 'x'));
    await db.orm.delete(resumeVersion).where(eq(resumeVersion.resumeId, id));
    expect(await versionsOf(owner, id)).toEqual([]);
    await patchAs(owner, id, set('/basics/label', 'y'));
    expect((await versionsOf(owner, id)).map(({ revision, kind }) => [revision, kind])).toEqual([
      [3, 'patched'],
      [2, 'kept'],
    ]);
    expect((await resumes.readVersion(owner.access, id, 2)).data.basics?.label).toBe('x');
    expect((await resumes.readVersion(owner.access, id, 3)).data.basics?.label).toBe('y');
  });

  it('is listed on exactly one page', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'One');
    for (let change = 0; change < 6; change += 1) await patchAs(owner, id, set('/basics/label', `${change}`));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await resumes.listVersions(owner.access, id, { limit: 3, cursor });
      seen.push(...page.versions.map((version) => version.revision));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect((await refusalOf(resumes.listVersions(owner.access, id, { limit: 3, cursor: 'made up' }))).code).toBe('invalid_cursor');
  });
});

describe('a thousand versions of a resume of 50 KB', () => {
  // proves resumes:versions-small
  it('take less than 5 MB, and any one of them is read in one query', async () => {
    const owner = await createOwner(db);
    const word = () => randomBytes(6).toString('base64url');
    const prose = (words: number) => Array.from({ length: words }, word).join(' ');
    const data = { ...buildSampleResume(), references: Array.from({ length: 50 }, () => ({ name: prose(2), reference: prose(105) })) };
    expect(JSON.stringify(data).length).toBeGreaterThan(50_000);
    const created = await resumes.create(owner.access, owner.actor, { name: 'Large', tags: [], data });
    const { id } = created;
    await db.transaction(async () => {
      let before = created;
      while (before.revision < 1_000) {
        const operations = [set(`/references/${before.revision % 50}/reference`, prose(60))];
        const after = { ...before, revision: before.revision + 1, data: patchResume(before.data, operations) };
        await recordVersion(db, { kind: 'patched', actor: owner.actor, at: before.createdAt, before, after });
        before = after;
      }
    });
    const [size] = await db.orm
      .select({ bytes: sql<number>`sum(pg_column_size(resume_version.*))::int`, versions: sql<number>`count(*)::int` })
      .from(resumeVersion)
      .where(eq(resumeVersion.resumeId, id));
    expect(size?.versions).toBe(1_000);
    expect(size?.bytes).toBeLessThan(5_000_000);
    process.stdout.write(`1,000 versions of ${JSON.stringify(data).length} bytes that hardly deflate: ${size?.bytes} bytes\n`);
    for (const revision of [1, 25, 26, 500, 1_000]) {
      const { queries, answer } = await countQueries(db, (counted) => readHistory(counted, owner.access, id, revision, revision));
      expect([...answer].at(-1)?.[0].revision).toBe(revision);
      expect(queries).toBe(1);
    }
    // Fifty megabytes go through diff, compression and the database: half a minute on a quiet machine.
  }, 240_000);
});

describe('concurrent edits', () => {
  const edits = fc.array(
    fc.record({
      path: fc.constantFrom('/basics/label', '/basics/summary', '/skills/-', '/skills/0', '/work/-'),
      remove: fc.boolean(),
      mark: fc.nat(99),
      expectedRevision: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    }),
    { minLength: 2, maxLength: 6 },
  );

  // proves resumes:serial
  it('come out as one after the other, in the order of their versions', async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (requested) => {
        const owner = await createOwner(db);
        const created = await createNamed(resumes, owner, 'One');
        const outcomes = await Promise.allSettled(
          requested.map(async ({ path, remove, mark, expectedRevision }) => {
            const isList = path.startsWith('/skills') || path.startsWith('/work');
            const operations = remove ? [{ op: 'remove', path }] : [set(path, isList ? { name: `${mark}` } : `${mark}`)];
            const { resume, changes } = await resumes.patch(owner.access, owner.actor, created.id, { operations, expectedRevision });
            return { operations, expectedRevision, revision: resume.revision, isChange: changes.length > 0 };
          }),
        );
        const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value.isChange ? [outcome.value] : []));
        const serial = done.toSorted((a, b) => a.revision - b.revision);
        expect(serial.map(({ revision }) => revision)).toEqual(serial.map((_done, index) => index + 2));
        for (const { expectedRevision, revision } of serial) expect([undefined, revision - 1]).toContain(expectedRevision);
        const replayed = serial.reduce((data, { operations }) => patchResume(data, operations), created.data);
        expect((await resumes.read(owner.access, created.id)).data).toEqual(replayed);
      }),
      { numRuns: 60 },
    );
  });
});
