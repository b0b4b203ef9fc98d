import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { oauthGrantResume, resume } from '../../src/db/schema/resumes.ts';
import { toCursor } from '../../src/resumes/cursor.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { createTestDatabase } from '../support/database.ts';
import { createGrant, createNamed, createOwner, createTestResumes, refusalOf } from '../support/resumes.ts';

type Who = Awaited<ReturnType<typeof createOwner>>;

let db: Database;
let resumes: ResumeRepository;

beforeAll(async () => {
  db = await createTestDatabase();
  resumes = createTestResumes(db);
});
afterAll(() => db.close());

const PAGE = { sort: 'name', tags: [], limit: 100 } as const;
const namesSeenBy = async (who: Who) => (await resumes.list(who.access, PAGE)).resumes.map((each) => each.name);
const rowOf = (id: string) => db.orm.select().from(resume).where(eq(resume.id, id));

/** Every way to reach one resume by its id. */
const attempts: [string, (who: Who, id: string) => Promise<unknown>][] = [
  ['read', (who, id) => resumes.read(who.access, id)],
  ['patched', (who, id) => resumes.patch(who.access, who.actor, id, { operations: [{ op: 'add', path: '/basics', value: {} }] })],
  ['patched in a dry run', (who, id) => resumes.patch(who.access, who.actor, id, { operations: [], dryRun: true })],
  ['renamed', (who, id) => resumes.update(who.access, who.actor, id, { name: 'Stolen' })],
  ['published', (who, id) => resumes.update(who.access, who.actor, id, { isPublic: true })],
  ['locked', (who, id) => resumes.setLock(who.access, who.actor, id, true)],
  ['unlocked', (who, id) => resumes.setLock(who.access, who.actor, id, false)],
  ['duplicated', (who, id) => resumes.duplicate(who.access, who.actor, id, {})],
  ['deleted', (who, id) => resumes.delete(who.access, who.actor, id)],
];

describe("somebody else's resume", () => {
  // proves resumes:ownership
  it.each(attempts)('is not %s, and its row stays as it is', async (_name, attempt) => {
    const ana = await createOwner(db);
    const bea = await createOwner(db, 'Bea');
    const { id } = await createNamed(resumes, bea, 'Hers', ['private']);
    const before = await rowOf(id);
    const connection = await createGrant(db, ana.access.userId, 'all');
    // A list that names somebody else's resume must not open it either.
    const listed = await createGrant(db, ana.access.userId, [id]);
    for (const who of [ana, connection, listed]) expect(await refusalOf(attempt(who, id))).toEqual({ code: 'resume_not_found' });
    expect(await rowOf(id)).toEqual(before);
  });

  it('is answered like one that does not exist', async () => {
    const ana = await createOwner(db);
    for (const [, attempt] of attempts) expect(await refusalOf(attempt(ana, 'no-such-id'))).toEqual({ code: 'resume_not_found' });
  });

  it('shows in no list, no tag and behind no cursor', async () => {
    const ana = await createOwner(db);
    const bea = await createOwner(db, 'Bea');
    await createNamed(resumes, ana, 'Mine', ['a']);
    const hers = await createNamed(resumes, bea, 'Hers', ['b']);
    expect(await namesSeenBy(ana)).toEqual(['Mine']);
    expect(await resumes.listTags(ana.access)).toEqual([{ tag: 'a', count: 1 }]);
    const cursor = toCursor('name', { ...hers, name: '' });
    expect((await resumes.list(ana.access, { ...PAGE, cursor })).resumes.map((each) => each.name)).toEqual(['Mine']);
  });

  it("is not opened by somebody else's grant", async () => {
    const ana = await createOwner(db);
    const bea = await createOwner(db, 'Bea');
    const mine = await createNamed(resumes, ana, 'Mine');
    const hers = await createNamed(resumes, bea, 'Hers');
    const grant = await createGrant(db, bea.access.userId, 'all');
    const stolen = { ...grant, access: { userId: ana.access.userId, resumeSetId: grant.access.resumeSetId } };
    for (const id of [mine.id, hers.id]) expect(await refusalOf(resumes.read(stolen.access, id))).toEqual({ code: 'resume_not_found' });
    expect(await refusalOf(createNamed(resumes, stolen, 'New'))).toEqual({ code: 'access_ended' });
    expect(await namesSeenBy(ana)).toEqual(['Mine']);
  });
});

describe('a connection that was given a list of resumes', () => {
  it.each(attempts)('has none %s that is not on the list', async (_name, attempt) => {
    const ana = await createOwner(db);
    const open = await createNamed(resumes, ana, 'Open');
    const closed = await createNamed(resumes, ana, 'Closed', ['secret']);
    const before = await rowOf(closed.id);
    const connection = await createGrant(db, ana.access.userId, [open.id]);
    expect(await refusalOf(attempt(connection, closed.id))).toEqual({ code: 'resume_not_found' });
    expect(await rowOf(closed.id)).toEqual(before);
    await expect(attempt(connection, open.id)).resolves.not.toThrow();
  });

  it('lists, counts and tags only what is on it', async () => {
    const ana = await createOwner(db);
    const open = await createNamed(resumes, ana, 'Open', ['a']);
    await createNamed(resumes, ana, 'Closed', ['b']);
    const connection = await createGrant(db, ana.access.userId, [open.id]);
    expect(await namesSeenBy(connection)).toEqual(['Open']);
    expect(await resumes.listTags(connection.access)).toEqual([{ tag: 'a', count: 1 }]);
    expect(await resumes.describeAccess(connection.access)).toEqual({
      owner: { name: 'Ana', email: `${ana.access.userId}@example.org` },
      connection: { clientName: 'Test client', allResumes: false, mode: 'edit', createdAt: new Date(0) },
      resumes: 1,
    });
    expect(await resumes.describeAccess(ana.access)).toMatchObject({ connection: null, resumes: 2 });
  });

  it('sees what it creates and duplicates; other connections with lists do not', async () => {
    const ana = await createOwner(db);
    const open = await createNamed(resumes, ana, 'Open');
    const connection = await createGrant(db, ana.access.userId, [open.id]);
    const other = await createGrant(db, ana.access.userId, []);
    const everything = await createGrant(db, ana.access.userId, 'all');
    await createNamed(resumes, connection, 'Created');
    await resumes.duplicate(connection.access, connection.actor, open.id, { name: 'Duplicated' });
    expect(await namesSeenBy(connection)).toEqual(['Created', 'Duplicated', 'Open']);
    expect(await namesSeenBy(other)).toEqual([]);
    expect(await namesSeenBy(everything)).toEqual(['Created', 'Duplicated', 'Open']);
    expect(await namesSeenBy(ana)).toEqual(['Created', 'Duplicated', 'Open']);
  });

  it('takes a deleted resume off every list and adds none to a grant that opens all', async () => {
    const ana = await createOwner(db);
    const everything = await createGrant(db, ana.access.userId, 'all');
    const created = await createNamed(resumes, everything, 'Created');
    const connection = await createGrant(db, ana.access.userId, [created.id]);
    expect(await db.orm.select().from(oauthGrantResume).where(eq(oauthGrantResume.resumeId, created.id))).toHaveLength(1);
    await resumes.delete(connection.access, connection.actor, created.id);
    expect(await db.orm.select().from(oauthGrantResume).where(eq(oauthGrantResume.resumeId, created.id))).toHaveLength(0);
  });
});
