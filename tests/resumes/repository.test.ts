import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';
import { createTestDatabase } from '../support/database.ts';
import { createNamed, createOwner, createTestResumes, refusalOf } from '../support/resumes.ts';

let db: Database;
let resumes: ResumeRepository;

beforeAll(async () => {
  db = await createTestDatabase();
  resumes = createTestResumes(db);
});
afterAll(() => db.close());

const rename = (name: string) => [{ op: 'replace', path: '/basics/name', value: name }];

describe('the resume repository', () => {
  it('gives a document back as it was stored, in the order of the standard', async () => {
    const owner = await createOwner(db);
    const data = { ...buildSampleResume(), 'x-note': { list: [1, null, 'ø', { z: 1.5e-7 }] } };
    const created = await resumes.create(owner.access, owner.actor, { name: 'Sample', tags: ['a', 'b'], data });
    const read = await resumes.read(owner.access, created.id);
    expect(read).toEqual({ ...created, data });
    expect(JSON.stringify(Object.keys(read.data))).toBe(JSON.stringify(Object.keys(data)));
    expect(read).toMatchObject({ name: 'Sample', slug: 'sample', tags: ['a', 'b'], isPublic: false, isLocked: false, revision: 1 });
  });

  it('counts one revision for every change and none for what changes nothing', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'First');
    const patched = await resumes.patch(owner.access, owner.actor, id, { operations: rename('Bea') });
    expect(patched.resume.revision).toBe(2);
    expect(patched.changes).toEqual([{ op: 'replace', path: '/basics/name', value: 'Bea' }]);
    expect((await resumes.patch(owner.access, owner.actor, id, { operations: rename('Bea') })).resume.revision).toBe(2);
    const updated = await resumes.update(owner.access, owner.actor, id, { name: 'Second', tags: ['x'], isPublic: true });
    expect(updated).toMatchObject({ revision: 3, name: 'Second', slug: 'first', tags: ['x'], isPublic: true });
    expect((await resumes.update(owner.access, owner.actor, id, { name: 'Second', tags: ['x'] })).revision).toBe(3);
    expect((await resumes.setLock(owner.access, owner.actor, id, false)).revision).toBe(3);
    expect(updated.updatedAt.getTime()).toBeGreaterThan(patched.resume.updatedAt.getTime());
    expect(updated.createdAt).toEqual(patched.resume.createdAt);
  });

  it('refuses a patch meant for another revision, and says which one is current', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'First');
    await resumes.patch(owner.access, owner.actor, id, { operations: rename('Bea'), expectedRevision: 1 });
    expect(await refusalOf(resumes.patch(owner.access, owner.actor, id, { operations: rename('Cleo'), expectedRevision: 1 }))).toEqual({
      code: 'revision_conflict',
      currentRevision: 2,
      expectedRevision: 1,
      changesSince: [{ op: 'replace', path: '/basics/name', value: 'Bea' }],
      settingsSince: [],
      hasMoreChanges: false,
    });
    expect((await resumes.read(owner.access, id)).data.basics?.name).toBe('Bea');
  });

  it('answers a dry run with what would come out, and stores nothing', async () => {
    const owner = await createOwner(db);
    const created = await createNamed(resumes, owner, 'First');
    const outcome = await resumes.patch(owner.access, owner.actor, created.id, { operations: rename('Bea'), dryRun: true });
    expect(outcome.resume).toEqual({ ...created, data: { ...created.data, basics: { name: 'Bea' } } });
    expect(outcome.changes).toHaveLength(1);
    expect(await resumes.read(owner.access, created.id)).toEqual(created);
  });

  it.each([
    ['invalid_patch', [{ op: 'remove', path: '/nowhere' }]],
    ['patch_test_failed', [{ op: 'test', path: '/basics/name', value: 'Zoe' }]],
    ['invalid_resume', [{ op: 'add', path: '/basics/email', value: 'nobody' }]],
    ['resume_too_large', [{ op: 'add', path: '/x', value: 'a'.repeat(256 * 1024) }]],
  ])('refuses a bad patch as %s and leaves the row alone', async (code, operations) => {
    const owner = await createOwner(db);
    const created = await createNamed(resumes, owner, 'First');
    expect(
      (await refusalOf(resumes.patch(owner.access, owner.actor, created.id, { operations: [...rename('Bea'), ...operations] }))).code,
    ).toBe(code);
    expect(await resumes.read(owner.access, created.id)).toEqual(created);
  });

  it('makes slugs from names, distinct, and refuses one that was asked for twice', async () => {
    const owner = await createOwner(db);
    const other = await createOwner(db);
    const first = await createNamed(resumes, owner, 'Über-Résumé 2026!');
    expect(first.slug).toBe('uber-resume-2026');
    expect((await createNamed(resumes, owner, 'Uber resume 2026')).slug).toMatch(/^uber-resume-2026-[a-z0-9]+$/);
    expect((await createNamed(resumes, other, 'Uber resume 2026')).slug).toBe('uber-resume-2026');
    expect((await createNamed(resumes, owner, '履歴書')).slug).toBe('resume');
    const asked = { name: 'Third', slug: first.slug, tags: [], data: first.data };
    expect(await refusalOf(resumes.create(owner.access, owner.actor, asked))).toEqual({ code: 'slug_taken', slug: first.slug });
    const third = await resumes.create(owner.access, owner.actor, { ...asked, slug: 'third' });
    expect(await refusalOf(resumes.update(owner.access, owner.actor, third.id, { slug: first.slug, name: 'Changed' }))).toEqual({
      code: 'slug_taken',
      slug: first.slug,
    });
    expect(await resumes.read(owner.access, third.id)).toEqual(third);
  });

  it('duplicates content, name and tags into a private, unlocked resume of its own', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'First', ['a']);
    await resumes.update(owner.access, owner.actor, id, { isPublic: true });
    const source = await resumes.setLock(owner.access, owner.actor, id, true);
    const copy = await resumes.duplicate(owner.access, owner.actor, id, {});
    expect(copy).toMatchObject({ name: 'First (copy)', slug: 'first-copy', tags: ['a'], isPublic: false, isLocked: false, revision: 1 });
    expect(copy.data).toEqual(source.data);
    expect(await resumes.duplicate(owner.access, owner.actor, id, { name: 'Mine', tags: [], slug: 'mine' })).toMatchObject({
      name: 'Mine',
      tags: [],
      slug: 'mine',
    });
  });

  it('leaves a record of every change in the same transaction: who, which revision, no content', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'Secretname');
    await resumes.patch(owner.access, owner.actor, id, { operations: rename('Bea') });
    await refusalOf(resumes.patch(owner.access, owner.actor, id, { operations: [{ op: 'remove', path: '/nowhere' }] }));
    await resumes.setLock(owner.access, owner.actor, id, true);
    await resumes.setLock(owner.access, owner.actor, id, false);
    await resumes.delete(owner.access, owner.actor, id);
    const events = await db.orm.select().from(auditEvent).where(eq(auditEvent.resumeId, id)).orderBy(auditEvent.id);
    expect(events.map((event) => event.event)).toEqual([
      'resume.created',
      'resume.patched',
      'resume.locked',
      'resume.unlocked',
      'resume.deleted',
    ]);
    expect(events[1]).toMatchObject({
      userId: owner.access.userId,
      detail: { actor: { kind: 'owner', name: 'Ana' }, revision: 2, operations: 1 },
    });
    expect(JSON.stringify(events)).not.toContain('Bea');
  });
});

describe('a locked resume', () => {
  const changes: [string, (who: Awaited<ReturnType<typeof createOwner>>, id: string) => Promise<unknown>][] = [
    ['patched', (who, id) => resumes.patch(who.access, who.actor, id, { operations: rename('Bea') })],
    ['patched in a dry run', (who, id) => resumes.patch(who.access, who.actor, id, { operations: rename('Bea'), dryRun: true })],
    ['renamed', (who, id) => resumes.update(who.access, who.actor, id, { name: 'Other' })],
    ['given another slug', (who, id) => resumes.update(who.access, who.actor, id, { slug: 'other' })],
    ['tagged', (who, id) => resumes.update(who.access, who.actor, id, { tags: ['other'] })],
    ['published', (who, id) => resumes.update(who.access, who.actor, id, { isPublic: true })],
    ['deleted', (who, id) => resumes.delete(who.access, who.actor, id)],
  ];

  it('can be taken off the web, alone, and not be put there', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'Public');
    await resumes.update(owner.access, owner.actor, id, { isPublic: true });
    await resumes.setLock(owner.access, owner.actor, id, true);
    const update = (wanted: object) => resumes.update(owner.access, owner.actor, id, wanted);
    expect(await refusalOf(update({ isPublic: false, tags: ['new'] }))).toEqual({ code: 'resume_locked' });
    expect(await update({ isPublic: false })).toMatchObject({ isPublic: false, isLocked: true, revision: 4 });
    expect(await update({ isPublic: false, name: 'Public' })).toMatchObject({ revision: 4 });
    expect(await refusalOf(update({ isPublic: true }))).toEqual({ code: 'resume_locked' });
    expect((await resumes.listVersions(owner.access, id, { limit: 1 })).versions[0]).toMatchObject({
      kind: 'updated',
      touched: ['isPublic'],
    });
  });

  // proves resumes:lock
  it.each(changes)('is not %s until it is unlocked', async (_name, change) => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'First');
    const locked = await resumes.setLock(owner.access, owner.actor, id, true);
    expect(locked).toMatchObject({ isLocked: true, revision: 2 });
    expect(await refusalOf(change(owner, id))).toEqual({ code: 'resume_locked' });
    expect(await resumes.read(owner.access, id)).toEqual(locked);
    await resumes.setLock(owner.access, owner.actor, id, false);
    await expect(change(owner, id)).resolves.not.toThrow();
  });
});

describe('writers at the same time', () => {
  it('never lose an update: every patch without an expected revision is in the end', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'First');
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(
      numbers.map((number) =>
        resumes.patch(owner.access, owner.actor, id, {
          operations: [{ op: 'add', path: '/skills/-', value: { name: `skill ${number}` } }],
        }),
      ),
    );
    const after = await resumes.read(owner.access, id);
    expect(after.revision).toBe(21);
    expect(after.data.skills?.map((skill) => skill.name).toSorted()).toEqual(numbers.map((number) => `skill ${number}`).toSorted());
  });

  it('let exactly one of those that expect the same revision win', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'First');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        resumes.patch(owner.access, owner.actor, id, { operations: rename(`writer ${index}`), expectedRevision: 1 }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect((await resumes.read(owner.access, id)).revision).toBe(2);
  });

  it('let a lock and a patch happen in one order or the other', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(resumes, owner, 'First');
    const [, patched] = await Promise.allSettled([
      resumes.setLock(owner.access, owner.actor, id, true),
      resumes.patch(owner.access, owner.actor, id, { operations: rename('Bea') }),
    ]);
    const after = await resumes.read(owner.access, id);
    expect(after.isLocked).toBe(true);
    expect(after).toMatchObject({
      revision: patched.status === 'fulfilled' ? 3 : 2,
      data: { basics: { name: patched.status === 'fulfilled' ? 'Bea' : 'First' } },
    });
  });
});
