import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { attack, expectNoInsides, readChecksums } from './support/attack.ts';
import { connectClient } from './support/codes.ts';
import { bearer, callTool, createResume, mcpRequest, type Credential } from './support/mcp.ts';
import { REGISTER, TOKEN, form, json, registration } from './support/requests.ts';

const EVERYTHING = 'resumes:read resumes:write resumes:publish resumes:delete offline_access';

let app: TestApp;
let ada: Person;
let credential: Credential;
let id: string;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
  credential = bearer((await connectClient(app, ada, { overrides: { scope: EVERYTHING } })).access_token);
  id = await createResume(app, credential, 'Patched');
});
afterAll(() => app.close());

/** The patch is refused in words, and the resume is what it was. */
async function expectPatchRefused(operations: unknown): Promise<string> {
  const before = await readChecksums(app.db);
  const response = await app.fetch(
    mcpRequest(app, credential, 'tools/call', { name: 'apply_resume_patch', arguments: { id, operations } }),
  );
  const body = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(body).toMatch(/isError":true|"error"/);
  expectNoInsides(body);
  expect(await readChecksums(app.db)).toEqual(before);
  return body;
}

function streamed(path: string, bytes: number, type: string, headers: Readonly<Record<string, string>> = {}): Request {
  let left = bytes;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left <= 0) return controller.close();
      const size = Math.min(left, 64 * 1024);
      left -= size;
      return controller.enqueue(new Uint8Array(size).fill(0x20));
    },
  });
  const init = { method: 'POST', headers: { 'content-type': type, ...headers }, body, duplex: 'half' };
  return new Request(new URL(path, app.origin), init);
}

describe('a body that is too large', () => {
  // security cases 10, 194
  it.each([
    [REGISTER, 'application/json'],
    [TOKEN, 'application/x-www-form-urlencoded'],
    ['/api/auth/sign-in/email', 'application/json'],
    ['/consent', 'application/x-www-form-urlencoded'],
    ['/mcp', 'application/json'],
    ['/api/v1/resumes', 'application/json'],
  ])('is refused by %s, announced or not', async (path, type) => {
    expect((await attack(app, streamed(path, 50_000_000, type, path === '/mcp' ? credential : {}))).status).toBe(413);
    const announced = new Request(new URL(path, app.origin), {
      method: 'POST',
      headers: { 'content-type': type, 'content-length': '50000000', ...(path === '/mcp' ? credential : {}) },
      body: '{}',
    });
    expect((await attack(app, announced)).status).toBe(413);
  });

  // security case 10
  it('is counted as it comes: nothing is unpacked', async () => {
    const packed = gzipSync(JSON.stringify({ redirect_uris: ['https://client.example/cb'], client_name: 'x'.repeat(50_000_000) }));
    const request = new Request(new URL(REGISTER, app.origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: new Uint8Array(packed),
    });
    expect((await attack(app, request)).status).toBe(400);
  });
});

describe('a patch', () => {
  // security case 196
  it('of more operations than it may have is refused', async () => {
    const operation = { op: 'add', path: '/basics/label', value: 'x' };
    await expectPatchRefused(Array.from({ length: 201 }, () => operation));
    await expectPatchRefused(Array.from({ length: 10_000 }, () => operation));
  });

  // security case 197
  it('that doubles what it copied, over and over, is refused before it is large', async () => {
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/work', path: '/work/0/highlights/-' }));
    await expectPatchRefused([{ op: 'add', path: '/work/0', value: { name: 'x', highlights: [] } }, ...doubling]);
    const sections = Array.from({ length: 40 }, (_unused, index) => ({ op: 'copy', from: '', path: `/x${index}` }));
    await expectPatchRefused(sections);
    const text = { op: 'add', path: '/basics/summary', value: 'x'.repeat(200_000) };
    await expectPatchRefused([text, { op: 'copy', from: '/basics/summary', path: '/basics/label' }]);
  });

  // security case 198
  it.each([
    '/__proto__/x',
    '/constructor/prototype/x',
    '/basics/__proto__/x',
    '/work/constructor',
    '/basics/constructor/prototype/polluted',
  ])('at %s is refused and pollutes nothing', async (path) => {
    for (const op of ['add', 'replace']) await expectPatchRefused([{ op, path, value: 'polluted' }]);
    await expectPatchRefused([{ op: 'copy', from: '/basics', path }]);
    await expectPatchRefused([{ op: 'move', from: '/basics', path }]);
    expect(({} as Readonly<Record<string, unknown>>)['x']).toBeUndefined();
    expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
  });

  // security case 198
  it.each(['__proto__', 'constructor', 'prototype'])(
    'with a member %s in its value is refused or keeps it from every prototype',
    async (name) => {
      const operations = `[{"op":"add","path":"/basics/location","value":{"${name}":{"polluted":1}}}]`;
      const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"apply_resume_patch","arguments":{"id":"${id}","operations":${operations},"dryRun":true}}}`;
      expect(
        (await app.fetch(json(app, '/mcp', body, { ...credential, accept: 'application/json, text/event-stream' }))).status,
      ).toBeLessThan(500);
      expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
    },
  );

  // security case 199
  it.each(['/id', '/userId', '/isLocked', '/password', '/isPublic', '/revision', '/name', '/slug'])(
    'at %s reaches nothing outside the content',
    async (path) => {
      await expectPatchRefused([{ op: 'replace', path, value: true }]);
      await expectPatchRefused([{ op: 'add', path: `/..${path}`, value: true }]);
    },
  );

  // security case 200
  it.each([
    { op: 'add', path: '/work/4294967295', value: {} },
    { op: 'add', path: '/work/-1', value: {} },
    { op: 'add', path: '/work/01', value: {} },
    { op: 'add', path: '/work/1e1', value: {} },
    { op: 'remove', path: '/work/-' },
    { op: 'add', path: '/basics/~2', value: 'x' },
    { op: 'add', path: '/basics/~', value: 'x' },
    { op: 'add', path: 'basics', value: 'x' },
    { op: 'test', path: '/basics/name', value: 'nobody at all' },
    { op: 'replace', path: '/nothing/here', value: 'x' },
    { op: 'move', from: '/basics', path: '/basics/location' },
    { op: 'evil', path: '/basics/name', value: 'x' },
    { op: 'replace', path: '', value: [] },
    { op: 'replace', path: '' },
    { op: 'add', path: '/basics/label', value: 'a\0b' },
    { op: 'add', path: `/${'a/'.repeat(5_000)}`, value: 'x' },
  ])('is applied whole or not at all: %.60j', async (operation) => {
    await expectPatchRefused([{ op: 'replace', path: '/basics/name', value: 'Changed' }, operation]);
    const { structuredContent } = await callTool(app, credential, 'read_resume', { id });
    expect(structuredContent).not.toMatchObject({ data: { basics: { name: 'Changed' } } });
  });
});

describe('text in parameters', () => {
  // security cases 119, 198
  it.each(['name', 'slug', 'tags'])('with a NUL is no failure of the server in %s', async (member) => {
    const input = { name: 'x', [member]: member === 'tags' ? ['a\0b'] : 'a\0b' };
    const refusal = await attack(app, mcpRequest(app, credential, 'tools/call', { name: 'create_resume', arguments: input }));
    expect(refusal.body).toContain('isError');
  });

  // security case 119
  it('with a NUL is no failure of the server as an id, a cursor or a tag', async () => {
    for (const [name, input] of [
      ['read_resume', { id: 'a\0b' }],
      ['list_resumes', { tags: ['a\0b'] }],
      ['list_resumes', { cursor: 'a\0b' }],
    ] as const) {
      const refusal = await attack(app, mcpRequest(app, credential, 'tools/call', { name, arguments: input }));
      expect(refusal.status).toBe(200);
    }
    expect((await attack(app, json(app, '/api/auth/sign-in/email', { email: 'a\0b@example.org', password: 'a\0b' }))).status).toBe(400);
    expect(
      (await attack(app, new Request(`${app.origin}/resumes/a%00b`, { headers: { cookie: ada.browser.cookies.header() ?? '' } }))).status,
    ).toBe(404);
    expect((await attack(app, new Request(`${app.origin}/r/a%00b/c%00d`))).status).toBe(404);
    expect((await attack(app, form(app, TOKEN, 'grant_type=%00'))).status).toBe(400);
  });

  // security case 202
  it.each([
    ['an e-mail address', () => json(app, '/api/auth/sign-in/email', { email: 'a@'.repeat(20_000), password: 'x' })],
    [
      'an e-mail address with dots',
      () => json(app, '/api/auth/sign-up/email', { email: `${'a.'.repeat(20_000)}@`, password: 'long enough', name: 'x' }),
    ],
    [
      'a slug',
      () => mcpRequest(app, credential, 'tools/call', { name: 'create_resume', arguments: { name: 'x', slug: `${'-a'.repeat(20_000)}!` } }),
    ],
    ['a resource', () => form(app, TOKEN, { grant_type: 'authorization_code', resource: `http://localhost:3000${'/'.repeat(40_000)}` })],
    ['a token', () => new Request(app.mcpUrl, { method: 'POST', headers: { authorization: `Bearer ${'a.'.repeat(4_000)}=` } })],
  ])('that a pattern could choke on is answered like any other: %s', async (_what, build) => {
    const startedAt = process.cpuUsage();
    await attack(app, build());
    const { user } = process.cpuUsage(startedAt);
    expect(user).toBeLessThan(2_000_000);
  });

  // security case 209
  it('with line ends and colours stays one line of the log', async () => {
    await app.fetch(registration(app, { client_name: 'a\n{"event":"forged"}\u001b[31m' }));
    await app.fetch(new Request(`${app.origin}/nothing%0a%7b%22event%22`, { headers: { 'x-request-id': 'x'.repeat(500) } }));
    expect(app.logs().filter(({ event }) => event === 'forged')).toEqual([]);
  });
});

// security case 56
it('fetches nothing that a resume names', async () => {
  const operations = [{ op: 'add', path: '/basics/image', value: 'http://169.254.169.254/latest' }];
  const patched = mcpRequest(app, credential, 'tools/call', { name: 'apply_resume_patch', arguments: { id, operations, dryRun: true } });
  expect((await attack(app, patched)).status).toBe(200);
});
