import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { createTestDatabase } from '../support/database.ts';
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
const EPOCH = new Date(0);

async function patchAs(who: Who, id: string, ...operations: unknown[]): Promise<void> {
  await resumes.patch(who.access, who.actor, id, { operations });
}

async function createStory() {
  const owner = await createOwner(db);
  const connection = await createGrant(db, owner.access.userId, 'all');
  const { id } = await createNamed(resumes, owner, 'One');
  const undo = (since: Date = EPOCH) => resumes.undoConnection(owner.access, owner.actor, id, { connectionId: connection.actor.id, since });
  const read = () => resumes.read(owner.access, id);
  return { owner, connection, id, undo, read };
}

describe('restoring a version', () => {
  it('brings its content back as a new version and leaves what is around it', async () => {
    const { owner, id } = await createStory();
    await patchAs(owner, id, set('/basics/label', 'x'), set('/work/-', { name: 'Acme' }));
    await resumes.update(owner.access, owner.actor, id, { name: 'Renamed', tags: ['a'] });
    const outcome = await resumes.restore(owner.access, owner.actor, id, { revision: 1, expectedRevision: 3 });
    expect(outcome.resume).toMatchObject({ revision: 4, name: 'Renamed', tags: ['a'], data: { basics: { name: 'One' }, work: [] } });
    expect(outcome.changes).toEqual([
      { op: 'remove', path: '/basics/label' },
      { op: 'remove', path: '/work/0' },
    ]);
    expect((await resumes.listVersions(owner.access, id, { limit: 1 })).versions[0]).toMatchObject({ revision: 4, kind: 'restored' });
    expect((await resumes.restore(owner.access, owner.actor, id, { revision: 2 })).resume.data.work).toEqual([{ name: 'Acme' }]);
  });

  it('changes nothing when the resume is locked, elsewhere by now, without that version or like it already', async () => {
    const { owner, id, read } = await createStory();
    await patchAs(owner, id, set('/basics/label', 'x'));
    const restore = (request: { revision: number; expectedRevision?: number }) => resumes.restore(owner.access, owner.actor, id, request);
    expect(await refusalOf(restore({ revision: 1, expectedRevision: 1 }))).toMatchObject({
      code: 'revision_conflict',
      changesSince: [{ op: 'add', path: '/basics/label', value: 'x' }],
    });
    expect((await refusalOf(restore({ revision: 9 }))).code).toBe('version_not_found');
    expect((await restore({ revision: 2 })).resume.revision).toBe(2);
    await resumes.setLock(owner.access, owner.actor, id, true);
    expect((await refusalOf(restore({ revision: 1 }))).code).toBe('resume_locked');
    expect((await read()).data.basics?.label).toBe('x');
  });
});

describe('a revision conflict', () => {
  it('tells what changed since, and not more than a reader can use', async () => {
    const { owner, id } = await createStory();
    await resumes.update(owner.access, owner.actor, id, { name: 'Renamed' });
    for (let part = 0; part < 4; part += 1) await patchAs(owner, id, set('/skills/-', { name: `${part}`.repeat(3_000) }));
    const refused = await refusalOf(resumes.patch(owner.access, owner.actor, id, { operations: [], expectedRevision: 1 }));
    expect(refused).toMatchObject({ code: 'revision_conflict', currentRevision: 6, settingsSince: ['name'], hasMoreChanges: true });
    expect(JSON.stringify(refused).length).toBeLessThan(10_000);
    const unknown = await refusalOf(resumes.patch(owner.access, owner.actor, id, { operations: [], expectedRevision: 70 }));
    expect(unknown).toEqual({ code: 'revision_conflict', currentRevision: 6, expectedRevision: 70 });
  });
});

describe('undoing what a connection changed', () => {
  it('takes back its changes and keeps those of others, wherever they have moved', async () => {
    const { owner, connection, id, undo, read } = await createStory();
    await patchAs(owner, id, set('/work/-', { name: 'Acme', position: 'Engineer', summary: 'Built' }));
    await patchAs(connection, id, set('/work/0/position', 'Wizard'), set('/basics/label', 'Wizard'));
    await patchAs(owner, id, set('/work/0', { name: 'Initech' }));
    await patchAs(connection, id, set('/skills/-', { name: 'Magic' }));
    await resumes.update(connection.access, connection.actor, id, { isPublic: true });
    const outcome = await undo();
    expect(outcome.undone).toBe(3);
    expect(outcome.resume).toMatchObject({ revision: 7, isPublic: false });
    expect((await read()).data).toMatchObject({
      basics: { name: 'One' },
      work: [{ name: 'Initech' }, { name: 'Acme', position: 'Engineer', summary: 'Built' }],
      skills: [],
    });
    expect((await read()).data.basics).not.toHaveProperty('label');
  });

  it('goes back no further than asked', async () => {
    const { owner, connection, id, undo, read } = await createStory();
    await patchAs(connection, id, set('/basics/label', 'first'));
    await patchAs(connection, id, set('/basics/summary', 'second'));
    const [latest] = (await resumes.listVersions(owner.access, id, { limit: 1 })).versions;
    expect((await undo(latest?.at)).undone).toBe(1);
    expect((await read()).data.basics).toEqual({ name: 'One', label: 'first' });
    expect(await undo(new Date('2100-01-01'))).toMatchObject({ undone: 0, resume: { revision: 4 } });
  });

  // proves resumes:undo
  it('undoes nothing when somebody has changed the same since, and says where', async () => {
    const { owner, connection, id, undo, read } = await createStory();
    await patchAs(connection, id, set('/basics/label', 'theirs'), set('/skills/-', { name: 'Magic' }));
    await patchAs(owner, id, set('/basics/label', 'mine'));
    expect(await refusalOf(undo())).toEqual({ code: 'undo_conflict', pointers: ['/data/basics/label'] });
    expect((await read()).revision).toBe(3);
    expect((await read()).data.skills).toEqual([{ name: 'Magic' }]);
  });

  it('is refused by a locked resume, and leaves alone what the connection created', async () => {
    const { owner, connection, undo, id } = await createStory();
    const created = await createNamed(resumes, connection, 'Theirs');
    const untouched = await resumes.undoConnection(owner.access, owner.actor, created.id, {
      connectionId: connection.actor.id,
      since: EPOCH,
    });
    expect(untouched).toMatchObject({ undone: 0, resume: { revision: 1 } });
    await resumes.setLock(owner.access, owner.actor, id, true);
    expect((await refusalOf(undo())).code).toBe('resume_locked');
  });
});
