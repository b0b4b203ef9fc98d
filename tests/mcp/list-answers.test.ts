import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResumeScope } from '../../src/authorization-server/scopes.ts';
import { PreparedResponse } from '../../src/prepared-response.ts';
import { buildMcpRequest, readRpcAnswer, type Era } from '../support/mcp-clients.ts';
import { apiKeyOf, createTestEndpoint, MCP_URL, type TestEndpoint } from './support/endpoint.ts';

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await createTestEndpoint();
});
afterAll(() => endpoint.close());

const READ: readonly ResumeScope[] = ['resumes:read'];
const ALL: readonly ResumeScope[] = ['resumes:read', 'resumes:write', 'resumes:publish', 'resumes:delete'];

interface Question {
  readonly id?: string | number;
  readonly scopes?: readonly ResumeScope[];
  readonly headers?: Record<string, string>;
  readonly params?: Record<string, unknown>;
}

function ask(era: Era, method: string, { id = 1, scopes = READ, headers = {}, params = {} }: Question = {}): Promise<Response> {
  const request = buildMcpRequest(MCP_URL.href, era, method, params, headers);
  const withId = async () => JSON.stringify({ ...(JSON.parse(await request.clone().text()) as object), id });
  const { url, headers: sent, signal } = request;
  return endpoint.mcp.fetch({ method: 'POST', url, headers: sent, signal, text: withId }, endpoint.contextOf(apiKeyOf('ann', scopes)));
}

describe.each(['legacy', 'modern'] as const)('lists that were asked for before, by clients of the %s era', (era) => {
  it.each(['tools/list', 'prompts/list', 'resources/templates/list'])('answers %s alike, each time under its own id', async (method) => {
    const first = await readRpcAnswer(await ask(era, method));
    const again = await ask(era, method, { id: 'a "quoted" id' });
    expect(again).toBeInstanceOf(PreparedResponse);
    expect(await again.json()).toEqual({ jsonrpc: '2.0', id: 'a "quoted" id', result: first.result });
  });

  it('shows each set of scopes its own', async () => {
    const names = async (scopes: readonly ResumeScope[]) => {
      const { result = {} } = await readRpcAnswer(await ask(era, 'tools/list', { scopes }));
      return (result['tools'] as { name: string }[]).map(({ name }) => name);
    };
    for (let time = 0; time < 2; time += 1) {
      expect(await names(READ)).not.toContain('delete_resume');
      expect(await names(ALL)).toContain('delete_resume');
      expect(await names([])).toEqual(['whoami']);
    }
  });

  it('refuses what it refused before, however often the right question was asked', async () => {
    for (let time = 0; time < 2; time += 1) {
      expect((await ask(era, 'tools/list')).status).toBe(200);
      const unknown = await ask(era, 'tools/list', { headers: { 'mcp-protocol-version': '1999-01-01' } });
      expect(unknown.status).toBe(400);
      const bad = await readRpcAnswer(await ask(era, 'tools/list', { params: { cursor: 7 } }));
      expect(bad.error).toBeDefined();
    }
  });

  it('frames them for clients that read event streams alone', async () => {
    await ask(era, 'tools/list');
    const response = await ask(era, 'tools/list', { headers: { accept: 'text/event-stream' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect((await readRpcAnswer(response)).result).toHaveProperty('tools');
  });
});

it('refuses a header that names another method, also after the right one', async () => {
  await ask('modern', 'tools/list');
  expect((await ask('modern', 'tools/list', { headers: { 'mcp-method': 'prompts/list' } })).status).toBe(400);
});
