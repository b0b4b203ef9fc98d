import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { router } from '../src/api/router.ts';
import { SCOPE_DESCRIPTIONS } from '../src/authorization-server/scopes.ts';
import { SETTINGS } from '../src/env.ts';
import { buildRouteTable, type RouteHandlers } from '../src/http/routes.ts';
import { createToolCatalogue } from '../src/mcp/tools.ts';
import type { PageTools } from '../src/pages/page.ts';
import { buildPageRoutes } from '../src/pages/routes.ts';
import { codeSpans, commands, expandBraces, firstScreen, tableRows } from './support/readme.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(`${ROOT}README.md`, 'utf8');
const MANIFEST = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** First cells of a table, without the backticks. */
function firstCells(heading: string): string[] {
  return tableRows(README, heading).map(([cell = '']) => cell.replaceAll('`', ''));
}

describe('the first screen of the README', () => {
  const screen = firstScreen(README);

  it('has two commands: to start and to test', () => {
    expect(commands(screen)).toEqual(['npx -y pnpm@10.34.9 start', 'npx -y pnpm@10.34.9 test']);
    expect(MANIFEST.scripts).toMatchObject({ start: expect.any(String), test: expect.any(String) });
  });

  it('has one picture, with words for those who can not see it', () => {
    const pictures = [...screen.matchAll(/!\[([^\]]+)\]\(([^)]+)\)/g)];
    expect(pictures).toHaveLength(1);
    expect(existsSync(`${ROOT}${pictures[0]?.[2]}`)).toBe(true);
  });

  it('gives the same test command as the script for continuous integration', () => {
    expect(readFileSync(`${ROOT}.ci/run`, 'utf8')).toContain(commands(screen)[1]);
  });
});

describe('the README', () => {
  it('explains every setting, and none that does not exist', () => {
    expect(firstCells('setting').toSorted()).toEqual([...SETTINGS].toSorted());
  });

  it('has every scope in the words of the consent page', () => {
    const rows = tableRows(README, 'scope').map(([scope = '', words = '']) => [scope.replaceAll('`', ''), words]);
    expect(Object.fromEntries(rows)).toEqual(SCOPE_DESCRIPTIONS);
  });

  it('has every tool with its scopes and its title', () => {
    const rows = tableRows(README, 'tool').map((cells) => cells.map((cell) => cell.replaceAll('`', '')));
    const tools = createToolCatalogue(router).tools.map(({ definition, scopes }) => [
      definition.name,
      scopes.length === 0 ? 'any' : scopes.join(' '),
      definition.title,
    ]);
    expect(rows).toEqual(tools);
  });

  it('names every route and every page, and none that does not exist', () => {
    const routes = buildRouteTable({} as RouteHandlers).map(({ path }) => path);
    const pages = buildPageRoutes({ deps: {}, messages: {}, respond: {}, csrf: {}, auth: {} } as PageTools).map(({ path }) => path);
    const existing = new Set([...routes, ...pages]);
    const named = new Set(codeSpans(README).filter((span) => span.startsWith('/')));
    expect([...existing].filter((path) => !named.has(path) && path !== '/api/**')).toEqual([]);
    const listed = [...tableRows(README, 'route'), ...tableRows(README, 'page')].flatMap(([cell = '']) => codeSpans(cell));
    expect(listed.filter((path) => !existing.has(path))).toEqual([]);
  });

  it('says why each dependency is there', () => {
    const tables = README.split('| package | why |').slice(1);
    const listed = tables.map((table) =>
      tableRows(`| package | why |${table}`, 'package')
        .map(([cell = '']) => cell.replaceAll('`', ''))
        .toSorted(),
    );
    expect(listed).toEqual([Object.keys(MANIFEST.dependencies).toSorted(), Object.keys(MANIFEST.devDependencies).toSorted()]);
  });

  it('names only scripts that exist', () => {
    const named = [...README.matchAll(/`pnpm (?:run )?([a-z:]+)/g)].map(([, script = '']) => script);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((script) => !(script in MANIFEST.scripts))).toEqual([]);
  });
});

describe('the reading of the README', () => {
  it('writes alternatives out', () => {
    expect(expandBraces('/a{,/b}/{c,d}')).toEqual(['/a/c', '/a/d', '/a/b/c', '/a/b/d']);
  });

  it('finds rows, spans and commands where they are, and nothing in fences', () => {
    const text = 'a `b`\n\n```sh\nrun `this`\n```\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\nend\n';
    expect(codeSpans(text)).toEqual(['b']);
    expect(commands(text)).toEqual(['run `this`']);
    expect(tableRows(text, 'x')).toEqual([['1', '2']]);
    expect(() => tableRows(text, 'z')).toThrow('no table that begins with z');
  });
});
