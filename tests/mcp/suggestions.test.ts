import { call } from '@orpc/server';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { router } from '../../src/api/router.ts';
import { RESUME_SCOPES } from '../../src/authorization-server/scopes.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import type { Principal } from '../../src/resource-server/principal.ts';
import { SDK_CLIENTS } from '../support/mcp-clients.ts';
import { createGrant, createNamed, createOwner, createTestResumes } from '../support/resumes.ts';
import { createTestEndpoint, MCP_URL, tokenOf, type TestEndpoint } from './support/endpoint.ts';

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await createTestEndpoint();
});
afterAll(() => endpoint.close());

function sessionOf(userId: string): Principal {
  return { method: 'session', userId, scopes: new Set(RESUME_SCOPES), sessionId: 's', userName: 'Ana', userEmail: 'ana@example.org' };
}

// Both clients compile every output schema and check structured content against it: a mismatch rejects the call.
describe.each(SDK_CLIENTS)('a connection that may only suggest, through the $name SDK client', ({ connect }) => {
  it('is told that its change waits, where, and later what became of it', async () => {
    const owner = await createOwner(endpoint.db);
    const { userId } = owner.access;
    const { id } = await createNamed(createTestResumes(endpoint.db), owner, 'One');
    const grant = await createGrant(endpoint.db, userId, 'all');
    await endpoint.db.orm.update(oauthGrant).set({ mode: 'suggest' }).where(eq(oauthGrant.id, grant.actor.id));
    const client = await connect(MCP_URL, endpoint.fetchAs(tokenOf(userId, grant.actor.id, RESUME_SCOPES)));
    const answerOf = async (name: string, input: Record<string, unknown>) => (await client.callTool(name, input)).structuredContent;
    const textOf = async (name: string, input: Record<string, unknown>) => JSON.stringify((await client.callTool(name, input)).content);

    expect(await answerOf('whoami', {})).toMatchObject({ connection: { mode: 'suggest' } });
    expect(await answerOf('read_resume', { id })).not.toHaveProperty('suggestions');
    const operations = [{ op: 'add', path: '/basics/label', value: 'Wizard' }];
    const answer = await answerOf('apply_resume_patch', { id, operations });
    const url = `https://vitae.example/resumes/${id}/suggestions`;
    expect(answer).toMatchObject({ revision: 1, suggestion: { status: 'pending', operations: 1, url } });
    const { suggestion } = answer as { suggestion: { id: string; message: string } };
    expect(suggestion.message).toContain(url);
    expect(await answerOf('update_resume', { id, tags: ['new'] })).toMatchObject({ tags: [], suggestion: { url } });
    expect(await textOf('update_resume', { id, isPublic: true })).toContain('suggestions_only: ');
    expect(await textOf('lock_resume', { id })).toContain('suggestions_only: ');
    expect(await textOf('delete_resume', { id })).toContain('suggestions_only: ');
    expect(await answerOf('read_resume', { id })).toMatchObject({
      revision: 1,
      suggestions: [{ status: 'pending' }, { id: suggestion.id }],
    });

    const context = endpoint.contextOf(sessionOf(userId));
    const listed = await call(router.suggestions.list, { id }, { context });
    expect(listed.suggestions.map(({ by }) => by)).toEqual(
      Array.from({ length: 2 }, () => ({ connectionId: grant.actor.id, name: 'Test client' })),
    );
    await call(router.suggestions.accept, { id, suggestionId: suggestion.id, operations: [0] }, { context });
    await call(router.suggestions.reject, { id, suggestionId: listed.suggestions[0]?.id ?? '' }, { context });
    expect(await answerOf('read_resume', { id })).toMatchObject({
      revision: 2,
      data: { basics: { label: 'Wizard' } },
      suggestions: [{ status: 'rejected' }, { id: suggestion.id, status: 'accepted', revision: 2 }],
    });
    await client.close();
  });
});

describe('deciding on suggestions and undoing a connection', () => {
  it('is for the person in their browser alone', async () => {
    const { access } = await createOwner(endpoint.db);
    const context = endpoint.contextOf(tokenOf(access.userId, 'grant-1', RESUME_SCOPES));
    const input = { id: 'x', suggestionId: 'x', connectionId: 'x', since: '2026-01-01T00:00:00Z' };
    for (const attempt of [
      () => call(router.suggestions.list, input, { context }),
      () => call(router.suggestions.accept, input, { context }),
      () => call(router.suggestions.reject, input, { context }),
      () => call(router.versions.undoConnection, input, { context }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'session_required', status: 403 });
    }
  });
});
