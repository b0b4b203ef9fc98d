import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiContext } from '../../src/api/base.ts';
import { API_ERRORS, API_HINTS, type ApiErrorCode } from '../../src/api/errors.ts';
import { router } from '../../src/api/router.ts';
import { RESUME_SCOPES } from '../../src/authorization-server/scopes.ts';
import { resume } from '../../src/db/schema/resumes.ts';
import { createToolCatalogue } from '../../src/mcp/tools.ts';
import { MAX_RESUMES_PER_OWNER } from '../../src/resumes/creation.ts';
import { SDK_CLIENTS, type McpTestClient } from '../support/mcp-clients.ts';
import { CONTRACTS, createFullAccount, createScene, type Scene, type ToolCall } from './support/contract-cases.ts';
import { apiKeyOf, createTestEndpoint, MCP_URL, type TestEndpoint } from './support/endpoint.ts';

/** What every refusal tells a model to do next, written down a second time: the names of tools in it are calls it will make. */
const HINTS: Readonly<Record<string, RegExp>> = {
  resume_not_found: /list_resumes/,
  resume_locked: /unlock_resume/,
  revision_conflict: /changesSince.*read_resume/,
  version_not_found: /list_resume_versions/,
  suggestions_only: /ask the person/,
  too_many_suggestions: /Ask the person/,
  slug_taken: /another slug/,
  invalid_patch: /read_resume.*nothing was applied/,
  patch_test_failed: /read_resume.*nothing was applied/,
  invalid_resume: /these pointers.*nothing was stored/,
  resume_too_large: /Shorten.*nothing was stored/,
  too_many_resumes: /delete_resume/,
  unsupported_format: /JSON Resume/,
  pdf_unavailable: /export_resume/,
  invalid_cursor: /list_resumes.*nextCursor/,
  access_ended: /connect again/,
};

/** Declared for the pages and the account, or answered as an HTTP status before a tool is called (scopes.test.ts). */
const OF_NO_TOOL: readonly ApiErrorCode[] = [
  'undo_conflict',
  'suggestion_not_found',
  'suggestion_decided',
  'suggestion_conflict',
  'session_required',
  'scope_not_held',
  'connection_not_found',
  'api_key_not_found',
  'insufficient_scope',
];

const definitionSchema = z.looseObject({
  name: z.string(),
  inputSchema: z.looseObject({ required: z.array(z.string()).default([]) }),
  outputSchema: z.looseObject({}),
});

const ajv = addFormats.default(new Ajv2020({ strict: true, allErrors: true }));
const { tools } = createToolCatalogue(router);
const NAMES = Object.keys(CONTRACTS);
const REFUSALS = NAMES.flatMap((tool) => Object.keys(CONTRACTS[tool]?.refuses ?? {}).map((code) => ({ tool, code })));

let endpoint: TestEndpoint;
let fullUserId: string;
beforeAll(async () => {
  endpoint = await createTestEndpoint();
  fullUserId = await createFullAccount(endpoint, MAX_RESUMES_PER_OWNER);
});
afterAll(() => endpoint.close());

describe('the table of contracts', () => {
  it('has every tool, and of each every error that it declares', () => {
    const declared = tools.map(({ procedure, definition }) => {
      const declaredErrors: object = procedure['~orpc'].errorMap;
      const codes = Object.keys(declaredErrors).filter((code) => code !== 'insufficient_scope');
      return [definition.name, codes.toSorted()];
    });
    expect(NAMES.map((name) => [name, Object.keys(CONTRACTS[name]?.refuses ?? {}).toSorted()])).toEqual(declared);
  });

  it('reaches every code there is, but those of no tool, and has a hint for each', () => {
    const reached = new Set(REFUSALS.map(({ code }) => code));
    expect([...reached, ...OF_NO_TOOL].toSorted()).toEqual(Object.keys(API_ERRORS).toSorted());
    expect(Object.keys(HINTS).toSorted()).toEqual([...reached].toSorted());
  });

  it('lets hints, descriptions and instructions name only tools there are', () => {
    const texts = [...Object.values(API_HINTS), ...tools.map(({ definition }) => JSON.stringify(definition))];
    const named = texts.flatMap((text) => text.match(/\b(?:[a-z]+_resumes?(?:_[a-z]+)*|list_[a-z_]+|whoami)\b/g) ?? []);
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((name) => !NAMES.includes(name))).toEqual([]);
  });
});

/** What a refused call must leave as it was: every resume of the person with its revision, and the person's public name. */
async function snapshot({ endpoint: { db }, owner }: Scene): Promise<unknown> {
  const { userId } = owner.access;
  const rows = await db.orm.select({ id: resume.id, revision: resume.revision }).from(resume).where(eq(resume.userId, userId));
  const { rows: profiles } = z
    .object({ rows: z.array(z.unknown()) })
    .parse(await db.orm.execute(sql`select username from profile where user_id = ${userId}`));
  return { rows, profiles };
}

describe.each(SDK_CLIENTS)('through the $name SDK client', ({ connect }) => {
  let client: McpTestClient;
  let context: ApiContext;
  const schemas = new Map<string, z.infer<typeof definitionSchema>>();

  beforeAll(async () => {
    context = endpoint.contextOf(apiKeyOf(fullUserId, RESUME_SCOPES));
    client = await connect(MCP_URL, (url, init) => endpoint.mcp.fetch(new Request(url, init), context));
    for (const listed of await client.listTools()) schemas.set(listed.name, definitionSchema.parse(listed));
  });
  afterAll(() => client.close());

  async function callIn(scene: Scene, tool: string, call: ToolCall) {
    context = call.context ?? endpoint.contextOf(apiKeyOf(scene.owner.access.userId, RESUME_SCOPES));
    expect(problemsOf(schemas.get(tool)?.inputSchema, call.input)).toEqual([]);
    return client.callTool(tool, call.input);
  }

  it.each(NAMES)('%s says what it does in its annotations', async (name) => {
    const { readOnly, destructive, idempotent } = CONTRACTS[name]?.annotations ?? {};
    expect(schemas.get(name)).toMatchObject({
      annotations: { readOnlyHint: readOnly, destructiveHint: destructive, idempotentHint: idempotent, openWorldHint: false },
    });
  });

  it.each(NAMES)('%s answers what its output schema says, and the same as text', async (name) => {
    const scene = await createScene(endpoint, fullUserId);
    const [makeCall, part] = CONTRACTS[name]?.works ?? [() => ({ input: {} }), {}];
    const { content, structuredContent, isError } = await callIn(scene, name, await makeCall(scene));
    expect({ isError: isError ?? false, structuredContent }).toMatchObject({ isError: false, structuredContent: part });
    expect(problemsOf(schemas.get(name)?.outputSchema, structuredContent)).toEqual([]);
    expect(content).toEqual([{ type: 'text', text: expect.any(String) }]);
    expect(JSON.parse((content as { text: string }[])[0]?.text ?? '')).toEqual(structuredContent);
  });

  it.each(REFUSALS)('$tool is refused with $code, what is known and what to do, and changes nothing', async ({ tool, code }) => {
    const scene = await createScene(endpoint, fullUserId);
    const call = await (CONTRACTS[tool]?.refuses[code] ?? (() => ({ input: {} })))(scene);
    const before = await snapshot(scene);
    const { content, structuredContent, isError } = await callIn(scene, tool, call);
    expect({ isError, structuredContent }).toEqual({ isError: true, structuredContent: undefined });
    const [message = '', ...data] = ((content as { text: string }[])[0]?.text ?? '').split('\n');
    expect(message.startsWith(`${code}: `)).toBe(true);
    expect(message).toMatch(HINTS[code] ?? /^$/);
    const declared = dataSchemaOf(code);
    expect(data).toHaveLength(declared === null ? 0 : 1);
    expect(declared?.safeParse(JSON.parse(data[0] ?? '')).success ?? true).toBe(true);
    expect(await snapshot(scene)).toEqual(before);
  });

  it.each(NAMES)('%s names what is missing of its input', async (name) => {
    const scene = await createScene(endpoint, fullUserId);
    const required = schemas.get(name)?.inputSchema.required ?? [];
    context = endpoint.contextOf(apiKeyOf(scene.owner.access.userId, RESUME_SCOPES));
    const { content, isError } = await client.callTool(name, {});
    const text = (content as { text: string }[])[0]?.text ?? '';
    expect([isError ?? false, required.filter((member) => !text.includes(`\n/${member}: `))]).toEqual([required.length > 0, []]);
  });
});

/** By a validator that is neither ours nor the SDKs' (JSON Schema 2020-12). */
function problemsOf(schema: Record<string, unknown> | undefined, value: unknown): readonly unknown[] {
  if (schema === undefined) return ['no such tool'];
  const validate = ajv.compile(schema);
  return validate(value) ? [] : (validate.errors ?? []);
}

/** What a refusal of this code carries; null: nothing. */
function dataSchemaOf(code: string): z.ZodType | null {
  const declared = Object.entries(API_ERRORS).find(([name]) => name === code)?.[1];
  return declared !== undefined && 'data' in declared ? declared.data : null;
}
