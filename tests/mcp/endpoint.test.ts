import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMcpRequest, readRpcAnswer, SDK_CLIENTS, type Era } from '../support/mcp-clients.ts';
import { apiKeyOf, MCP_URL, type TestEndpoint } from './support/endpoint.ts';
import { createProbeEndpoint } from './support/probe.ts';

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await createProbeEndpoint();
});
afterAll(() => endpoint.close());

const reader = apiKeyOf('ann', ['resumes:read']);
const ERAS: readonly Era[] = ['legacy', 'modern'];

function send(era: Era, method: string, params: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> {
  return answer(buildMcpRequest(MCP_URL.href, era, method, params, headers));
}

function answer(request: Request): Promise<Response> {
  return endpoint.mcp.fetch(request, endpoint.contextOf(reader));
}

function post(body: string): Promise<Response> {
  return answer(new Request(MCP_URL, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
}

function call(era: Era, name: string, input: Record<string, unknown> = {}): Promise<Response> {
  return send(era, 'tools/call', { name, arguments: input });
}

describe.each(SDK_CLIENTS)('the $name SDK client', ({ era, connect }) => {
  // proves mcp:both-eras
  it('connects, lists, calls and is told about bad input and unknown tools', async () => {
    const client = await connect(MCP_URL, endpoint.fetchAs(reader));
    expect(client.negotiatedVersion()).toBe(era === 'legacy' ? '2025-11-25' : '2026-07-28');
    expect((await client.listTools()).map((tool) => tool.name)).toEqual(
      'list_resumes list_resume_tags read_resume export_resume download_resume_pdf get_resume_statistics list_resume_versions compare_resume_versions check_resume whoami probe_user probe_input probe_failure'.split(
        ' ',
      ),
    );
    expect(await client.callTool('probe_user')).toMatchObject({
      content: [{ type: 'text', text: '{"userId":"ann"}' }],
      structuredContent: { userId: 'ann' },
    });
    expect(await client.callTool('probe_user', { turns: 51 })).toMatchObject({ isError: true });
    await expect(client.callTool('no_such_tool')).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });
});

describe('methods and bodies', () => {
  // proves mcp:methods
  it.each(['GET', 'DELETE', 'PUT', 'HEAD'])('answers an authorised %s with 405 and Allow (security case 187)', async (method) => {
    const response = await answer(new Request(MCP_URL, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=utf-8', 200],
  ])('answers a body of type %s with %i', async (type, status) => {
    expect((await send('legacy', 'tools/list', {}, { 'content-type': type })).status).toBe(status);
  });

  // proves bounds:body
  it('refuses a body over 1 MiB before parsing it', async () => {
    const body = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"${'x'.repeat(1024 * 1024)}"}}`;
    const response = await post(body);
    expect(response.status).toBe(413);
  });

  it.each(['[]', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', '{', '', '{"id":1,"method":"ping"}'])(
    'answers %s with 400',
    async (body) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: expect.any(Number) as number } });
    },
  );
});

describe.each(ERAS)('answers of the %s era', (era) => {
  it('names JSON Pointer and expectation of invalid input, without structured content', async () => {
    const { result } = await readRpcAnswer(await call(era, 'probe_input', { 'a/b': [{ 'c~d': 6 }, { 'c~d': 'x' }] }));
    expect(result).toMatchObject({
      isError: true,
      content: [
        {
          type: 'text',
          text: expect.stringMatching(/nothing was changed[^]*\n\/a~1b\/0\/c~0d: [^\n]*<=5[^]*\n\/a~1b\/1\/c~0d: [^\n]*number/) as string,
        },
      ],
    });
    expect(result).not.toHaveProperty('structuredContent');
  });

  it.each(['throw', 'undeclared', 'output'])(
    'hides what went wrong inside behind -32603 and the request id: %s (security case 190)',
    async (how) => {
      const response = await call(era, 'probe_failure', { how });
      const body = await response.clone().text();
      expect((await readRpcAnswer(response)).error).toEqual({ code: -32603, message: 'Internal error', data: { requestId: 'request-1' } });
      expect(body).not.toMatch(/hunter2|srv|NaN/);
    },
  );

  // proves resource-server:away-is-503
  it('answers 503 with Retry-After when the database is away', async () => {
    const response = await call(era, 'probe_failure', { how: 'database' });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.text()).not.toMatch(/connect|ECONN/);
  });

  // proves mcp:step-up
  it('answers 403 before dispatch and names every scope of the call and the base scope (security case 171)', async () => {
    const response = await call(era, 'delete_resume');
    expect(response.status).toBe(403);
    const challenge = response.headers.get('www-authenticate') ?? '';
    expect(challenge).toMatch(/^Bearer /);
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('scope="resumes:read resumes:delete"');
    expect(challenge).toContain('resource_metadata="https://vitae.example/.well-known/oauth-protected-resource/mcp"');
  });

  it('frames the answer as an event for a client that reads nothing else', async () => {
    const response = await send(era, 'tools/list', {}, { accept: 'text/event-stream' });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect((await readRpcAnswer(response)).result).toHaveProperty('tools');
  });

  it.each(['application/json', '*/*', ''])('answers JSON to an Accept of "%s"', async (accept) => {
    const response = await send(era, 'tools/list', {}, { accept });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
  });
});

describe('revisions', () => {
  it('takes a 2026-07-28 header on a 2025-era message as a leftover', async () => {
    expect((await send('legacy', 'tools/list', {}, { 'mcp-protocol-version': '2026-07-28' })).status).toBe(200);
  });

  it('refuses an older header on a 2026-07-28 message with HeaderMismatch', async () => {
    const response = await send('modern', 'tools/list', {}, { 'mcp-protocol-version': '2025-11-25' });
    expect(response.status).toBe(400);
    expect((await readRpcAnswer(response)).error?.code).toBe(-32020);
  });

  // proves mcp:revisions
  it.each(['1999-01-01', '2099-01-01', 'nonsense'])('refuses the version %s (security case 188)', async (version) => {
    expect((await send('legacy', 'tools/list', {}, { 'mcp-protocol-version': version })).status).toBe(400);
  });

  // proves mcp:revisions
  it.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])('initialises at %s', async (protocolVersion) => {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const { result } = await readRpcAnswer(await send('legacy', 'initialize', params));
    expect(result).toMatchObject({ protocolVersion, capabilities: { tools: { listChanged: false }, prompts: { listChanged: false } } });
  });

  it('announces nothing it does not do, and lets no answer be shared between callers', async () => {
    const { result } = await readRpcAnswer(await send('modern', 'server/discover'));
    expect(result).toMatchObject({
      supportedVersions: ['2026-07-28'],
      capabilities: {
        tools: { listChanged: false },
        resources: { listChanged: false, subscribe: false },
        prompts: { listChanged: false },
        completions: {},
      },
      cacheScope: 'private',
    });
    for (const method of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']) {
      expect((await readRpcAnswer(await send('modern', method))).result).toMatchObject({
        ttlMs: expect.any(Number) as number,
        cacheScope: 'private',
      });
    }
  });

  it('answers 404 with the request id to methods the era does not have', async () => {
    const response = await send('modern', 'ping');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ id: 1, error: { code: -32601 } });
  });
});
