import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { userBan } from '../../src/db/schema/bans.ts';
import { resumePublication, resumeVisitor } from '../../src/db/schema/publishing.ts';
import { hashPassword, verifyPassword } from '../../src/resumes/publishing/passwords.ts';
import { signPdfLink, verifyPdfLink } from '../../src/resumes/publishing/pdf-link.ts';
import type { ResumeOutput } from '../../src/resumes/publishing/resume-output.ts';
import { createTestDatabase } from '../support/database.ts';
import { createGrant, createNamed, createOwner, createTestOutput, createTestResumes, refusalOf } from '../support/resumes.ts';

let db: Database;
let output: ResumeOutput;
let now = new Date('2026-03-01T10:00:00Z');
beforeAll(async () => {
  db = await createTestDatabase();
  output = createTestOutput(db, () => now);
});
afterAll(() => db.close());

describe('a user name', () => {
  it('is made from the name, once, and is nobody else’s', async () => {
    const [first, second] = [await createOwner(db, 'Zoë Ålund'), await createOwner(db, 'Zoë Ålund')];
    expect(await output.readUsername(first.access.userId)).toBeNull();
    expect(await output.ensureUsername(first.access.userId)).toBe('zoe-alund');
    expect(await output.ensureUsername(first.access.userId)).toBe('zoe-alund');
    expect(await output.ensureUsername(second.access.userId)).toMatch(/^zoe-alund-[a-z0-9]+$/);
    const nameless = await createOwner(db, '李');
    expect(await output.ensureUsername(nameless.access.userId)).toMatch(/^resume-[a-z0-9]+$/);
  });

  it('can be chosen while it is free', async () => {
    const [first, second] = [await createOwner(db), await createOwner(db)];
    expect(await output.chooseUsername(first.access.userId, 'chosen-one')).toBe('chosen');
    expect(await output.chooseUsername(second.access.userId, 'chosen-one')).toBe('taken');
    for (const bad of ['ab', 'Ana', 'a b', '-ana', 'a'.repeat(41), '../x'])
      expect(await output.chooseUsername(first.access.userId, bad)).toBe('invalid');
    expect(await output.chooseUsername(first.access.userId, 'another-one')).toBe('chosen');
    expect(await output.chooseUsername(second.access.userId, 'chosen-one')).toBe('chosen');
  });
});

describe('a published resume', () => {
  it('is found by its address while it is published, and not a moment longer', async () => {
    const owner = await createOwner(db);
    const resumes = createTestResumes(db);
    const { id } = await createNamed(resumes, owner, 'One');
    const username = await output.ensureUsername(owner.access.userId);
    expect(await output.findPublished(username, 'one')).toBeNull();
    await resumes.update(owner.access, owner.actor, id, { isPublic: true });
    expect(await output.findPublished(username, 'one')).toMatchObject({ resume: { id }, passwordHash: null, isIndexed: false });
    expect(await output.findPublished(username, 'two')).toBeNull();
    await resumes.update(owner.access, owner.actor, id, { isPublic: false });
    expect(await output.findPublished(username, 'one')).toBeNull();
  });

  // proves accounts:closed
  it('is nobody’s while its account is closed, nor is a link to its PDF', async () => {
    const owner = await createOwner(db);
    const resumes = createTestResumes(db);
    const { id } = await createNamed(resumes, owner, 'Closed');
    const published = await resumes.update(owner.access, owner.actor, id, { isPublic: true });
    const username = await output.ensureUsername(owner.access.userId);
    const token = output.createPdfLink(published).path.replace('/download/', '');
    const isOpen = async () => [(await output.findPublished(username, 'closed')) !== null, (await output.openPdfLink(token)) !== null];
    expect(await isOpen()).toEqual([true, true]);
    const [start, end] = [now, new Date(now.getTime() + 60_000)];
    await db.orm.insert(userBan).values({ userId: owner.access.userId, bannedAt: start, endsAt: end });
    expect(await isOpen()).toEqual([false, false]);
    now = end;
    expect(await isOpen()).toEqual([true, true]);
    now = start;
  });

  it('keeps its password as a salted hash alone, and its options to its owner', async () => {
    const [owner, other] = [await createOwner(db), await createOwner(db)];
    const { id } = await createNamed(createTestResumes(db), owner, 'Secret');
    await output.setOptions(owner.access, id, { password: 'correct horse', isIndexed: true });
    expect(await output.readOptions(owner.access, id)).toEqual({ hasPassword: true, isIndexed: true });
    await output.setOptions(owner.access, id, { password: undefined, isIndexed: false });
    expect(await output.readOptions(owner.access, id)).toEqual({ hasPassword: true, isIndexed: false });
    const stored = await db.orm.select().from(resumePublication).where(eq(resumePublication.resumeId, id));
    expect(JSON.stringify(stored)).toMatch(/scrypt\$32768\$8\$1\$/);
    expect(JSON.stringify(stored)).not.toContain('correct');
    await output.setOptions(owner.access, id, { password: null, isIndexed: false });
    expect(await output.readOptions(owner.access, id)).toEqual({ hasPassword: false, isIndexed: false });
    expect(await refusalOf(output.setOptions(other.access, id, { password: null, isIndexed: true }))).toEqual({ code: 'resume_not_found' });
  });
});

describe('a password', () => {
  it('verifies itself alone', async () => {
    const stored = await hashPassword('correct horse');
    expect(await verifyPassword('correct horse', stored)).toBe(true);
    expect(await verifyPassword('correct horsE', stored)).toBe(false);
    expect(await hashPassword('correct horse')).not.toBe(stored);
    for (const junk of ['', 'scrypt', 'scrypt$1$1$1$$', 'bcrypt$x']) expect(await verifyPassword('correct horse', junk)).toBe(false);
  });
});

describe('visits', () => {
  it('are counted once per visitor, kind and day, and no address is stored', async () => {
    const owner = await createOwner(db);
    const { id } = await createNamed(createTestResumes(db), owner, 'Seen');
    expect(await output.readStatistics(owner.access, id)).toEqual({
      view: { total: 0, lastAt: null },
      download: { total: 0, lastAt: null },
    });
    const ana = { address: '203.0.113.7', userAgent: 'Firefox' };
    await Promise.all(Array.from({ length: 5 }, () => output.countVisit(id, 'view', ana)));
    await output.countVisit(id, 'view', { ...ana, address: '203.0.113.8' });
    await output.countVisit(id, 'download', ana);
    const kept = await db.orm.select().from(resumeVisitor).where(eq(resumeVisitor.resumeId, id));
    expect(kept).toHaveLength(3);
    expect(JSON.stringify(kept)).not.toMatch(/203\.0|Firefox/);
    now = new Date('2026-03-02T09:00:00Z');
    await output.countVisit(id, 'view', ana);
    expect(await output.readStatistics(owner.access, id)).toEqual({
      view: { total: 3, lastAt: now },
      download: { total: 1, lastAt: new Date('2026-03-01T10:00:00Z') },
    });
    const today = await db.orm.select().from(resumeVisitor);
    expect(today).toHaveLength(1);
    expect(kept.map((row) => row.visitor)).not.toContain(today[0]?.visitor);
  });

  it('are told to the owner and to who may see the resume', async () => {
    const [owner, other] = [await createOwner(db), await createOwner(db)];
    const { id } = await createNamed(createTestResumes(db), owner, 'Mine');
    expect(await refusalOf(output.readStatistics(other.access, id))).toEqual({ code: 'resume_not_found' });
    const blind = await createGrant(db, owner.access.userId, []);
    expect(await refusalOf(output.readStatistics(blind.access, id))).toEqual({ code: 'resume_not_found' });
  });
});

describe('a link to a PDF', () => {
  const keys = [randomBytes(32), randomBytes(32)] as const;
  const at = new Date('2026-03-01T10:00:00Z');
  const link = { resumeId: 'abc_DEF-1', revision: 3, expiresAt: at.getTime() / 1000 + 600 };

  it('opens what it was signed for, until it is over', () => {
    const token = signPdfLink(keys, link);
    expect(verifyPdfLink(keys, token, at)).toEqual(link);
    expect(verifyPdfLink(keys, token, new Date(at.getTime() + 599_000))).toEqual(link);
    expect(verifyPdfLink(keys, token, new Date(at.getTime() + 600_000))).toBeNull();
  });

  it('opens still when it was signed with an earlier key', () => {
    expect(verifyPdfLink(keys, signPdfLink([keys[1]], link), at)).toEqual(link);
  });

  it('can not be altered, extended or made elsewhere', () => {
    const token = signPdfLink(keys, link);
    const [id, revision, expiry, mac] = token.split('.');
    const forged = [
      `other.${revision}.${expiry}.${mac}`,
      `${id}.4.${expiry}.${mac}`,
      `${id}.${revision}.${Number(expiry) + 1}.${mac}`,
      `${id}.03.${expiry}.${mac}`,
      `${token}A`,
      token.slice(0, -1),
      `${id}.${revision}.${expiry}.`,
      signPdfLink([randomBytes(32)], link),
      '',
      '....',
    ];
    for (const forgery of forged) expect(verifyPdfLink(keys, forgery, at)).toBeNull();
  });

  it('ends when the resume changes', async () => {
    const owner = await createOwner(db);
    const resumes = createTestResumes(db);
    const resume = await createNamed(resumes, owner, 'Linked');
    const token = output.createPdfLink(resume).path.slice('/download/'.length);
    expect((await output.openPdfLink(token))?.id).toBe(resume.id);
    await resumes.update(owner.access, owner.actor, resume.id, { tags: ['changed'] });
    expect(await output.openPdfLink(token)).toBeNull();
  });
});
