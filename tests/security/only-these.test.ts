import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest, readRpcAnswer } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';

/** What each tool needs beside an id. A tool that is missing here fails the test. */
const INPUTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  read_resume: {},
  duplicate_resume: { name: 'Copy' },
  apply_resume_patch: { operations: [{ op: 'add', path: '/basics/label', value: 'Stolen' }] },
  update_resume: { name: 'Stolen', tags: ['stolen'], isPublic: true },
  lock_resume: {},
  unlock_resume: {},
  delete_resume: {},
  export_resume: { format: 'json' },
  download_resume_pdf: {},
  get_resume_statistics: {},
  list_resume_versions: {},
  compare_resume_versions: { from: 1 },
  restore_resume_version: { revision: 1, expectedRevision: 1 },
  check_resume: {},
};
const WITHOUT_ID = ['list_resumes', 'list_resume_tags', 'create_resume', 'import_resume', 'whoami'];

const toolSchema = z.object({ name: z.string(), inputSchema: z.object({ properties: z.record(z.string(), z.unknown()).default({}) }) });
const promptSchema = z.object({
  name: z.string(),
  arguments: z.array(z.object({ name: z.string(), required: z.boolean().optional() })).default([]),
});

describe('a connection to "Only these"', () => {
  let app: TestApp;
  let person: Person;
  let token: string;
  let shown: string;
  let hidden: string;

  beforeAll(async () => {
    app = await createTestApp();
    person = await signUp(app);
    const create = async (name: string, tag: string) => {
      const made = await person.browser.fetch('/api/v1/resumes', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, tags: [tag] }),
      });
      return z.object({ id: z.string() }).parse(await made.json()).id;
    };
    shown = await create('Shown resume', 'shown-tag');
    hidden = await create('Hidden resume', 'hidden-tag');
    ({ accessToken: token } = await connect(app, person, { choices: { 'Only these': true, 'Shown resume': true } }));
  });
  afterAll(() => app.close());

  const call = async (method: string, params: Record<string, unknown> = {}) =>
    readRpcAnswer(await app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', method, params, { authorization: `Bearer ${token}` })));
  const state = async () => {
    const answers = ['', '/versions', '/statistics', '/suggestions'].map(async (part) =>
      (await person.browser.fetch(`/api/v1/resumes/${hidden}${part}`)).text(),
    );
    return Promise.all(answers);
  };
  const HIDDEN = /Hidden resume|hidden-tag/;

  // proves grants:only-these
  it('reaches no other resume by any tool there is, and what it tries leaves no trace', async () => {
    const { result } = await call('tools/list');
    const tools = z.array(toolSchema).parse(result?.['tools']);
    const withId = tools.filter(({ inputSchema }) => 'id' in inputSchema.properties).map(({ name }) => name);
    expect(withId.toSorted()).toEqual(Object.keys(INPUTS).toSorted());
    expect(
      tools
        .map(({ name }) => name)
        .filter((name) => !withId.includes(name))
        .toSorted(),
    ).toEqual(WITHOUT_ID.toSorted());
    const before = await state();
    for (const name of withId) {
      const foreign = await call('tools/call', { name, arguments: { ...INPUTS[name], id: hidden } });
      const missing = await call('tools/call', { name, arguments: { ...INPUTS[name], id: 'there-is-none' } });
      expect([name, foreign.result]).toMatchObject([name, { isError: true }]);
      // Not even whether it exists: the answers differ in nothing but the id that was asked for.
      expect(JSON.stringify(foreign.result).replaceAll(hidden, 'there-is-none')).toBe(JSON.stringify(missing.result));
      expect(JSON.stringify(foreign)).not.toMatch(HIDDEN);
    }
    expect(await state()).toEqual(before);
  });

  it('is shown no other resume by any list, resource, completion or prompt', async () => {
    for (const name of ['list_resumes', 'list_resume_tags', 'whoami']) {
      const answer = JSON.stringify(await call('tools/call', { name, arguments: {} }));
      expect([name, answer]).toEqual([name, expect.not.stringContaining(hidden)]);
      expect([name, answer]).toEqual([name, expect.not.stringMatching(HIDDEN)]);
    }
    const listed = JSON.stringify(await call('resources/list'));
    expect(listed).not.toContain(hidden);
    expect(listed).not.toMatch(HIDDEN);
    expect(JSON.stringify(await call('resources/read', { uri: `resume://${shown}` }))).toContain(shown);
    const read = await call('resources/read', { uri: `resume://${hidden}` });
    expect(read.error).toBeDefined();
    expect(JSON.stringify(read)).not.toMatch(HIDDEN);

    const { result } = await call('prompts/list');
    const prompts = z.array(promptSchema).parse(result?.['prompts']);
    expect(prompts.length).toBeGreaterThan(3);
    const references = [
      { ref: { type: 'ref/resource', uri: 'resume://{id}' }, argument: 'id' },
      ...prompts.flatMap(({ name, arguments: given }) =>
        given.map((argument) => ({ ref: { type: 'ref/prompt', name }, argument: argument.name })),
      ),
    ];
    for (const { ref, argument } of references) {
      for (const value of ['', hidden.slice(0, 4), 'Hidden']) {
        const completed = JSON.stringify(await call('completion/complete', { ref, argument: { name: argument, value } }));
        expect([ref, completed]).toEqual([ref, expect.not.stringContaining(hidden)]);
        expect([ref, completed]).toEqual([ref, expect.not.stringMatching(HIDDEN)]);
      }
    }
    for (const { name, arguments: given } of prompts) {
      const filled = Object.fromEntries(given.map((argument) => [argument.name, argument.name === 'id' ? hidden : 'x']));
      const answer = JSON.stringify(await call('prompts/get', { name, arguments: filled }));
      expect([name, answer]).toEqual([name, expect.not.stringMatching(HIDDEN)]);
    }
  });

  it('sees what it makes itself, and keeps nothing when a resume is taken away', async () => {
    const made = await call('tools/call', { name: 'create_resume', arguments: { name: 'Made by the app' } });
    expect(JSON.stringify(made.result)).toContain('Made by the app');
    expect(JSON.stringify(await call('tools/call', { name: 'list_resumes', arguments: {} }))).toContain('Made by the app');
    await person.browser.fetch(`/api/v1/resumes/${shown}`, { method: 'DELETE' });
    expect((await call('tools/call', { name: 'read_resume', arguments: { id: shown } })).result).toMatchObject({ isError: true });
  });
});
