import { setImmediate as nextTurn } from 'node:timers/promises';
import { ORPCError, os } from '@orpc/server';
import { z } from 'zod';
import type { ApiContext, ProcedureMeta } from '../../../src/api/base.ts';
import { buildIdentifiers } from '../../../src/authorization-server/identifiers.ts';
import type { ResumeScope } from '../../../src/authorization-server/scopes.ts';
import { isDatabaseUnavailable } from '../../../src/db/unavailable.ts';
import { createMcpEndpoint, type McpEndpoint, type McpEndpointOptions } from '../../../src/mcp/handler.ts';
import { createLog } from '../../../src/observability/log.ts';
import type { Fetch } from '../../support/mcp-clients.ts';

export const APP_URL = 'https://vitae.example';
export const MCP_URL = new URL('/mcp', APP_URL);

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const base = os.$context<ApiContext & Record<string, unknown>>().$meta<ProcedureMeta & Record<string, unknown>>({});

function tool(name: string, scopes: readonly ResumeScope[]) {
  return base.meta({ scopes, tool: { name, title: name, annotations } }).route({ description: `Probe ${name}` });
}

/** Procedures that do what a test needs to see happen at the edge: answer slowly, fail in every way, need a scope. */
const probeRouter = {
  whoami: tool('whoami', [])
    .input(z.object({ turns: z.int().max(50).default(0) }))
    .output(z.object({ userId: z.string() }))
    .handler(async ({ input, context }) => {
      for (let turn = 0; turn < input.turns; turn += 1) await nextTurn();
      return { userId: context.principal.userId };
    }),
  read: tool('read_probe', ['resumes:read'])
    .input(z.object({ 'a/b': z.array(z.object({ 'c~d': z.int().max(5) })).optional() }))
    .output(z.object({ ok: z.boolean() }))
    .handler(() => ({ ok: true })),
  delete: tool('delete_probe', ['resumes:delete'])
    .output(z.object({ ok: z.boolean() }))
    .handler(() => ({ ok: true })),
  fail: tool('fail', [])
    .input(z.object({ how: z.enum(['throw', 'undeclared', 'output', 'database']) }))
    .output(z.object({ count: z.number() }))
    .handler(({ input }) => {
      if (input.how === 'throw') throw new Error('password=hunter2 at /srv/app.ts');
      if (input.how === 'undeclared') throw new ORPCError('CONFLICT', { message: 'password=hunter2' });
      if (input.how === 'database') throw new Error('query', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
      return { count: Number.NaN };
    }),
};

export function createProbeEndpoint(options: Partial<McpEndpointOptions> = {}): McpEndpoint {
  return createMcpEndpoint({
    router: probeRouter,
    resumes: { list: async () => ({ resumes: [] }), read: async () => null },
    resumeSchema: { type: 'object' },
    identifiers: buildIdentifiers(APP_URL),
    version: '1.0.0',
    log: createLog('silent'),
    isUnavailable: isDatabaseUnavailable,
    ...options,
  });
}

export function contextOf(userId: string, scopes: readonly ResumeScope[], requestId = 'request-1'): ApiContext {
  return {
    principal: { method: 'api_key', userId, scopes: new Set(scopes), apiKeyId: 'key-1', apiKeyName: null },
    // The probe procedures touch no resume.
    resumes: {} as ApiContext['resumes'],
    requestId,
    appUrl: APP_URL,
  };
}

/** The fetch of somebody with these scopes. */
export function fetchAs(endpoint: McpEndpoint, context: ApiContext): Fetch {
  return (url, init) => endpoint.fetch(new Request(url, init), context);
}
