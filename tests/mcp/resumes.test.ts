import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESUME_SCOPES } from '../../src/authorization-server/scopes.ts';
import type { Principal } from '../../src/resource-server/principal.ts';
import { buildMcpRequest, readRpcAnswer, SDK_CLIENTS, type McpTestClient, type RpcAnswer } from '../support/mcp-clients.ts';
import { createGrant, createNamed, createOwner, createTestResumes } from '../support/resumes.ts';
import { apiKeyOf, createTestEndpoint, MCP_URL, tokenOf, type TestEndpoint } from './support/endpoint.ts';

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await createTestEndpoint();
});
afterAll(() => endpoint.close());

/** Calls a tool that must succeed, and holds its text to its structured content. */
async function answerOf(client: McpTestClient, name: string, input: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { content, structuredContent, isError } = await client.callTool(name, input);
  expect({ name, content, isError: isError ?? false }).toEqual({
    name,
    content: [{ type: 'text', text: JSON.stringify(structuredContent) }],
    isError: false,
  });
  return structuredContent as Record<string, unknown>;
}

async function failureOf(client: McpTestClient, name: string, input: Record<string, unknown>): Promise<string> {
  const { content, structuredContent, isError } = await client.callTool(name, input);
  expect({ structuredContent, isError }).toEqual({ structuredContent: undefined, isError: true });
  return (content as { text: string }[])[0]?.text ?? '';
}

describe.each(SDK_CLIENTS)('the life of a resume through the $name SDK client', ({ connect }) => {
  // Both clients compile every output schema and check structured content against it: a mismatch rejects the call.
  it('creates, reads, patches, shows, completes, locks and deletes it', async () => {
    const owner = await createOwner(endpoint.db);
    const client = await connect(MCP_URL, endpoint.fetchAs(apiKeyOf(owner.access.userId, RESUME_SCOPES)));
    expect(await client.listTools()).toHaveLength(19);

    const { id, revision } = await answerOf(client, 'create_resume', { name: 'Backend engineer', tags: ['2026'] });
    expect(await answerOf(client, 'list_resumes', { tags: ['2026'] })).toMatchObject({
      resumes: [{ id, name: 'Backend engineer', revision: 1 }],
    });
    expect(await answerOf(client, 'list_resume_tags')).toEqual({ tags: [{ tag: '2026', count: 1 }] });
    const operations = [{ op: 'add', path: '/basics', value: { name: 'Ana </script>' } }];
    expect(await answerOf(client, 'apply_resume_patch', { id, operations, expectedRevision: revision })).toMatchObject({
      revision: 2,
      dryRun: false,
    });
    expect(await answerOf(client, 'list_resume_versions', { id })).toMatchObject({
      versions: [
        { revision: 2, kind: 'patched', by: { kind: 'api_key', id: 'key-1' }, operations: 1, touched: ['basics'] },
        { revision: 1, kind: 'created' },
      ],
    });
    expect(await answerOf(client, 'compare_resume_versions', { id, from: 1 })).toMatchObject({
      to: 2,
      lines: ['Added basics name: "Ana </script>"'],
      changes: [{ op: 'add', path: '/basics/name', value: 'Ana </script>' }],
      settings: [],
    });
    expect(await failureOf(client, 'restore_resume_version', { id, revision: 9 })).toMatch(/^version_not_found: .*list_resume_versions/);
    const stale = await failureOf(client, 'restore_resume_version', { id, revision: 1, expectedRevision: 1 });
    expect(stale).toMatch(/^revision_conflict: [^]*"changesSince":\[\{"op":"add","path":"\/basics\/name"/);
    expect(await answerOf(client, 'restore_resume_version', { id, revision: 2, expectedRevision: 2 })).toMatchObject({
      revision: 2,
      restoredRevision: 2,
      changes: [],
    });
    expect(await answerOf(client, 'read_resume', { id })).toMatchObject({ id, revision: 2, data: { basics: { name: 'Ana </script>' } } });
    expect(await answerOf(client, 'check_resume', { id })).toMatchObject({
      revision: 2,
      findings: [{ code: 'missing_email', severity: 'problem', pointer: '/basics/email' }, ...Array.from({ length: 5 }, () => ({}))],
    });
    expect(await answerOf(client, 'update_resume', { id, isPublic: true })).toMatchObject({ isPublic: true });
    expect(await answerOf(client, 'duplicate_resume', { id, name: 'Copy' })).toMatchObject({ name: 'Copy', isPublic: false });
    expect(await answerOf(client, 'import_resume', { data: { basics: { name: 'Imported' } } })).toMatchObject({ name: 'Imported' });
    expect(await answerOf(client, 'whoami')).toMatchObject({ user: { id: owner.access.userId }, resumes: { access: 'all', count: 3 } });

    const uri = `resume://${String(id)}`;
    expect((await client.listResources()).map((resource) => resource.uri)).toContain(uri);
    const [contents] = await client.readResource(uri);
    expect(JSON.parse(String(contents?.text))).toMatchObject({ basics: { name: 'Ana </script>' } });
    const [schema] = await client.readResource('resume://_meta/schema');
    expect(JSON.parse(String(schema?.text))).toMatchObject({ type: 'object', properties: { basics: { type: 'object' } } });
    const messages = await client.getPrompt('tailor_resume', { id: String(id), jobDescription: 'Gardener' });
    expect(messages).toMatchObject([
      { content: { type: 'text' } },
      { content: { type: 'resource', resource: { uri, text: contents?.text } } },
    ]);
    expect(JSON.stringify(messages[0])).toContain('Gardener');
    expect(await client.completeId('review_resume', 'BACKEND')).toEqual([id]);
    expect(await client.completeId('review_resume', String(id).slice(0, 8))).toEqual([id]);

    await answerOf(client, 'lock_resume', { id });
    expect(await failureOf(client, 'delete_resume', { id })).toMatch(/^resume_locked: .*unlock_resume/);
    expect(await failureOf(client, 'apply_resume_patch', { id, operations })).toMatch(/^resume_locked: /);
    await answerOf(client, 'unlock_resume', { id });
    expect(await answerOf(client, 'delete_resume', { id })).toEqual({ id, deleted: true });
    expect(await failureOf(client, 'read_resume', { id })).toMatch(/^resume_not_found: .*list_resumes/);
    await client.close();
  });
});

describe('what a call is refused for', () => {
  it('names the code, what is wrong, what is known and what to do', async () => {
    const owner = await createOwner(endpoint.db);
    const { id } = await createNamed(createTestResumes(endpoint.db), owner, 'One');
    const client = await SDK_CLIENTS[3].connect(MCP_URL, endpoint.fetchAs(apiKeyOf(owner.access.userId, RESUME_SCOPES)));
    const rename = [{ op: 'replace', path: '/basics/name', value: 'New' }];
    const conflict = await failureOf(client, 'apply_resume_patch', { id, operations: rename, expectedRevision: 7 });
    expect(conflict).toMatch(/^revision_conflict: /);
    expect(conflict).toContain('"currentRevision":1');
    expect(conflict).toContain('read_resume');
    const invalid = await failureOf(client, 'apply_resume_patch', { id, operations: [{ op: 'replace', path: '/basics/name', value: 7 }] });
    expect(invalid).toMatch(/^invalid_resume: [^]*\/basics\/name/);
    expect(await failureOf(client, 'apply_resume_patch', { id, operations: Array.from({ length: 201 }, () => rename[0]) })).toContain(
      '\n/operations: ',
    );
    expect(await failureOf(client, 'apply_resume_patch', { id, operations: [{ op: 'move', path: 7 }] })).toContain(
      '\n/operations/0/path: ',
    );
    expect(await failureOf(client, 'list_resumes', { cursor: 'made up' })).toMatch(/^invalid_cursor: /);
    expect(await answerOf(client, 'read_resume', { id })).toMatchObject({ revision: 1, data: { basics: { name: 'One' } } });
    await client.close();
  });
});

describe('whose resumes a connection sees (security case 173)', () => {
  // proves mcp:own-resumes
  it('is those of its user, and of its set when it has one, through every door', async () => {
    const resumes = createTestResumes(endpoint.db);
    const ana = await createOwner(endpoint.db, 'Ana');
    const ben = await createOwner(endpoint.db, 'Ben');
    const [open, hidden, foreign] = [
      await createNamed(resumes, ana, 'Open'),
      await createNamed(resumes, ana, 'Hidden'),
      await createNamed(resumes, ben, 'Foreign'),
    ];
    const grant = await createGrant(endpoint.db, ana.access.userId, [open.id]);
    const principal = tokenOf(ana.access.userId, grant.access.resumeSetId ?? '', RESUME_SCOPES);
    const client = await SDK_CLIENTS[0].connect(MCP_URL, endpoint.fetchAs(principal));
    expect(await answerOf(client, 'list_resumes')).toMatchObject({ resumes: [{ id: open.id }] });
    expect((await client.listResources()).map((resource) => resource.uri)).toEqual(['resume://_meta/schema', `resume://${open.id}`]);
    expect(await client.completeId('review_resume', '')).toEqual([open.id]);
    for (const { id } of [hidden, foreign]) {
      for (const name of ['read_resume', 'duplicate_resume', 'lock_resume', 'delete_resume']) {
        expect(await failureOf(client, name, { id })).toMatch(/^resume_not_found: /);
      }
      await expect(client.readResource(`resume://${id}`)).rejects.toMatchObject({ code: -32602 });
      await expect(client.getPrompt('review_resume', { id })).rejects.toMatchObject({ code: -32602 });
    }
    expect(await resumes.read(ben.access, foreign.id)).toEqual(foreign);
    expect(await resumes.read(ana.access, hidden.id)).toEqual(hidden);
    await client.close();
  });
});

async function rpc(principal: Principal, method: string, params: Record<string, unknown>): Promise<RpcAnswer> {
  return readRpcAnswer(await endpoint.mcp.fetch(buildMcpRequest(MCP_URL.href, 'modern', method, params), endpoint.contextOf(principal)));
}

describe('resources and prompts that are not there', () => {
  it.each([
    ['resources/read', { uri: 'resume://no-such-resume' }],
    ['resources/read', { uri: 'resume://' }],
    ['resources/read', { uri: 'resume://a/b' }],
    ['resources/read', { uri: `resume://${','.repeat(50_000)}` }],
    ['resources/read', { uri: 'https://vitae.example/' }],
    ['resources/list', { cursor: 'made up' }],
    ['prompts/get', { name: 'no_such_prompt' }],
    ['prompts/get', { name: 'constructor' }],
    ['prompts/get', { name: 'review_resume' }],
    ['prompts/get', { name: 'tailor_resume', arguments: { id: 'no-such-resume', jobDescription: ' ' } }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'no_such_prompt' }, argument: { name: 'id', value: '' } }],
    ['completion/complete', { ref: { type: 'ref/resource', uri: 'resume://{name}' }, argument: { name: 'id', value: '' } }],
  ])('are -32602: %s %j', async (method, params) => {
    const owner = await createOwner(endpoint.db);
    expect((await rpc(apiKeyOf(owner.access.userId, RESUME_SCOPES), method, params)).error).toMatchObject({ code: -32602 });
  });
});

describe('a list of resources longer than a page', () => {
  it('goes on at its cursor and shows each once', async () => {
    const resumes = createTestResumes(endpoint.db);
    const owner = await createOwner(endpoint.db);
    for (let index = 0; index < 103; index += 1) await createNamed(resumes, owner, `Resume ${index}`);
    const reader = apiKeyOf(owner.access.userId, ['resumes:read']);
    const uris: string[] = [];
    let cursor: string | undefined;
    do {
      const { result } = await rpc(reader, 'resources/list', cursor === undefined ? {} : { cursor });
      const page = result as { resources: { uri: string }[]; nextCursor?: string };
      uris.push(...page.resources.map((resource) => resource.uri));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(uris).toHaveLength(104);
    expect(new Set(uris).size).toBe(104);
  });
});
