import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { McpServer } from '@modelcontextprotocol/server';
import { buildMcpRequest, readRpcAnswer } from '../support/mcp-clients.ts';
import { apiKeyOf, MCP_URL, type TestEndpoint } from './support/endpoint.ts';
import { createProbeEndpoint } from './support/probe.ts';

const servers: McpServer[] = [];
let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await createProbeEndpoint({ extension: { install: (server) => void servers.push(server) } });
});
afterAll(() => endpoint.close());

function answer(request: Request, userId: string, requestId = 'request-1'): Promise<Response> {
  return endpoint.mcp.fetch(request, endpoint.contextOf(apiKeyOf(userId, []), requestId));
}

/** A small generator, so that every run interleaves the same way. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('one server per request (security case 183, CVE-2026-25536)', () => {
  // proves mcp:one-server-a-request
  it('answers 1,000 interleaved calls of two users each with their own data', async () => {
    const random = createRandom(7);
    const calls = Array.from({ length: 1000 }, async (_unused, index) => {
      const userId = random() < 0.5 ? 'ann' : 'ben';
      const era = random() < 0.5 ? 'legacy' : 'modern';
      const request = buildMcpRequest(MCP_URL.href, era, 'tools/call', {
        name: 'probe_user',
        arguments: { turns: Math.floor(random() * 20) },
      });
      const { result } = await readRpcAnswer(await answer(request, userId, `request-${index}`));
      return { asked: userId, answered: result?.['structuredContent'] };
    });
    const answers = await Promise.all(calls);
    expect(answers.filter(({ asked, answered }) => JSON.stringify(answered) !== JSON.stringify({ userId: asked }))).toEqual([]);
    expect(new Set(answers.map(({ asked }) => asked)).size).toBe(2);
  });

  it('builds a server for each and keeps none connected', async () => {
    servers.length = 0;
    for (const era of ['legacy', 'modern', 'legacy', 'modern'] as const) {
      await (await answer(buildMcpRequest(MCP_URL.href, era, 'tools/list'), 'ann')).text();
    }
    expect(new Set(servers).size).toBe(4);
    await expect.poll(() => servers.filter((server) => server.isConnected()).length).toBe(0);
  });

  it.each([
    ['legacy', 0],
    ['legacy', 5],
    ['modern', 0],
    ['modern', 5],
  ] as const)('ends a call of the %s era that its client gave up after %i turns', async (era, turns) => {
    servers.length = 0;
    const abort = new AbortController();
    const request = buildMcpRequest(MCP_URL.href, era, 'tools/call', { name: 'probe_user', arguments: { turns: 50 } });
    const response = answer(new Request(request, { signal: abort.signal }), 'ann');
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    abort.abort();
    expect((await response).status).toBe(499);
    await expect.poll(() => servers.filter((server) => server.isConnected()).length).toBe(0);
  });

  it('keeps the two apart when both fail at once', async () => {
    const answers = await Promise.all(
      ['one', 'two'].map(async (requestId) => {
        const request = buildMcpRequest(MCP_URL.href, 'modern', 'tools/call', { name: 'probe_failure', arguments: { how: 'throw' } });
        return (await readRpcAnswer(await answer(request, 'ann', requestId))).error?.data;
      }),
    );
    expect(answers).toEqual([{ requestId: 'one' }, { requestId: 'two' }]);
  });
});
