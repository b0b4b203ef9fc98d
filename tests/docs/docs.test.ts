import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPins } from '../../src/authorization-server/client-metadata/pins.ts';
import { WELL_KNOWN_DOCUMENTS } from '../../src/authorization-server/client-metadata/well-known-documents.ts';
import { SETTINGS } from '../../src/env.ts';
import { createApiKey, createTestApp, signUp, type TestApp } from '../support/app.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ORIGIN = 'https://vitae.example';
const read = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8');
const CONNECT = read('connect.md');
const OPERATORS = read('operators.md');
/** What stands in fences of one language. */
const fences = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block.trim());
const linkTo = (start: string) => new RegExp(`\\]\\((${start}[^)\\s]+)\\)`).exec(CONNECT)?.[1] ?? '';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ settings: { APP_URL: ORIGIN, RATE_LIMITS: 'on' } });
});
afterAll(() => app.close());

describe('docs/connect.md', () => {
  // proves docs:true
  it('has every command and link of the page /connect, for its example address', async () => {
    const page = await app.createBrowser().open('/connect');
    const normal = (text: string) => text.replaceAll(/\s+/g, ' ');
    const lines = page.document.querySelectorAll('code, pre').flatMap((element) => element.textContent.trim().split('\n'));
    const commands = lines.filter((line) => /^(?:claude|code|codex|gemini|copilot|npx|curl|-[Hd]) /.test(line.trim()));
    expect(commands.length).toBeGreaterThan(12);
    expect(commands.filter((line) => !normal(CONNECT).includes(normal(line)))).toEqual([]);
    const links = page.document.querySelectorAll('a').map((anchor) => anchor.getAttribute('href') ?? '');
    const deep = links.filter((link) => /^(?:cursor|vscode|goose):|^https:\/\/claude\.ai/.test(link));
    const said = ['cursor', 'goose', 'https://claude\\.ai', 'vscode'].map(linkTo);
    expect(deep.map(decodeURIComponent).toSorted()).toEqual(said.map(decodeURIComponent).toSorted());
  });

  it('has a block for each card of the page /connect, in its order', async () => {
    const page = await app.createBrowser().open('/connect');
    const cards = page.document.querySelectorAll('h3').map((heading) => heading.textContent.trim());
    const blocks = [...CONNECT.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
    expect(blocks).toEqual([...cards, 'If it does not work']);
    for (const client of [
      'claude.ai',
      'Claude Code',
      'ChatGPT',
      'VS Code',
      'Cursor',
      'Codex',
      'Gemini CLI',
      'Inspector',
      'mcp-remote',
      'script',
    ])
      expect(cards.filter((card) => card.includes(client))).not.toEqual([]);
  });

  it('has deep links that decode to this server', () => {
    const vscode: unknown = JSON.parse(decodeURIComponent(linkTo('vscode').slice('vscode:mcp/install?'.length)));
    expect(vscode).toEqual({ name: 'resumes', type: 'http', url: `${ORIGIN}/mcp` });
    const cursor = new URL(linkTo('cursor')).searchParams;
    expect(cursor.get('name')).toBe('resumes');
    expect(JSON.parse(Buffer.from(cursor.get('config') ?? '', 'base64').toString('utf8'))).toEqual({ url: `${ORIGIN}/mcp` });
    expect(new URL(linkTo('goose')).searchParams.get('url')).toBe(`${ORIGIN}/mcp`);
    expect(new URL(linkTo('https://claude')).searchParams.get('connectorUrl')).toBe(`${ORIGIN}/mcp`);
  });

  it('names every symptom that the page /connect does', async () => {
    const page = await app.createBrowser().open('/connect');
    const rows = CONNECT.slice(CONNECT.indexOf('## If it does not work'))
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(page.document.querySelectorAll('summary')).toHaveLength(rows.length - 1);
    expect(rows.length).toBeGreaterThan(10);
  });

  it('has JSON that parses and names this server', () => {
    const blocks = fences(CONNECT, 'json');
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect(JSON.stringify(JSON.parse(block))).toContain(`${ORIGIN}/mcp`);
    const added = /--add-mcp '([^']+)'/.exec(CONNECT)?.[1] ?? '';
    expect(JSON.parse(added)).toEqual({ name: 'resumes', type: 'http', url: `${ORIGIN}/mcp` });
  });

  it('has curl commands that work with a key from the page', async () => {
    const key = await createApiKey(await signUp(app));
    const commands = fences(CONNECT, 'sh').filter((command) => command.startsWith('curl') && command.includes('KEY'));
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      const response = await app.fetch(toRequest(command.replace('KEY', key)));
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain('"error"');
    }
  });

  it('has a registration by hand that answers an id and a secret', async () => {
    const commands = fences(CONNECT, 'sh').filter((command) => command.startsWith('curl') && command.includes('/register'));
    expect(commands).toHaveLength(1);
    const response = await app.fetch(toRequest(commands.join('')));
    expect(response.status).toBe(201);
    expect(Object.keys((await response.json()) as object)).toEqual(expect.arrayContaining(['client_id', 'client_secret']));
  });
});

describe.each([
  ['docs/connect.md', CONNECT],
  ['docs/operators.md', OPERATORS],
])('%s', (_name, text) => {
  it('names only addresses that are there', async () => {
    const addresses = [...text.matchAll(/https:\/\/vitae\.example(\/[\w/.-]+)?/g)].map(([address]) => address);
    const paths = [...text.matchAll(/`(\/[\w/.-]+)`/g)].map(([, path = '']) => `${ORIGIN}${path}`);
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of new Set([...addresses, ...paths].filter((url) => !url.endsWith('/')))) {
      const { status } = await app.fetch(new Request(address));
      expect([address, status]).not.toEqual([address, 404]);
    }
  });

  it('names only settings that there are', () => {
    const named = [...text.matchAll(/`([A-Z][A-Z_]{3,})(?:=[^`]*)?`/g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'OPTIONS' && name !== 'HEAD' && !name.startsWith('MCP_'));
    expect(named.filter((name) => !SETTINGS.some((setting) => setting === name))).toEqual([]);
  });

  it('sends whoever is stuck to the doctor', () => {
    expect(text).toContain('node dist/main.js doctor https://vitae.example');
  });
});

describe('docs/operators.md', () => {
  it('shows pins that the server takes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vitae-docs-'));
    const [pins = ''] = fences(OPERATORS, 'json');
    writeFileSync(join(folder, 'pins.json'), pins);
    const loaded = await loadPins(folder);
    rmSync(folder, { recursive: true });
    expect(loaded.ok && loaded.pins.size).toBe(2);
  });

  it('names the clients that have a built-in copy', () => {
    const sentence = /For ([^.]+(?:\.ai)[^.]+) there are built-in copies/.exec(OPERATORS.replaceAll(/\s+/g, ' '))?.[1] ?? '';
    const short = (name: unknown) =>
      String(name)
        .replace('Visual Studio Code', 'VS Code')
        .replace(/^Claude$/, 'claude.ai');
    expect(sentence.split(/, | and /).toSorted()).toEqual(
      WELL_KNOWN_DOCUMENTS.map(({ document }) => short(document['client_name'])).toSorted(),
    );
  });
});

/** What a curl command of the documentation sends. */
function toRequest(command: string): Request {
  const url = /^curl (\S+)/.exec(command)?.[1] ?? '';
  const headers = [...command.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name = '', value = '']): [string, string] => [name, value]);
  const body = /-d '([^']+)'/.exec(command)?.[1];
  return new Request(url, { method: body === undefined ? 'GET' : 'POST', headers, ...(body !== undefined && { body }) });
}
