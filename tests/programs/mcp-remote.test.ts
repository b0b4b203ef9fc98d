import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, signUp, type Person } from '../support/app.ts';
import { createHttpSite } from '../support/http-site.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import type { RegistryPrograms } from '../support/registry-programs.ts';
import { allow, findAuthorizationUrl, requirePrograms } from './support/run.ts';

const VERSIONS = [
  ['0.15.1', 'mcp-remote/dist/proxy.js'],
  ['0.1.38', 'mcp-remote-0.1/dist/proxy.js'],
] as const;

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.dispose());

describe.each(VERSIONS)('mcp-remote %s, started by a program that only starts programs', (_version, entry) => {
  let person: Person;
  let home: string;
  const running: Client[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'vitae-mcp-remote-'));
    person = await signUp(createHttpSite(server.url));
  });
  afterEach(async () => {
    for (const client of running.splice(0)) await client.close();
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  /** Starts it as a desktop program does, and does what it asks the person for. */
  async function start(
    programs: RegistryPrograms,
    args: readonly string[] = [],
  ): Promise<{ readonly client: Client; readonly asked: () => number }> {
    const transport = new StdioClientTransport({
      command: programs.runtime,
      args: [join(programs.folder, 'node_modules', entry), `${server.url}/mcp`, ...args],
      // It opens a browser besides saying where: this one does nothing.
      env: { PATH: process.env['PATH'] ?? '', HOME: home, MCP_REMOTE_CONFIG_DIR: home, BROWSER: 'true' },
      stderr: 'pipe',
    });
    const answered = new Set<string>();
    const failures: unknown[] = [];
    let output = '';
    transport.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = findAuthorizationUrl(output);
      if (url === null || answered.has(url.href)) return;
      answered.add(url.href);
      allow(person, url).catch((error: unknown) => failures.push(error));
    });
    const client = new Client({ name: 'vitae-programs', version: '1.0.0' });
    await client.connect(transport).catch((error: unknown) => {
      throw new Error(`it did not connect: ${output}`, { cause: failures[0] ?? error });
    });
    running.push(client);
    return { client, asked: () => answered.size };
  }

  async function countResumes(client: Client): Promise<number> {
    const { structuredContent } = await client.callTool({ name: 'list_resumes' });
    return (structuredContent as { readonly resumes: readonly unknown[] }).resumes.length;
  }

  /** Makes its access token one that the server refuses, as expiry does; the refresh token stays. */
  async function spoilAccessToken(): Promise<void> {
    const files = await readdir(home, { recursive: true });
    const [file, ...others] = files.filter((name) => name.endsWith('_tokens.json'));
    if (file === undefined || others.length > 0) throw new Error(`which holds the tokens? ${files.join(', ')}`);
    const tokens = JSON.parse(await readFile(join(home, file), 'utf8')) as Record<string, unknown>;
    await writeFile(join(home, file), JSON.stringify({ ...tokens, access_token: 'an.expired.token' }));
  }

  // proves programs:mcp-remote
  it('connects by OAuth, works, refreshes without its person, and asks again after it was disconnected', async (context) => {
    const programs = requirePrograms(context);
    const first = await start(programs);
    expect((await first.client.listTools()).tools.map(({ name }) => name)).toContain('create_resume');
    await first.client.callTool({ name: 'create_resume', arguments: { name: 'By mcp-remote' } });
    expect([await countResumes(first.client), first.asked()]).toEqual([1, 1]);
    await first.client.close();

    const second = await start(programs);
    expect([await countResumes(second.client), second.asked()]).toEqual([1, 0]);
    await second.client.close();

    // Two programs that share its configuration meet the expired token together, and refresh with one refresh token.
    await spoilAccessToken();
    const pair = await Promise.all([start(programs), start(programs)]);
    for (const { client, asked } of pair) expect([await countResumes(client), asked()]).toEqual([1, 0]);
    for (const { client } of pair) await client.close();

    await (await person.browser.open('/connections')).press('Disconnect');
    const third = await start(programs);
    expect([await countResumes(third.client), third.asked()]).toEqual([1, 1]);
  });

  // proves programs:mcp-remote
  it('connects with an API key, without its person', async (context) => {
    const programs = requirePrograms(context);
    const { client, asked } = await start(programs, ['--header', `x-api-key:${await createApiKey(person)}`]);
    expect([await countResumes(client), asked()]).toEqual([1, 0]);
  });
});
