import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import type { ResumeRepository } from '../../src/resumes/repository.ts';
import { MAX_PENDING_SUGGESTIONS } from '../../src/resumes/suggestion-record.ts';
import { createTestDatabase } from '../support/database.ts';
import { createGrant, createNamed, createOwner, createTestResumes, refusalOf } from '../support/resumes.ts';

let db: Database;
let resumes: ResumeRepository;
beforeAll(async () => {
  db = await createTestDatabase();
  resumes = createTestResumes(db);
});
afterAll(() => db.close());

const set = (path: string, value: unknown) => ({ op: 'add', path, value });

async function createStory() {
  const owner = await createOwner(db);
  const assistant = await createGrant(db, owner.access.userId, 'all');
  await db.orm.update(oauthGrant).set({ mode: 'suggest' }).where(eq(oauthGrant.id, assistant.actor.id));
  const { id } = await createNamed(resumes, owner, 'One');
  return {
    owner,
    assistant,
    id,
    read: () => resumes.read(owner.access, id),
    suggest: async (...operations: unknown[]) => {
      const { suggestion } = await resumes.patch(assistant.access, assistant.actor, id, { operations });
      return suggestion?.id ?? '';
    },
    edit: (...operations: unknown[]) => resumes.patch(owner.access, owner.actor, id, { operations }),
    list: () => resumes.listSuggestions(owner.access, id),
    accept: (suggestionId: string, operations?: number[]) =>
      resumes.acceptSuggestion(owner.access, owner.actor, id, suggestionId, operations),
    reject: (suggestionId: string) => resumes.rejectSuggestion(owner.access, owner.actor, id, suggestionId),
  };
}

describe('a connection that may only suggest', () => {
  // proves resumes:suggestions
  it('changes nothing: what it writes waits with its difference, and is told so', async () => {
    const { assistant, id, read, list } = await createStory();
    const outcome = await resumes.patch(assistant.access, assistant.actor, id, { operations: [set('/basics/label', 'Wizard')] });
    expect(outcome.suggestion).toMatchObject({ status: 'pending', operations: 1 });
    expect(outcome.changes).toEqual([{ op: 'add', path: '/basics/label', value: 'Wizard' }]);
    const renamed = await resumes.update(assistant.access, assistant.actor, id, { name: 'Better' });
    expect(renamed).toMatchObject({ name: 'One', revision: 1, suggestion: { operations: 1 } });
    expect(await read()).toMatchObject({ revision: 1, name: 'One', data: { basics: { name: 'One' } } });
    expect(await list()).toMatchObject([
      { kind: 'updated', operations: [{ op: 'replace', path: '/name', value: 'Better', line: 'Changed name: "One" → "Better"' }] },
      {
        kind: 'patched',
        clientName: 'Test client',
        baseRevision: 1,
        status: 'pending',
        conflicts: [],
        operations: [{ op: 'add', path: '/data/basics/label', value: 'Wizard', line: 'Added basics label: "Wizard"' }],
      },
    ]);
  });

  it('suggests nothing by what changes nothing, by a dry run and by what is refused', async () => {
    const { assistant, owner, id, list } = await createStory();
    const patch = (operations: unknown[], dryRun = false) => resumes.patch(assistant.access, assistant.actor, id, { operations, dryRun });
    expect((await patch([set('/basics/name', 'One')])).suggestion).toBeUndefined();
    expect((await patch([set('/basics/label', 'x')], true)).suggestion).toBeUndefined();
    expect((await refusalOf(patch([set('/basics/email', 'nobody')]))).code).toBe('invalid_resume');
    await resumes.setLock(owner.access, owner.actor, id, true);
    expect((await refusalOf(patch([set('/basics/label', 'x')]))).code).toBe('resume_locked');
    expect(await list()).toEqual([]);
  });

  it('can suggest to restore a version, create and copy; not publish, lock, unlock or delete', async () => {
    const { assistant, edit, id, read, list } = await createStory();
    await edit(set('/basics/label', 'x'));
    expect((await resumes.restore(assistant.access, assistant.actor, id, { revision: 1 })).suggestion).toMatchObject({ operations: 1 });
    const copy = await resumes.duplicate(assistant.access, assistant.actor, id, {});
    expect(copy.revision).toBe(1);
    for (const attempt of [
      () => resumes.update(assistant.access, assistant.actor, id, { isPublic: true }),
      () => resumes.update(assistant.access, assistant.actor, id, { name: 'Both', isPublic: true }),
      () => resumes.setLock(assistant.access, assistant.actor, id, true),
      () => resumes.delete(assistant.access, assistant.actor, id),
    ]) {
      expect((await refusalOf(attempt())).code).toBe('suggestions_only');
    }
    expect(await read()).toMatchObject({ isPublic: false, isLocked: false, revision: 2 });
    expect(await list()).toHaveLength(1);
  });

  it('may have no more waiting than a person can look through', async () => {
    const { suggest, assistant, id, list, reject } = await createStory();
    for (let made = 0; made < MAX_PENDING_SUGGESTIONS; made += 1) await suggest(set('/basics/label', `${made}`));
    const more = () => resumes.patch(assistant.access, assistant.actor, id, { operations: [set('/basics/label', 'more')] });
    expect(await refusalOf(more())).toEqual({ code: 'too_many_suggestions', limit: MAX_PENDING_SUGGESTIONS });
    await reject((await list())[0]?.id ?? '');
    expect((await more()).suggestion).toBeDefined();
  });
});

describe('the owner’s decision', () => {
  it('makes the whole suggestion a version of their own', async () => {
    const { owner, assistant, id, suggest, accept, read } = await createStory();
    const suggestionId = await suggest(set('/basics/label', 'Wizard'), set('/work/-', { name: 'Acme' }));
    expect(await accept(suggestionId)).toMatchObject({ status: 'accepted', resume: { revision: 2 } });
    expect((await read()).data).toMatchObject({ basics: { name: 'One', label: 'Wizard' }, work: [{ name: 'Acme' }] });
    expect((await resumes.listVersions(owner.access, id, { limit: 1 })).versions[0]).toMatchObject({
      kind: 'accepted',
      actor: owner.actor,
    });
    expect(await resumes.listOutcomes(assistant.access, id)).toMatchObject([{ id: suggestionId, status: 'accepted', decidedRevision: 2 }]);
    expect(await refusalOf(accept(suggestionId))).toEqual({ code: 'suggestion_decided', status: 'accepted' });
  });

  it('takes the chosen operations and leaves the others, whatever their order', async () => {
    const { edit, suggest, list, accept, read } = await createStory();
    await edit(set('/skills', [{ name: 'A' }, { name: 'B' }, { name: 'C' }, { name: 'D' }]));
    const suggestionId = await suggest(
      { op: 'remove', path: '/skills/0' },
      set('/skills/0/level', 'Expert'),
      set('/skills/-', { name: 'E' }),
      { op: 'remove', path: '/skills/1' },
    );
    const [made] = await list();
    expect(made?.operations.map(({ line }) => line)).toEqual([
      'Added skills 5: "E"',
      'Removed skills 3 (C): "C"',
      'Added skills 2 (B) level: "Expert"',
      'Removed skills 1 (A): "A"',
    ]);
    expect(await accept(suggestionId, [0, 2])).toMatchObject({ status: 'partly_accepted' });
    expect((await read()).data.skills).toEqual([
      { name: 'A' },
      { name: 'B', level: 'Expert' },
      { name: 'C' },
      { name: 'D' },
      { name: 'E' },
    ]);
  });

  it('can be no, and the connection hears of it', async () => {
    const { assistant, id, suggest, reject, read } = await createStory();
    const suggestionId = await suggest(set('/basics/label', 'Wizard'));
    expect((await reject(suggestionId)).status).toBe('rejected');
    expect((await read()).revision).toBe(1);
    expect(await resumes.listOutcomes(assistant.access, id)).toMatchObject([{ status: 'rejected', decidedRevision: null }]);
    expect((await refusalOf(reject(suggestionId))).code).toBe('suggestion_decided');
  });

  it('holds what has changed beside the suggestion since', async () => {
    const { edit, suggest, accept, read } = await createStory();
    await edit(set('/work', [{ name: 'Acme', position: 'Engineer', summary: 'Built' }]));
    const suggestionId = await suggest(set('/work/0/position', 'Lead'));
    await edit(set('/work/0', { name: 'Initech' }), set('/basics/label', 'Mine'));
    await accept(suggestionId);
    expect((await read()).data).toMatchObject({
      basics: { label: 'Mine' },
      work: [{ name: 'Initech' }, { name: 'Acme', position: 'Lead' }],
    });
  });

  it('says what has changed when a suggestion no longer applies, and takes the rest of it', async () => {
    const { edit, suggest, list, accept, read } = await createStory();
    const suggestionId = await suggest(set('/basics/label', 'Wizard'), set('/skills/-', { name: 'Magic' }));
    await edit(set('/basics/label', 'Mine'));
    expect((await list())[0]?.conflicts).toEqual(['/data/basics/label']);
    expect(await refusalOf(accept(suggestionId))).toEqual({ code: 'suggestion_conflict', pointers: ['/data/basics/label'] });
    expect((await read()).revision).toBe(2);
    expect(await accept(suggestionId, [1])).toMatchObject({ status: 'partly_accepted' });
    expect((await read()).data).toMatchObject({ basics: { label: 'Mine' }, skills: [{ name: 'Magic' }] });
  });

  it('is refused where the resume is locked, the slug taken, or the suggestion that of another resume or person', async () => {
    const { owner, assistant, id, suggest, accept, reject } = await createStory();
    const other = await createNamed(resumes, owner, 'Two');
    await resumes.update(assistant.access, assistant.actor, id, { slug: 'taken' });
    await createNamed(resumes, owner, 'Taken');
    const [slug] = await resumes.listSuggestions(owner.access, id);
    expect(await refusalOf(accept(slug?.id ?? ''))).toEqual({ code: 'slug_taken', slug: 'taken' });
    const suggestionId = await suggest(set('/basics/label', 'Wizard'));
    expect((await refusalOf(resumes.acceptSuggestion(owner.access, owner.actor, other.id, suggestionId))).code).toBe(
      'suggestion_not_found',
    );
    const stranger = await createOwner(db, 'Ben');
    expect((await refusalOf(resumes.rejectSuggestion(stranger.access, stranger.actor, id, suggestionId))).code).toBe('resume_not_found');
    expect((await refusalOf(resumes.listSuggestions(stranger.access, id))).code).toBe('resume_not_found');
    await resumes.setLock(owner.access, owner.actor, id, true);
    expect((await refusalOf(accept(suggestionId))).code).toBe('resume_locked');
    expect((await reject(suggestionId)).status).toBe('rejected');
  });

  it('happens once, however many press at the same time', async () => {
    const { suggest, accept, reject, read } = await createStory();
    const suggestionId = await suggest(set('/skills/-', { name: 'Magic' }));
    const outcomes = await Promise.allSettled([accept(suggestionId), reject(suggestionId), accept(suggestionId)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await read()).data.skills?.length).toBeLessThanOrEqual(1);
  });
});
