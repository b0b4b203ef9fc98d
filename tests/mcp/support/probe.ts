import { setImmediate as nextTurn } from 'node:timers/promises';
import { ORPCError, os } from '@orpc/server';
import { z } from 'zod';
import type { ApiContext, ProcedureMeta } from '../../../src/api/base.ts';
import { router } from '../../../src/api/router.ts';
import type { ResumeScope } from '../../../src/authorization-server/scopes.ts';
import { createTestEndpoint, type TestEndpointOptions } from './endpoint.ts';

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const base = os.$context<ApiContext & Record<never, never>>().$meta<ProcedureMeta & Record<never, never>>({});

function tool(name: string, scopes: readonly ResumeScope[]) {
  return base.meta({ scopes, tool: { name, title: name, annotations } }).route({ description: `Probe ${name}` });
}

/** Procedures that do what a test needs to see happen at the edge: answer slowly, fail in every way, need a scope. */
const probes = {
  user: tool('probe_user', [])
    .input(z.object({ turns: z.int().max(50).default(0) }))
    .output(z.object({ userId: z.string() }))
    .handler(async ({ input, context }) => {
      for (let turn = 0; turn < input.turns; turn += 1) await nextTurn();
      return { userId: context.principal.userId };
    }),
  input: tool('probe_input', [])
    .input(z.object({ 'a/b': z.array(z.object({ 'c~d': z.int().max(5) })).optional() }))
    .output(z.object({ ok: z.boolean() }))
    .handler(() => ({ ok: true })),
  failure: tool('probe_failure', [])
    .input(z.object({ how: z.enum(['throw', 'undeclared', 'output', 'database']) }))
    .output(z.object({ count: z.number() }))
    .handler(({ input }) => {
      if (input.how === 'throw') throw new Error('password=hunter2 at /srv/app.ts');
      if (input.how === 'undeclared') throw new ORPCError('CONFLICT', { message: 'password=hunter2' });
      if (input.how === 'database') throw new Error('query', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
      return { count: Number.NaN };
    }),
};

const probedRouter = { ...router, probes };

/** The product's endpoint with the probes beside its own tools. */
export function createProbeEndpoint(options: TestEndpointOptions = {}) {
  return createTestEndpoint({ router: probedRouter, ...options });
}
