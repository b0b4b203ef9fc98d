import { isProcedure, type AnyProcedure } from '@orpc/server';
import type { ListToolsResult, Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { requiredScopes, type ProcedureMeta, type ToolMeta } from '../api/base.ts';

const objectSchema = z.looseObject({ type: z.literal('object') });

/** One procedure as an MCP tool. Everything the wire needs is computed. */
export interface CatalogueTool {
  readonly procedure: AnyProcedure;
  /** Scopes of every call, whatever its input. */
  readonly scopes: readonly string[];
  /** Scopes of a call with this input, which nobody has checked yet. */
  readonly scopesOf: (input: unknown) => readonly string[];
  readonly definition: Tool;
}

export interface ToolCatalogue {
  /** Every tool, in the order of the router. */
  readonly tools: readonly CatalogueTool[];
  find(name: string): CatalogueTool | undefined;
  /** The answer to `tools/list` for a connection: the tools whose scopes it has. One shared object per set of scopes. */
  list(scopes: ReadonlySet<string>): ListToolsResult;
}

/**
 * Derives the MCP tools from the oRPC router: name, title, annotations and scopes from a procedure's meta, description
 * from its route, JSON Schemas (2020-12) from its zod schemas. All conversions happen here, none while serving.
 *
 * Throws for a procedure that can't be a tool: no description, a name twice, a schema whose root is no object or that
 * JSON Schema can't express. Procedures without `meta.tool` are skipped.
 */
export function createToolCatalogue(router: object): ToolCatalogue {
  const tools = new Map<string, CatalogueTool>();
  for (const procedure of procedures(router)) {
    const parts: ProcedureParts = procedure['~orpc'];
    const { tool } = parts.meta;
    if (tool === undefined) continue;
    if (tools.has(tool.name)) throw new Error(`Two procedures are the tool ${tool.name}`);
    tools.set(tool.name, {
      procedure,
      scopes: requiredScopes(procedure, undefined),
      scopesOf: (input) => requiredScopes(procedure, input),
      definition: buildDefinition(parts, tool),
    });
  }
  const needed = [...new Set([...tools.values()].flatMap((tool) => tool.scopes))];
  const lists = new Map<string, ListToolsResult>();
  return {
    tools: [...tools.values()],
    find: (name) => tools.get(name),
    list(scopes) {
      const key = needed.filter((scope) => scopes.has(scope)).join(' ');
      let list = lists.get(key);
      if (list === undefined) {
        const visible = [...tools.values()].filter((tool) => tool.scopes.every((scope) => scopes.has(scope)));
        list = Object.freeze({ tools: visible.map((tool) => tool.definition) });
        lists.set(key, list);
      }
      return list;
    },
  };
}

function* procedures(node: unknown): Generator<AnyProcedure> {
  if (isProcedure(node)) yield node;
  else if (typeof node === 'object' && node !== null) for (const child of Object.values(node)) yield* procedures(child);
}

/** What is read of a procedure. Its builder is typed with {@link ProcedureMeta}; `AnyProcedure` has forgotten it. */
interface ProcedureParts {
  readonly meta: ProcedureMeta;
  readonly route: { readonly description?: string };
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
}

function buildDefinition({ route, inputSchema, outputSchema }: ProcedureParts, tool: ToolMeta): Tool {
  if (route.description === undefined || route.description === '') throw new Error(`The tool ${tool.name} has no description`);
  return Object.freeze({
    name: tool.name,
    title: tool.title,
    description: route.description,
    inputSchema: toObjectSchema(`input of ${tool.name}`, inputSchema ?? z.object({}), 'input'),
    outputSchema: toObjectSchema(`output of ${tool.name}`, outputSchema, 'output'),
    annotations: { title: tool.title, ...tool.annotations },
  });
}

/** @returns the JSON Schema without `$schema`: 2020-12 is what MCP takes a schema without one to be */
function toObjectSchema(name: string, schema: unknown, io: 'input' | 'output'): Tool['inputSchema'] {
  if (!(schema instanceof z.ZodType)) throw new Error(`The ${name} is not a zod schema`);
  const { $schema: _dialect, ...converted } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    // A format says it already; zod's patterns for dates and addresses are hundreds of characters in every list.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  const object = objectSchema.safeParse(converted);
  if (!object.success) throw new Error(`The ${name} is not an object`);
  return Object.freeze(object.data);
}
