import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { readRpcAnswer } from '../support/mcp-clients.ts';
import { attack } from './support/attack.ts';
import { connectClient } from './support/codes.ts';
import { bearer, callMcp, callTool, createResume, mcpRequest, type Credential } from './support/mcp.ts';

const EVERYTHING = 'resumes:read resumes:write resumes:publish resumes:delete offline_access';
const PROMPTS = ['build_resume', 'improve_resume', 'review_resume', 'tailor_resume'] as const;

interface Tool {
  readonly name: string;
  readonly inputSchema: { readonly properties?: Readonly<Record<string, JsonSchema>>; readonly required?: readonly string[] };
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly anyOf?: readonly JsonSchema[];
}

/** What a schema can't say: an input that would be done if the resume were open. */
const KNOWN_INPUTS: Readonly<Record<string, unknown>> = {
  operations: [{ op: 'add', path: '/basics/label', value: 'x' }],
  data: { basics: { name: 'Somebody' } },
  name: 'A new name',
};

let app: TestApp;
let ada: Person;
let tools: readonly Tool[];
/** May do everything with Ada's open resume, and nothing with the other. */
let narrow: Credential;
let wide: Credential;
let stranger: Credential;
let open: string;
let closed: string;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
  wide = bearer((await connectClient(app, ada, { overrides: { scope: EVERYTHING } })).access_token);
  open = await createResume(app, wide, 'The open one');
  closed = await createResume(app, wide, 'The closed one');
  await callTool(app, wide, 'update_resume', { id: closed, tags: ['secret-tag'] });
  const choices = { 'Only these': true, 'The open one': true };
  narrow = bearer((await connectClient(app, ada, { overrides: { scope: EVERYTHING }, choices })).access_token);
  stranger = bearer((await connectClient(app, await signUp(app, 'Mallory'), { overrides: { scope: EVERYTHING } })).access_token);
  tools = (await callMcp(app, wide, 'tools/list')).result?.['tools'] as readonly Tool[];
});
afterAll(() => app.close());

/** The least input a tool takes for a resume, made of its schema, so that a new tool is attacked from its first day. */
function inputFor({ inputSchema }: Tool, id: string): Record<string, unknown> {
  const names = new Set([...(inputSchema.required ?? []), 'id']);
  return Object.fromEntries(
    [...names].map((name) => [name, name === 'id' ? id : (KNOWN_INPUTS[name] ?? sampleOf(inputSchema.properties?.[name]))]),
  );
}

function sampleOf(schema: JsonSchema = {}): unknown {
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf[0]);
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (schema.type === 'boolean') return false;
  if (schema.type === 'array') return [];
  return schema.type === 'object' ? {} : 'x';
}

const withId = () => tools.filter(({ inputSchema }) => Object.hasOwn(inputSchema.properties ?? {}, 'id'));

async function send(credential: Credential, method: string, params: Record<string, unknown>): Promise<string> {
  const { body, status } = await attack(app, mcpRequest(app, credential, method, params));
  expect(status).toBe(200);
  return JSON.stringify(await readRpcAnswer(new Response(body)));
}

describe.each([
  ['somebody else’s connection', () => stranger],
  ['a connection that opens only another resume', () => narrow],
])('through %s, a resume', (_who, credentialOf) => {
  // security case 173
  it('is not there for any tool that takes one, and nothing of it changes', async () => {
    const answers: Record<string, boolean> = {};
    for (const tool of withId()) {
      const answer = await send(credentialOf(), 'tools/call', { name: tool.name, arguments: inputFor(tool, closed) });
      answers[tool.name] = answer.includes('resume_not_found') && !answer.includes('The closed one');
    }
    expect(Object.keys(answers).length).toBeGreaterThanOrEqual(7);
    expect(Object.entries(answers).filter(([, isHidden]) => !isHidden)).toEqual([]);
  });

  // security case 173
  it('is neither read, listed, completed nor embedded', async () => {
    const credential = credentialOf();
    const answers = [
      await send(credential, 'resources/read', { uri: `resume://${closed}` }),
      await send(credential, 'resources/list', {}),
      await send(credential, 'tools/call', { name: 'list_resumes', arguments: {} }),
      await send(credential, 'tools/call', { name: 'list_resumes', arguments: { tags: ['secret-tag'] } }),
      await send(credential, 'tools/call', { name: 'list_resume_tags', arguments: {} }),
      await send(credential, 'completion/complete', {
        ref: { type: 'ref/resource', uri: 'resume://{id}' },
        argument: { name: 'id', value: '' },
      }),
      await send(credential, 'completion/complete', {
        ref: { type: 'ref/resource', uri: 'resume://{id}' },
        argument: { name: 'id', value: closed.slice(0, 5) },
      }),
    ];
    for (const name of PROMPTS) {
      answers.push(
        await send(credential, 'prompts/get', { name, arguments: { id: closed, jobDescription: 'x' } }),
        await send(credential, 'completion/complete', { ref: { type: 'ref/prompt', name }, argument: { name: 'id', value: 'closed' } }),
      );
    }
    const [read = '', ...lists] = answers;
    expect(read).toContain('error');
    expect(read).not.toContain('The closed one');
    for (const list of lists) {
      expect(list).not.toContain('The closed one');
      expect(list).not.toContain('secret-tag');
      expect(list.replaceAll(`resume://${closed} `, '').includes(`"${closed}"`)).toBe(false);
    }
  });
});

describe('a connection that opens only some resumes', () => {
  // security case 173
  it('reaches those with every tool', async () => {
    const reached: Record<string, boolean> = {};
    for (const tool of withId().filter(({ name }) => name !== 'delete_resume')) {
      const response = await app.fetch(mcpRequest(app, narrow, 'tools/call', { name: tool.name, arguments: inputFor(tool, open) }));
      reached[tool.name] = !(await response.text()).includes('resume_not_found');
    }
    expect(Object.entries(reached).filter(([, isReached]) => !isReached)).toEqual([]);
  });

  it('sees what it makes itself, and nothing that is made elsewhere later', async () => {
    const own = await createResume(app, narrow, 'Made here');
    const later = await createResume(app, wide, 'Made elsewhere');
    expect(await send(narrow, 'tools/call', { name: 'read_resume', arguments: { id: own } })).toContain('Made here');
    expect(await send(narrow, 'tools/call', { name: 'read_resume', arguments: { id: later } })).toContain('resume_not_found');
    expect(await send(narrow, 'tools/call', { name: 'list_resumes', arguments: {} })).not.toContain('Made elsewhere');
  });

  it('is told so by whoami', async () => {
    expect(await send(narrow, 'tools/call', { name: 'whoami', arguments: {} })).not.toContain('The closed one');
  });

  it('can not be made with somebody else’s resume', async () => {
    const mallory = await signUp(app, 'Mallory');
    const mallorys = bearer((await connectClient(app, mallory, { overrides: { scope: EVERYTHING } })).access_token);
    await createResume(app, mallorys, 'Bait');
    const denied = await connectClient(app, mallory, { choices: { 'Only these': true, 'The closed one': true } }).catch(
      (error: unknown) => error,
    );
    expect(String(denied)).toContain('no field "The closed one"');
  });
});
