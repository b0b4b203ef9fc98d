import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import { resumeReads } from '../../src/db/schema/reads.ts';
import { createTestAdministration } from '../support/administration.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { buildMcpRequest, readRpcAnswer } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const listed = z.object({
  reads: z.array(
    z.object({
      connectionId: z.string().nullable(),
      clientName: z.string().nullable(),
      apiKeyId: z.string().nullable(),
      apiKeyName: z.string().nullable(),
      resumeId: z.string(),
      resumeName: z.string(),
      day: z.string(),
      reads: z.int(),
      lastAt: z.string(),
    }),
  ),
  nextBefore: z.string().optional(),
});
const catalogue = z.object({ tools: z.array(z.object({ name: z.string(), annotations: z.object({ readOnlyHint: z.boolean() }) })) });

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

type Credential = Readonly<Record<string, string>>;

let app: TestApp;
let owner: Person;
let now: Date;
beforeAll(async () => {
  now = new Date();
  app = await createTestApp({ clock: () => now });
});
beforeEach(async () => {
  now = new Date();
  owner = await signUp(app);
});
afterAll(() => app.close());

const create = async (name: string) => {
  const body = JSON.stringify({ name });
  const response = await owner.browser.fetch('/api/v1/resumes', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return z.object({ id: z.string() }).parse(await response.json()).id;
};
const ask = async (method: string, params: Record<string, unknown>, credential: Credential, site: Site = app) =>
  readRpcAnswer(await site.fetch(buildMcpRequest(app.mcpUrl, 'legacy', method, params, credential)));
const callTool = (name: string, input: Record<string, unknown>, credential: Credential, site: Site = app) =>
  ask('tools/call', { name, arguments: input }, credential, site);
const bearer = async (choices: Record<string, string | boolean> = {}): Promise<Credential> => ({
  authorization: `Bearer ${(await connect(app, owner, { choices })).accessToken}`,
});
const get = (path: string, credential: Credential) => app.fetch(new Request(`${app.origin}/api/v1${path}`, { headers: credential }));
const listReads = async (query = '', person = owner) =>
  listed.parse(await (await person.browser.fetch(`/api/v1/activity/reads${query}`)).json());
const countAll = async () => (await listReads()).reads.reduce((sum, { reads }) => sum + reads, 0);
const counts = async (query = '') => (await listReads(query)).reads.map(({ resumeName, reads }) => [resumeName, reads]);

describe('what a connection or an API key has read', () => {
  // proves activity:reads
  it('is counted for each of them, by resume and day, with the last time', async () => {
    const [first, second] = [await create('First'), await create('Second')];
    const token = await bearer();
    const key = { 'x-api-key': await createApiKey(owner) };
    const asked = now;
    await callTool('read_resume', { id: first }, token);
    await ask('resources/read', { uri: `resume://${first}` }, token);
    await ask('prompts/get', { name: 'review_resume', arguments: { id: second } }, token);
    now = new Date(asked.getTime() + 1);
    await callTool('read_resume', { id: first }, token);
    const midnight = new Date(`${dayOf(new Date(asked.getTime() + DAY_MS))}T00:00:00Z`);
    now = new Date(midnight.getTime() - 1);
    await get(`/resumes/${first}/export?format=text`, key);
    now = midnight;
    await get(`/resumes/${first}`, key);

    const { reads } = await listReads();
    const last = new Date(asked.getTime() + 1);
    expect(
      reads.map(({ resumeName, clientName, apiKeyName, day, lastAt, reads: times }) => [
        resumeName,
        clientName ?? apiKeyName,
        day,
        lastAt,
        times,
      ]),
    ).toEqual([
      ['First', 'test', dayOf(midnight), midnight.toISOString(), 1],
      ['First', 'test', dayOf(asked), new Date(midnight.getTime() - 1).toISOString(), 1],
      ['First', 'Test client', dayOf(asked), last.toISOString(), 3],
      ['Second', 'Test client', dayOf(asked), asked.toISOString(), 1],
    ]);
    const connectionId = reads.at(-1)?.connectionId ?? '';
    const apiKeyId = reads[0]?.apiKeyId ?? '';
    expect(await counts(`?connectionId=${connectionId}`)).toEqual([
      ['First', 3],
      ['Second', 1],
    ]);
    expect(await counts(`?apiKeyId=${apiKeyId}`)).toEqual([
      ['First', 1],
      ['First', 1],
    ]);
    expect(await counts(`?resumeId=${second}`)).toEqual([['Second', 1]]);
    expect((await listReads('', await signUp(app, 'Mallory'))).reads).toEqual([]);
  });

  it('is every answer with content of a resume and every link to it, and nothing else', async () => {
    const marker = 'Zeppelin';
    const token = await bearer();
    const id = await create('Marked');
    const write = (value: string) => ({ id, operations: [{ op: 'add', path: '/basics/summary', value }] });
    await callTool('apply_resume_patch', write(marker), token);
    await callTool('apply_resume_patch', write(`${marker}s`), token);
    const inputs: Readonly<Record<string, Record<string, unknown>>> = {
      list_resumes: {},
      list_resume_tags: {},
      whoami: {},
      create_resume: { name: 'Another' },
      import_resume: { data: { basics: { name: 'Ada' } } },
      duplicate_resume: { id },
      update_resume: { id, name: 'Marked again' },
      apply_resume_patch: { ...write('Airship'), dryRun: true },
      compare_resume_versions: { id, from: 2 },
      restore_resume_version: { id, revision: 1 },
    };
    const counted: string[] = [];
    const answeredContent: string[] = [];
    const refused: string[] = [];
    for (const { name, annotations } of catalogue.parse((await ask('tools/list', {}, token)).result).tools) {
      if (name === 'delete_resume') continue;
      const before = await countAll();
      const answer = JSON.stringify((await callTool(name, inputs[name] ?? { id }, token)).result);
      const after = await countAll();
      if (after === before + 1) counted.push(name);
      if (annotations.readOnlyHint && answer.includes(marker)) answeredContent.push(name);
      if (answer.includes('"isError":true')) refused.push(name);
    }
    expect(counted).toEqual(expect.arrayContaining(answeredContent));
    // Without the PDF compiler there is no link.
    expect(refused.filter((name) => name !== 'download_resume_pdf')).toEqual([]);
    const reading = [
      'read_resume',
      'check_resume',
      'compare_resume_versions',
      'export_resume',
      'download_resume_pdf',
      'apply_resume_patch',
    ];
    expect(counted.toSorted()).toEqual(reading.filter((name) => !refused.includes(name)).toSorted());

    const before = await counts();
    await ask('resources/list', {}, token);
    await ask(
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'review_resume' }, argument: { name: 'id', value: 'Mark' } },
      token,
    );
    await owner.browser.fetch(`/api/v1/resumes/${id}`);
    await owner.browser.open(`/resumes/${id}`);
    expect(await counts()).toEqual(before);
  });

  it('is nothing where reading was refused', async () => {
    const [shown, hidden] = [await create('Shown'), await create('Hidden')];
    const token = await bearer({ 'Only these': true, Shown: true });
    const writer = {
      'x-api-key': await createApiKey(owner, { [SCOPE_DESCRIPTIONS['resumes:read']]: false, [SCOPE_DESCRIPTIONS['resumes:write']]: true }),
    };
    const stranger = { 'x-api-key': await createApiKey(await signUp(app, 'Mallory')) };
    expect((await callTool('read_resume', { id: hidden }, token)).result).toMatchObject({ isError: true });
    expect((await ask('resources/read', { uri: `resume://${hidden}` }, token)).error).toBeDefined();
    expect((await callTool('compare_resume_versions', { id: shown, from: 99 }, token)).result).toMatchObject({ isError: true });
    expect((await get(`/resumes/${shown}`, writer)).status).toBe(403);
    expect((await get(`/resumes/${shown}`, stranger)).status).toBe(404);
    expect((await get(`/resumes/${shown}`, { 'x-api-key': 'vitae_nothing' })).status).toBe(401);
    expect(await counts()).toEqual([]);
    await callTool('read_resume', { id: shown }, token);
    expect(await counts()).toEqual([['Shown', 1]]);
  });

  it('goes on from where a page ends', async () => {
    const key = { 'x-api-key': await createApiKey(owner) };
    const id = await create('Paged');
    const start = now.getTime();
    for (let day = 0; day < 5; day += 1) {
      now = new Date(start + day * DAY_MS);
      await get(`/resumes/${id}`, key);
    }
    const days: string[] = [];
    let next: string | undefined;
    do {
      const page = await listReads(`?limit=2${next === undefined ? '' : `&before=${next}`}`);
      days.push(...page.reads.map(({ day }) => day));
      next = page.nextBefore;
    } while (next !== undefined);
    expect(days).toEqual([4, 3, 2, 1, 0].map((day) => dayOf(new Date(start + day * DAY_MS))));
    expect((await owner.browser.fetch('/api/v1/activity/reads?before=yesterday')).status).toBe(400);
    expect((await app.fetch(new Request(`${app.origin}/api/v1/activity/reads`, { headers: key }))).status).toBe(403);
  });
});

describe('the counts', () => {
  it('of two instances add up, and an instance that ends writes what it has', async () => {
    const elsewhere = await createTestApp({ db: app.db, clock: () => now });
    const id = await create('Shared');
    const key = { 'x-api-key': await createApiKey(owner) };
    for (const site of [app, elsewhere, elsewhere]) await callTool('read_resume', { id }, key, site);
    await elsewhere.close();
    expect(await counts()).toEqual([['Shared', 3]]);
  });

  it('are kept when they can not be written', async () => {
    const id = await create('Kept');
    const key = { 'x-api-key': await createApiKey(owner) };
    await get(`/resumes/${id}`, key);
    await app.db.orm.execute(sql`alter table resume_reads rename to resume_reads_away`);
    expect((await owner.browser.fetch('/api/v1/activity/reads')).status).toBe(500);
    await get(`/resumes/${id}`, key);
    await app.db.orm.execute(sql`alter table resume_reads_away rename to resume_reads`);
    expect(await counts()).toEqual([['Kept', 2]]);
  });

  it('go with the resume, the connection, the key and the person', async () => {
    const [first, second] = [await create('First'), await create('Second')];
    const token = await bearer();
    const key = { 'x-api-key': await createApiKey(owner) };
    for (const id of [first, second]) for (const credential of [token, key]) await callTool('read_resume', { id }, credential);
    const { reads } = await listReads();
    expect(reads).toHaveLength(4);

    await callTool('read_resume', { id: first }, key);
    expect((await owner.browser.fetch(`/api/v1/resumes/${first}`, { method: 'DELETE' })).status).toBe(200);
    expect(await counts()).toEqual([
      ['Second', 1],
      ['Second', 1],
    ]);
    const apiKeyId = reads.find((read) => read.apiKeyId !== null)?.apiKeyId ?? '';
    expect((await owner.browser.fetch(`/api/v1/api-keys/${apiKeyId}`, { method: 'DELETE' })).status).toBe(200);
    expect((await listReads()).reads).toMatchObject([{ resumeName: 'Second', apiKeyId: null }]);
    const connectionId = reads.find((read) => read.connectionId !== null)?.connectionId ?? '';
    expect((await owner.browser.fetch(`/api/v1/connections/${connectionId}`, { method: 'DELETE' })).status).toBe(200);
    expect(await counts()).toEqual([['Second', 1]]);
    await app.db.orm.delete(oauthGrant).where(eq(oauthGrant.id, connectionId));
    expect(await counts()).toEqual([]);

    await get(`/resumes/${second}`, { 'x-api-key': await createApiKey(owner) });
    expect(await counts()).toEqual([['Second', 1]]);
    const { users } = await createTestAdministration(app.db, app.origin);
    const userId = (await users.find(owner.email))?.id ?? '';
    await users.delete(userId);
    expect(await app.db.orm.$count(resumeReads, eq(resumeReads.userId, userId))).toBe(0);
  });

  it('go by age together with the audit trail', async () => {
    const id = await create('Old');
    const key = { 'x-api-key': await createApiKey(owner) };
    const start = now.getTime();
    for (const days of [401, 400, 0]) {
      now = new Date(start - days * DAY_MS);
      await get(`/resumes/${id}`, key);
    }
    expect(await counts()).toHaveLength(3);
    expect(await app.sweep()).toMatchObject({ resume_reads: 1 });
    expect(await counts()).toHaveLength(2);
  });
});
