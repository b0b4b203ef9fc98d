import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../src/db/client.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { MAX_VERSION_BYTES, MAX_VERSIONS } from '../../src/resumes/version-bounds.ts';
import { readHistory } from '../../src/resumes/versions.ts';
import { createTestDatabase, testDatabaseKind } from '../support/database.ts';
import { countQueries } from '../support/query-count.ts';
import { createGrant, createNamed, createOwner, createTestResumes, refusalOf } from '../support/resumes.ts';

const MANY = 100_000;

let db: Database;
let resumes: ResumeRepository;
beforeAll(async () => {
  db = await createTestDatabase();
  resumes = createTestResumes(db);
});
afterAll(() => db.close());

const keptSchema = z.object({ rows: z.tuple([z.object({ versions: z.int(), bytes: z.int(), oldest: z.int(), is_whole: z.boolean() })]) });
const planSchema = z.object({ rows: z.array(z.object({ 'QUERY PLAN': z.string() })) });

async function keptOf(id: string) {
  const answer = await db.orm.execute(sql`
    select count(*)::int as versions, min(revision)::int as oldest,
      sum(coalesce(octet_length(patches), 0) + coalesce(octet_length(snapshot), 0))::int as bytes,
      (array_agg(snapshot is not null order by revision))[1] as is_whole
    from resume_version where resume_id = ${id}`);
  return keptSchema.parse(answer).rows[0];
}

/** As after so many renames, written in one statement: JSON behind the byte that says it is not deflated. */
async function renameManyTimes(id: string, times: number): Promise<void> {
  await db.orm.execute(sql`
    insert into resume_version (resume_id, revision, at, kind, actor_kind, actor_id, operations, touched, patches, snapshot)
    select ${id}, n, timestamptz '2026-01-01' + n * interval '1 second', 'updated', 'connection', 'grant-1', 1, '{name}',
      '\\x00'::bytea || convert_to(format('[[{"op":"replace","path":"/name","value":"Name %s"}],[{"op":"replace","path":"/name","value":"Name %s"}]]', n, n - 1), 'utf8'),
      case when n % 25 = 1 then '\\x00'::bytea || convert_to(format('{"name":"Name %s","slug":"one","tags":[],"isPublic":false,"data":{}}', n), 'utf8') end
    from generate_series(2, ${times}::int) as n`);
  await db.orm.execute(sql`update resume set revision = ${times}::int, name = 'Name ' || ${times}::int, data = '{}' where id = ${id}`);
}

describe('a history without end', () => {
  // proves resumes:versions-bounded
  it('keeps its latest versions, each read in one query of an index, and lets the oldest go', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'One');
    await renameManyTimes(id, MANY);
    await resumes.update(owner.access, owner.actor, id, { name: 'Last' });
    const kept = await keptOf(id);
    expect(kept).toMatchObject({ versions: expect.any(Number), is_whole: true });
    expect([kept.versions > MAX_VERSIONS - 25, kept.versions <= MAX_VERSIONS]).toEqual([true, true]);
    expect(kept.oldest).toBe(MANY + 2 - kept.versions);

    for (const revision of [kept.oldest, kept.oldest + 24, kept.oldest + 25, MANY]) {
      expect((await resumes.readVersion(owner.access, id, revision)).name).toBe(`Name ${revision}`);
      const { queries } = await countQueries(db, (counted) => readHistory(counted, owner.access, id, revision, revision));
      expect(queries).toBe(1);
    }
    const gone = { code: 'version_not_found', revision: kept.oldest - 1, currentRevision: MANY + 1 };
    expect(await refusalOf(resumes.readVersion(owner.access, id, kept.oldest - 1))).toEqual(gone);
    expect(await refusalOf(resumes.restore(owner.access, owner.actor, id, { revision: kept.oldest - 1 }))).toEqual(gone);

    const last = await resumes.listVersions(owner.access, id, { limit: 3, cursor: `before-${kept.oldest + 2}` });
    expect([last.versions.map(({ revision }) => revision), last.nextCursor]).toEqual([[kept.oldest + 1, kept.oldest], null]);
    const stale = resumes.patch(owner.access, owner.actor, id, { operations: [], expectedRevision: 1 });
    expect(await refusalOf(stale)).toEqual({ code: 'revision_conflict', currentRevision: MANY + 1, expectedRevision: 1 });
  }, 120_000);

  it('can still be undone, as far back as is kept', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'One');
    await renameManyTimes(id, 12_000);
    await resumes.update(owner.access, owner.actor, id, { tags: ['mine'] });
    const kept = await keptOf(id);
    const request = { connectionId: 'grant-1', since: new Date(0) };
    const { resume, undone } = await resumes.undoConnection(owner.access, owner.actor, id, request);
    // Of the oldest nobody knows what was before it, and the last is the owner's own.
    expect(undone).toBe(kept.versions - 2);
    expect(resume).toMatchObject({ name: `Name ${kept.oldest}`, tags: ['mine'] });
  }, 120_000);

  it('takes no more than so many bytes, whatever one version costs', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'One');
    await db.orm.execute(sql`
      insert into resume_version (resume_id, revision, at, kind, actor_kind, actor_id, operations, touched, patches, snapshot)
      select ${id}, n, now(), 'patched', 'owner', 'x', 1, '{}', decode(repeat('00', 500000), 'hex'),
        case when n % 25 = 1 then decode(repeat('00', 250000), 'hex') end
      from generate_series(2, 100) as n`);
    await db.orm.execute(sql`update resume set revision = 100 where id = ${id}`);
    expect((await keptOf(id)).bytes).toBeGreaterThan(2 * MAX_VERSION_BYTES - 1_000_000);
    await resumes.update(owner.access, owner.actor, id, { name: 'Last' });
    const kept = await keptOf(id);
    expect([kept.bytes < MAX_VERSION_BYTES, kept.oldest, kept.is_whole]).toEqual([true, 76, true]);
  });

  it('leaves a suggestion for a version that has gone to be read and rejected', async () => {
    const owner = await createOwner(db);
    const assistant = await createGrant(db, owner.access.userId, 'all');
    const { id } = await createNamed(resumes, owner, 'One');
    await db.orm.execute(sql`update oauth_grant set mode = 'suggest' where id = ${assistant.actor.id}`);
    const operations = [{ op: 'add', path: '/basics/label', value: 'Wizard' }];
    const { suggestion } = await resumes.patch(assistant.access, assistant.actor, id, { operations });
    const suggestionId = suggestion?.id ?? '';
    await renameManyTimes(id, 10_050);
    await resumes.update(owner.access, owner.actor, id, { name: 'Last' });
    expect(await resumes.listSuggestions(owner.access, id)).toMatchObject([
      { conflicts: ['/data'], operations: [{ path: '/data/basics/label', line: 'Added basics label: "Wizard"' }] },
    ]);
    const refused = await refusalOf(resumes.acceptSuggestion(owner.access, owner.actor, id, suggestionId));
    expect(refused).toEqual({ code: 'suggestion_conflict', pointers: ['/data'] });
    expect((await resumes.rejectSuggestion(owner.access, owner.actor, id, suggestionId)).status).toBe('rejected');
  });

  it.runIf(testDatabaseKind() === 'postgres')('is read by its key alone (PostgreSQL)', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'One');
    await renameManyTimes(id, 5_000);
    await db.orm.execute(sql`analyze resume_version`);
    const start = sql`(select max(start.revision) from resume_version start where start.resume_id = ${id} and start.revision <= 4000 and start.snapshot is not null)`;
    const { rows } = planSchema.parse(
      await db.orm.execute(
        sql`explain select * from resume_version where resume_id = ${id} and revision >= ${start} and revision <= 4000 order by revision`,
      ),
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('resume_version_resume_id_revision_pk');
    expect(plan).not.toMatch(/Seq Scan/);
  });
});
