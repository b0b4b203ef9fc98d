import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiContext } from '../../src/api/base.ts';
import type { Database } from '../../src/db/client.ts';
import type { PageOwner, PageResumes } from '../../src/pages/dependencies.ts';
import { createPageResumes } from '../../src/pages/page-resumes.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { createTestDatabase } from '../support/database.ts';
import { createOwner, createTestOutput, createTestResumes, NO_ACCOUNT } from '../support/resumes.ts';
import { APP_URL, OWNER } from './fixture.ts';

let db: Database;
let pages: PageResumes;
let ana: PageOwner;
let ben: PageOwner;
const requestIds: string[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  const resumes = createTestResumes(db);
  pages = createPageResumes((principal, requestId): ApiContext => {
    requestIds.push(requestId);
    return { ...NO_ACCOUNT, principal, resumes, output: createTestOutput(db), appUrl: APP_URL, requestId };
  });
  ana = await createPageOwner();
  ben = await createPageOwner();
});

afterAll(() => db.close());

async function createPageOwner(): Promise<PageOwner> {
  const { access } = await createOwner(db);
  return { principal: { ...OWNER, userId: access.userId }, requestId: 'request-7' };
}

async function createResume(owner: PageOwner, name: string): Promise<string> {
  const outcome = await pages.create(owner, { name, withSampleData: false });
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.id;
}

describe('the owner’s resumes through the API', () => {
  it('creates, lists and reads them', async () => {
    const id = await createResume(ana, 'Engineer');
    const { resumes, nextCursor } = await pages.list(ana, null);
    expect([resumes.map(({ name }) => name), nextCursor]).toEqual([['Engineer'], null]);
    expect(await pages.read(ana, id)).toMatchObject({
      id,
      name: 'Engineer',
      isLocked: false,
      revision: 1,
      updatedAt: resumes[0]?.updatedAt,
    });
    expect(resumes[0]?.updatedAt).toBeInstanceOf(Date);
    expect(requestIds).toContain('request-7');
  });

  it('fills one with sample data', async () => {
    const outcome = await pages.create(ben, { name: 'Example', withSampleData: true });
    const resume = await pages.read(ben, outcome.ok ? outcome.id : '');
    expect(JSON.stringify(resume?.data)).toMatch(/"basics":\{"name":"\w+/);
  });

  it('locks, keeps what is locked, unlocks and deletes', async () => {
    const id = await createResume(ana, 'Locked');
    expect(await pages.setLocked(ana, id, true)).toEqual({ ok: true, id });
    expect(await pages.delete(ana, id)).toEqual({ ok: false, reason: 'locked' });
    expect(await pages.setLocked(ana, id, false)).toEqual({ ok: true, id });
    expect(await pages.delete(ana, id)).toEqual({ ok: true, id });
    expect(await pages.read(ana, id)).toBeNull();
  });

  // security case 173
  it('does not know another’s', async () => {
    const id = await createResume(ana, 'Mine');
    expect(await pages.read(ben, id)).toBeNull();
    expect(await pages.setLocked(ben, id, true)).toEqual({ ok: false, reason: 'not_found' });
    expect(await pages.delete(ben, id)).toEqual({ ok: false, reason: 'not_found' });
    expect(await pages.read(ana, id)).toMatchObject({ isLocked: false });
  });

  it.each(['x y', '../etc', 'ä', 'x'.repeat(65)])('treats the impossible id %j like one that is gone', async (id) => {
    expect(await pages.read(ana, id)).toBeNull();
    expect(await pages.delete(ana, id)).toEqual({ ok: false, reason: 'not_found' });
  });

  it.each(['x'.repeat(201), 'two\nlines', ' '])('refuses the name %j', async (name) => {
    expect(await pages.create(ana, { name, withSampleData: false })).toEqual({ ok: false, reason: 'invalid' });
  });

  it.each(['nonsense', 'x'.repeat(3000)])('begins with the first page for a cursor it did not answer', async (cursor) => {
    expect(await pages.list(ana, cursor)).toEqual(await pages.list(ana, null));
  });

  it('throws on what is no answer of the API', async () => {
    const outage = new Error('connection refused');
    const away = { list: () => Promise.reject(outage) } satisfies Pick<ResumeRepository, 'list'>;
    const broken = createPageResumes((principal, requestId) => ({
      ...NO_ACCOUNT,
      output: createTestOutput(db),
      principal,
      resumes: { ...createTestResumes(db), ...away },
      appUrl: APP_URL,
      requestId,
    }));
    await expect(broken.list(ana, null)).rejects.toBe(outage);
  });
});
