import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESUME_SCOPES } from '../../src/authorization-server/scopes.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';
import { SDK_CLIENTS, type McpTestClient } from '../support/mcp-clients.ts';
import { createOwner, createTestResumes } from '../support/resumes.ts';
import { apiKeyOf, createTestEndpoint, MCP_URL, type TestEndpoint } from './support/endpoint.ts';

let endpoint: TestEndpoint;
let userId: string;
let id: string;
beforeAll(async () => {
  endpoint = await createTestEndpoint();
  const owner = await createOwner(endpoint.db);
  ({ userId } = owner.access);
  ({ id } = await createTestResumes(endpoint.db).create(owner.access, owner.actor, {
    name: 'Sample',
    tags: [],
    data: buildSampleResume(),
  }));
});
afterAll(() => endpoint.close());

// Both clients compile every output schema and check structured content against it: a mismatch rejects the call.
describe.each(SDK_CLIENTS)('export_resume through the $name SDK client', ({ connect }) => {
  let client: McpTestClient;
  beforeAll(async () => {
    client = await connect(MCP_URL, endpoint.fetchAs(apiKeyOf(userId, RESUME_SCOPES)));
  });
  afterAll(() => client.close());

  it.each([
    ['json', 'application/json', 'sample.json', '"name": "Mara Lindqvist"'],
    ['markdown', 'text/markdown', 'sample.md', '# Mara Lindqvist'],
    ['html', 'text/html', 'sample.html', '<h1 dir="auto">Mara Lindqvist</h1>'],
    ['text', 'text/plain', 'sample.txt', 'Mara Lindqvist\nBackend engineer'],
  ])('writes it as %s', async (format, mediaType, fileName, part) => {
    const { content, structuredContent } = await client.callTool('export_resume', { id, format });
    expect(structuredContent).toMatchObject({ id, format, mediaType, fileName, content: expect.stringContaining(part) });
    expect(content).toEqual([{ type: 'text', text: JSON.stringify(structuredContent) }]);
  });

  it('gives import_resume what it takes back unchanged', async () => {
    const exported = await client.callTool('export_resume', { id });
    const { content } = exported.structuredContent as { content: string };
    const imported = await client.callTool('import_resume', { data: JSON.parse(content) as Record<string, unknown> });
    const read = await client.callTool('read_resume', { id: (imported.structuredContent as { id: string }).id });
    expect((read.structuredContent as { data: unknown }).data).toEqual(buildSampleResume());
  });

  it('refuses a format that there is none of, and a resume that there is none of', async () => {
    expect(await client.callTool('export_resume', { id, format: 'docx' })).toMatchObject({ isError: true });
    const missing = await client.callTool('export_resume', { id: 'no-such-resume' });
    expect(missing).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/^resume_not_found: .*list_resumes/) }] });
  });
});

describe.each(SDK_CLIENTS)('download_resume_pdf and get_resume_statistics through the $name SDK client', ({ connect }) => {
  it('answer a link that ends, and who came', async () => {
    const client = await connect(MCP_URL, endpoint.fetchAs(apiKeyOf(userId, RESUME_SCOPES)));
    const link = await client.callTool('download_resume_pdf', { id });
    expect(link.structuredContent).toMatchObject({
      id,
      url: expect.stringMatching(/^https:\/\/vitae\.example\/download\/[\w.-]+$/),
      fileName: 'sample.pdf',
    });
    await client.callTool('update_resume', { id, isPublic: false });
    const before = await client.callTool('get_resume_statistics', { id });
    expect(before.structuredContent).toEqual({
      id,
      isPublic: false,
      publicUrl: null,
      views: { total: 0, lastAt: null },
      downloads: { total: 0, lastAt: null },
    });
    await client.callTool('update_resume', { id, isPublic: true });
    const after = await client.callTool('get_resume_statistics', { id });
    expect(after.structuredContent).toMatchObject({
      isPublic: true,
      publicUrl: expect.stringMatching(/^https:\/\/vitae\.example\/r\/[a-z0-9-]+\/sample$/),
    });
    expect(after.content).toEqual([{ type: 'text', text: JSON.stringify(after.structuredContent) }]);
    await client.callTool('update_resume', { id, isPublic: false });
    for (const name of ['download_resume_pdf', 'get_resume_statistics'])
      expect(await client.callTool(name, { id: 'no-such-resume' })).toMatchObject({
        isError: true,
        content: [{ text: expect.stringMatching(/^resume_not_found: /) }],
      });
    await client.close();
  });
});
