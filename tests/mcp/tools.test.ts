import { os } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ProcedureMeta } from '../../src/api/base.ts';
import { RESUME_SCOPES } from '../../src/authorization-server/scopes.ts';
import { createToolCatalogue } from '../../src/mcp/tools.ts';

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const base = os.$meta<ProcedureMeta & Record<string, unknown>>({});

function procedure(name: string, meta: ProcedureMeta = {}, output: z.ZodType = z.object({ at: z.iso.datetime() })) {
  return base
    .meta({ tool: { name, title: `Title of ${name}`, annotations }, ...meta })
    .route({ description: `Does ${name}` })
    .input(z.object({ id: z.string().describe('The id'), limit: z.number().default(1) }))
    .output(output)
    .handler(() => ({ at: '2026-01-01T00:00:00Z' }));
}

describe('tools are derived from procedures', () => {
  // proves mcp:derived-tools
  it('takes name, title, description, annotations and both schemas from the procedure', () => {
    const [tool] = createToolCatalogue({ a: procedure('one') }).tools;
    expect(tool?.definition).toEqual({
      name: 'one',
      title: 'Title of one',
      description: 'Does one',
      annotations: { title: 'Title of one', ...annotations },
      inputSchema: {
        type: 'object',
        properties: { id: { type: 'string', description: 'The id' }, limit: { type: 'number', default: 1 } },
        required: ['id'],
      },
      outputSchema: {
        type: 'object',
        properties: { at: { type: 'string', format: 'date-time' } },
        required: ['at'],
        additionalProperties: false,
      },
    });
  });

  it('keeps the order of the router through its nesting and skips what is no tool', () => {
    const router = { b: { z: procedure('z'), a: procedure('a') }, hidden: base.handler(() => ({})), c: procedure('m') };
    expect(createToolCatalogue(router).tools.map((tool) => tool.definition.name)).toEqual(['z', 'a', 'm']);
  });

  it('lists the tools whose scopes are all held, as one object for each set of scopes', () => {
    const catalogue = createToolCatalogue({
      a: procedure('any'),
      b: procedure('reads', { scopes: ['resumes:read'] }),
      c: procedure('both', { scopes: ['resumes:read', 'resumes:write'] }),
    });
    const names = (scopes: (typeof RESUME_SCOPES)[number][]) => catalogue.list(new Set(scopes)).tools.map((tool) => tool.name);
    expect(names([])).toEqual(['any']);
    expect(names(['resumes:read', 'resumes:delete'])).toEqual(['any', 'reads']);
    expect(names(['resumes:write'])).toEqual(['any']);
    expect(names([...RESUME_SCOPES])).toEqual(['any', 'reads', 'both']);
    expect(catalogue.list(new Set(['resumes:read', 'resumes:write']))).toBe(catalogue.list(new Set(['resumes:write', 'resumes:read'])));
  });

  it.each([
    ['a name twice', { a: procedure('one'), b: procedure('one') }, 'Two procedures'],
    ['an output that is no object', { a: procedure('one', {}, z.array(z.string())) }, 'not an object'],
    [
      'no output schema',
      {
        a: base
          .meta({ tool: { name: 'x', title: 'X', annotations } })
          .route({ description: 'x' })
          .handler(() => ({})),
      },
      'not a zod schema',
    ],
    [
      'no description',
      {
        a: base
          .meta({ tool: { name: 'x', title: 'X', annotations } })
          .output(z.object({}))
          .handler(() => ({})),
      },
      'no description',
    ],
  ])('refuses to start with %s', (_name, router, message) => {
    expect(() => createToolCatalogue(router)).toThrow(message);
  });
});
