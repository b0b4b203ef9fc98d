import { call, createRouterClient, ORPCError, type AnyProcedure } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requiredScopes } from '../../src/api/base.ts';
import { API_ERRORS, API_HINTS } from '../../src/api/errors.ts';
import { router } from '../../src/api/router.ts';
import { RESUME_SCOPES, type ResumeScope } from '../../src/authorization-server/scopes.ts';
import type { Database } from '../../src/db/client.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';
import { createTestDatabase } from '../support/database.ts';
import { createCallers } from './support.ts';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

async function errorOf(work: Promise<unknown>): Promise<ORPCError<string, unknown>> {
  const outcome = await work.then(
    () => 'an answer',
    (error: unknown) => error,
  );
  if (outcome instanceof ORPCError) return outcome as ORPCError<string, unknown>;
  throw new Error(`no declared error but ${String(outcome)}`);
}

describe('the story of a resume through its procedures', () => {
  // proves api:story
  it('creates, reads, patches, renames, locks, unlocks and deletes it', async () => {
    const { session } = await createCallers(db);
    const client = createRouterClient(router, { context: session });
    const created = await client.resumes.create({ name: 'Backend engineer', tags: ['work'] });
    expect(created).toMatchObject({ slug: 'backend-engineer', revision: 1, url: `https://vitae.example/resumes/${created.id}` });
    const patched = await client.resumes.applyPatch({
      id: created.id,
      expectedRevision: 1,
      operations: [{ op: 'add', path: '/work/-', value: { name: 'Acme' } }],
    });
    expect(patched).toMatchObject({ revision: 2, dryRun: false, changes: [{ op: 'add', path: '/work/0', value: { name: 'Acme' } }] });
    expect(patched.data).toBeUndefined();
    expect(await client.resumes.read({ id: created.id })).toMatchObject({ revision: 2, data: { work: [{ name: 'Acme' }] } });
    expect((await client.resumes.update({ id: created.id, name: 'Platform engineer', isPublic: true })).isPublic).toBe(true);
    expect((await client.resumes.list({ tags: ['work'] })).resumes.map((resume) => resume.name)).toEqual(['Platform engineer']);
    expect(await client.resumes.listTags()).toEqual({ tags: [{ tag: 'work', count: 1 }] });
    await client.resumes.lock({ id: created.id });
    expect((await errorOf(client.resumes.delete({ id: created.id }))).code).toBe('resume_locked');
    await client.resumes.unlock({ id: created.id });
    expect(await client.resumes.delete({ id: created.id })).toEqual({ id: created.id, deleted: true });
    expect((await client.resumes.list({})).resumes).toEqual([]);
  });

  it('answers a dry run with the whole document and the changes', async () => {
    const { session } = await createCallers(db);
    const client = createRouterClient(router, { context: session });
    const { id } = await client.resumes.create({ name: 'Sample', withSampleData: true });
    const outcome = await client.resumes.applyPatch({ id, dryRun: true, operations: [{ op: 'remove', path: '/work/1' }] });
    expect(outcome).toMatchObject({ revision: 1, dryRun: true, changes: [{ op: 'remove', path: '/work/1' }] });
    expect(outcome.data).toEqual({ ...buildSampleResume(), work: buildSampleResume().work?.slice(0, 1) });
    expect((await client.resumes.read({ id })).data).toEqual(buildSampleResume());
  });

  it('imports a JSON Resume unchanged, named after the person or as asked', async () => {
    const { session } = await createCallers(db);
    const client = createRouterClient(router, { context: session });
    const data = { basics: { name: 'Mara Lindqvist', 'x-note': 1 }, custom: [true] };
    const imported = await client.resumes.import({ data });
    expect(imported).toMatchObject({ name: 'Mara Lindqvist', slug: 'mara-lindqvist' });
    expect((await client.resumes.read({ id: imported.id })).data).toEqual(data);
    expect((await client.resumes.import({ data: {}, name: 'Mine' })).name).toBe('Mine');
    expect((await client.resumes.import({ data: { basics: { name: 'two\nlines' } } })).name).toBe('Imported resume');
  });

  it('imports nothing of a bad document and names every bad value', async () => {
    const { session } = await createCallers(db);
    const client = createRouterClient(router, { context: session });
    const error = await errorOf(client.resumes.import({ data: { basics: { email: 'x' }, work: [{ startDate: 'May' }] } }));
    expect(error).toMatchObject({ code: 'invalid_resume', status: 422, defined: true });
    expect(error.data).toMatchObject({ problems: [{ pointer: '/basics/email' }, { pointer: '/work/0/startDate' }] });
    const foreign = await errorOf(client.resumes.import({ data: { basics: {}, sections: { work: {} }, metadata: {} } }));
    expect(foreign).toMatchObject({ code: 'unsupported_format', status: 422, data: { format: 'Reactive Resume v3' } });
    expect((await client.resumes.list({})).resumes).toEqual([]);
  });

  it.each([
    ['a name of two lines', { name: 'a\nb' }],
    ['a name of spaces', { name: '   ' }],
    ['a name with NUL', { name: 'a\0b' }],
    ['a name with a lone surrogate', { name: '\uD800' }],
    ['a name of 201 characters', { name: 'a'.repeat(201) }],
    ['a slug that is no slug', { name: 'a', slug: 'Über uns' }],
    ['a tag twice', { name: 'a', tags: ['x', 'x'] }],
    ['21 tags', { name: 'a', tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }],
  ])('refuses %s before anything is written', async (_name, input) => {
    const { session } = await createCallers(db);
    expect((await errorOf(call(router.resumes.create, input, { context: session }))).code).toBe('BAD_REQUEST');
    expect((await call(router.resumes.list, {}, { context: session })).resumes).toEqual([]);
  });
});

describe('scopes', () => {
  const inputs: [ResumeScope[], keyof typeof router.resumes, Record<string, unknown>][] = [
    [['resumes:read'], 'list', {}],
    [['resumes:read'], 'listTags', {}],
    [['resumes:read'], 'read', { id: 'x' }],
    [['resumes:write'], 'create', { name: 'x' }],
    [['resumes:write'], 'import', { data: {} }],
    [['resumes:write'], 'duplicate', { id: 'x' }],
    [['resumes:write'], 'applyPatch', { id: 'x', operations: [] }],
    [['resumes:write'], 'update', { id: 'x', name: 'y' }],
    [['resumes:write', 'resumes:publish'], 'update', { id: 'x', isPublic: true }],
    [['resumes:write', 'resumes:publish'], 'update', { id: 'x', isPublic: false }],
    [['resumes:write', 'resumes:publish'], 'update', { id: 'x', isPublic: 'nonsense' }],
    [['resumes:write'], 'lock', { id: 'x' }],
    [['resumes:write'], 'unlock', { id: 'x' }],
    [['resumes:delete'], 'delete', { id: 'x' }],
  ];

  // proves api:scopes
  it.each(inputs)('are %j for %s with %j, told before the call and enforced by it', async (scopes, name, input) => {
    const { apiKey } = await createCallers(db);
    const procedure: AnyProcedure = router.resumes[name];
    expect(requiredScopes(procedure, input)).toEqual(scopes);
    const attempt = (held: readonly ResumeScope[]) => call(procedure, input, { context: apiKey(...held) });
    for (const missing of scopes) {
      const error = await errorOf(attempt(RESUME_SCOPES.filter((scope) => scope !== missing)));
      expect(error).toMatchObject({ code: 'insufficient_scope', status: 403, defined: true, data: { scopes } });
    }
    const outcome = await attempt(scopes).then(
      () => 'answered',
      (error: unknown) => (error instanceof ORPCError ? String(error.code) : String(error)),
    );
    expect(outcome).not.toBe('insufficient_scope');
  });

  it('are none for whoami', async () => {
    const { apiKey } = await createCallers(db);
    expect(requiredScopes(router.whoami, undefined)).toEqual([]);
    expect((await call(router.whoami, undefined, { context: apiKey() })).scopes).toEqual([]);
  });
});

describe('whoami', () => {
  it('tells a connection what it was granted and no more about the person', async () => {
    const callers = await createCallers(db);
    const created = await call(router.resumes.create, { name: 'Open' }, { context: callers.session });
    await call(router.resumes.create, { name: 'Closed' }, { context: callers.session });
    const context = await callers.connection([created.id], ['resumes:read', 'offline_access']);
    expect(await call(router.whoami, undefined, { context })).toMatchObject({
      method: 'access_token',
      connection: { clientId: 'client-1', clientName: 'Test client', scopes: ['resumes:read', 'offline_access'] },
      scopes: ['resumes:read'],
      resumes: { access: 'listed', count: 1 },
    });
    expect((await call(router.whoami, undefined, { context })).user).toEqual({ id: callers.owner.access.userId });
    const trusted = await callers.connection('all', ['resumes:read', 'profile', 'email']);
    expect(await call(router.whoami, undefined, { context: trusted })).toMatchObject({
      user: { name: 'Ana', email: `${callers.owner.access.userId}@example.org` },
      resumes: { access: 'all', count: 2 },
    });
  });

  it('tells an API key its name but not the address of its owner', async () => {
    const { apiKey, session } = await createCallers(db);
    const answer = await call(router.whoami, undefined, { context: apiKey('resumes:read') });
    expect(answer).toMatchObject({ method: 'api_key', apiKey: { id: 'key-1', name: 'My key' }, user: { name: 'Ana' } });
    expect(answer.user.email).toBeUndefined();
    expect((await call(router.whoami, undefined, { context: session })).user.email).toContain('@example.org');
  });
});

describe('the words for a model', () => {
  it('describe every tool and give it a path', () => {
    for (const procedure of [...Object.values(router.resumes), router.whoami]) {
      const { route, meta } = procedure['~orpc'];
      expect(meta.tool?.name).toMatch(/^[a-z_]+$/);
      expect(route.description?.length ?? 0).toBeGreaterThan(60);
      expect(route.path).toMatch(/^\//);
    }
  });

  it('have a hint for every declared error', () => {
    expect(Object.keys(API_HINTS).toSorted()).toEqual(Object.keys(API_ERRORS).toSorted());
    expect(API_HINTS.resume_locked).toContain('unlock_resume');
    expect(API_HINTS.revision_conflict).toContain('read_resume');
  });
});
