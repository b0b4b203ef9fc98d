import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, signUp, type Person } from '../support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHttpSite } from '../support/http-site.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import type { RegistryPrograms } from '../support/registry-programs.ts';
import { allow, requirePrograms, runProgram, type ProgramEnd } from './support/run.ts';

const INSPECTOR = '@modelcontextprotocol/inspector/clients/launcher/build/index.js';
const CONNECT = readFileSync(new URL('../../docs/connect.md', import.meta.url), 'utf8');
const WRITING = { 'Create resumes and change their content; every change is kept as a version that you can undo': true };
/** `legacy` is its default; `auto` ends in the revision of 2026. */
const ERAS = ['legacy', 'auto'];
/** Of its exit codes. */
const AUTH_REQUIRED = 3;

describe('MCP Inspector, on the command line', () => {
  let server: ServerProcess;
  let person: Person;
  let home: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'vitae-inspector-'));
    server = await startServer();
    person = await signUp(createHttpSite(server.url));
  });
  afterAll(async () => {
    await server?.dispose();
    await rm(home, { recursive: true, force: true });
  });

  async function inspect(programs: RegistryPrograms, args: readonly string[], onAuthorizationUrl?: (url: URL) => Promise<void>) {
    return runProgram(programs, INSPECTOR, ['--cli', `${server.url}/mcp`, '--transport', 'http', '--format', 'json', ...args], {
      env: {
        HOME: home,
        MCP_STORAGE_DIR: home,
        MCP_INSPECTOR_SECRET_STORE: 'file',
        MCP_AUTO_OPEN_ENABLED: 'true',
        // It opens a browser besides saying where: this one does nothing.
        BROWSER: 'true',
        MCP_OAUTH_CALLBACK_URL: `http://127.0.0.1:${await findFreePort()}/oauth/callback`,
      },
      ...(onAuthorizationUrl !== undefined && { onAuthorizationUrl }),
    });
  }

  function expectTools({ code, stdout, stderr }: ProgramEnd): void {
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stdout).toContain('"list_resumes"');
  }

  // proves programs:inspector
  it.for(ERAS)('lists and calls tools with an API key, in the era %s', async (era, context) => {
    const programs = requirePrograms(context);
    const key = ['--header', `x-api-key: ${await createApiKey(person, WRITING)}`, '--protocol-era', era];
    expectTools(await inspect(programs, [...key, '--method', 'tools/list']));
    const called = await inspect(programs, [
      ...key,
      '--method',
      'tools/call',
      '--tool-name',
      'create_resume',
      '--tool-arg',
      `name=By ${era}`,
    ]);
    expect([called.code, called.code === 0 ? '' : called.stderr]).toEqual([0, '']);
    expect(called.stdout).toContain(`By ${era}`);
  });

  // proves docs:true
  it('does what docs/connect.md tells it to', async (context) => {
    const programs = requirePrograms(context);
    const [, documented = ''] = /^npx @modelcontextprotocol\/inspector (--cli .+)$/m.exec(CONNECT) ?? [];
    const key = await createApiKey(person);
    const parts = documented
      .replace('https://vitae.example', server.url)
      .replace('KEY', key)
      .matchAll(/"([^"]*)"|(\S+)/g);
    const args = [...parts].map(([, quoted, bare]) => quoted ?? bare ?? '');
    const { code, stdout, stderr } = await runProgram(programs, INSPECTOR, args, { env: { HOME: home, MCP_STORAGE_DIR: home } });
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stdout).toContain('list_resumes');
  });

  // proves programs:inspector
  it.for(ERAS)(
    'connects by OAuth, goes on with what it stored, and again after it was disconnected, in the era %s',
    async (era, context) => {
      const programs = requirePrograms(context);
      const list = ['--protocol-era', era, '--method', 'tools/list'];
      const asked: URL[] = [];
      const login = (url: URL) => {
        asked.push(url);
        return allow(person, url);
      };
      expectTools(await inspect(programs, list, login));
      expectTools(await inspect(programs, [...list, '--stored-auth-only']));
      expect(asked).toHaveLength(1);
      const connections = await person.browser.open('/connections');
      await connections.press('Disconnect');
      expect((await inspect(programs, [...list, '--stored-auth-only'])).code).toBe(AUTH_REQUIRED);
      expectTools(await inspect(programs, list, login));
      expect(asked).toHaveLength(2);
      await (await person.browser.open('/connections')).press('Disconnect');
    },
  );
});
