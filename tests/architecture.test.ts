import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findViolations, FLOORS } from './support/architecture.ts';
import { parseSourceFile } from './support/source-file.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What the rules say about these made-up files. */
function violationsOf(sources: Readonly<Record<string, string>>): string[] {
  return findViolations(Object.entries(sources).map(([path, text]) => parseSourceFile(path, text)));
}

describe('the architecture of src', () => {
  const paths = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => `src/${path.split(sep).join('/')}`);

  it('breaks no rule', () => {
    expect(paths.length).toBeGreaterThan(10);
    expect(findViolations(paths.map((path) => parseSourceFile(path, readFileSync(join(ROOT, path), 'utf8'))))).toEqual([]);
  });

  it('names no folder twice', () => {
    expect(new Set(FLOORS.flat()).size).toBe(FLOORS.flat().length);
  });
});

describe('the floors', () => {
  it('let a file import its own folder and the floors below', () => {
    expect(
      violationsOf({
        'src/http/routes.ts': `import './cors.ts'; import { x } from '../resource-server/authenticate.ts'; import type { Env } from '../env.ts';`,
        'src/main.ts': `import { createApp } from './app.ts';`,
      }),
    ).toEqual([]);
  });

  it.each([
    ['a floor above', 'src/resumes/a.ts', `import { b } from '../api/b.ts';`, 'imports upwards: resumes -> api'],
    ['the type of a floor above', 'src/db/a.ts', `import type { B } from '../app.ts';`, 'imports upwards: db -> app'],
    ['a neighbour', 'src/mcp/a.ts', `import { b } from '../pages/b.tsx'; export const a = b;`, 'imports sideways: mcp -> pages'],
    ['a neighbour late', 'src/resource-server/a.ts', `await import('../resumes/b.ts');`, 'imports sideways: resource-server -> resumes'],
    ['a neighbour in a type', 'src/env.ts', `type L = import('./observability/log.ts').L;`, 'imports sideways: env -> observability'],
    ['what stands outside src', 'src/env.ts', `import '../tests/support/app.ts';`, 'imports ../tests/support/app.ts from outside src'],
  ])('refuse an import of %s', (_what, path, text, violation) => {
    expect(violationsOf({ [path]: text })).toEqual([`${path}: ${violation}`]);
  });

  it('refuse a folder that stands on none', () => {
    expect(violationsOf({ 'src/helpers/a.ts': '' })).toEqual([
      "src/helpers/a.ts: stands on no floor: add helpers to FLOORS and to the README's picture",
    ]);
  });
});

describe('the auth library', () => {
  it('is imported by its two files, and for types by the folder around them', () => {
    expect(
      violationsOf({
        'src/authorization-server/auth.ts': `import { betterAuth } from 'better-auth';`,
        'src/authorization-server/auth-plugins.ts': `import { jwt } from 'better-auth/plugins/jwt';`,
        'src/authorization-server/hooks.ts': `import type { Auth } from 'better-auth'; import { type Jwt } from '@better-auth/core';`,
        'src/api/a.ts': `import 'better-authority';`,
      }),
    ).toEqual([]);
  });

  it('is refused everywhere else', () => {
    expect(violationsOf({ 'src/authorization-server/hooks.ts': `import { APIError } from 'better-auth/api';` })).toEqual([
      'src/authorization-server/hooks.ts: imports a value of better-auth/api: only src/authorization-server/auth.ts and src/authorization-server/auth-plugins.ts may',
    ]);
    expect(violationsOf({ 'src/pages/a.tsx': `import type { Auth } from '@better-auth/core';` })).toEqual([
      'src/pages/a.tsx: imports @better-auth/core: only authorization-server may',
    ]);
  });
});

describe('a source file', () => {
  it.each([
    ['a default export', 'export default 1;', 'has a default export'],
    ['a renamed default export', 'const a = 1; export { a as default };', 'has a default export'],
    ['nothing but re-exports', `export * from './env.ts';`, 'only re-exports: import from the file that declares'],
    [
      'imports that it only passes on',
      `import { a } from './env.ts'; export { a };`,
      'only re-exports: import from the file that declares',
    ],
    ['a reading of the environment', `export const a = process.env['A'];`, 'reads process.env'],
    ['an imported environment', `import { env } from 'node:process'; export const a = env;`, 'reads process.env'],
    ['an import without extension', `import './env'; export const a = 1;`, 'imports ./env without the extension .ts or .tsx'],
    ['an import of emitted code', `import './env.js'; export const a = 1;`, 'imports ./env.js without the extension .ts or .tsx'],
    ['an alias', `import '#env'; export const a = 1;`, 'imports by an alias: #env'],
    ['a variable', 'export let a = 1;', 'keeps state in the module: a'],
    ['a map', 'const a = new Map();', 'keeps state in the module: a'],
    ['a list that can grow', 'export const a: string[] = [];', 'keeps state in the module: a'],
    ['an object that can grow', 'const a: Record<string, string> = {};', 'keeps state in the module: a'],
    ['251 lines', 'f();\n'.repeat(251), 'has 251 lines, more than 250'],
  ])('is refused with %s', (_what, text, violation) => {
    expect(violationsOf({ 'src/app.ts': text })).toEqual([`src/app.ts: ${violation}`]);
  });

  it('may hold constants', () => {
    const constants = `const a = ['x'] as const; const b: ReadonlySet<string> = new Set(a); const c: readonly string[] = []; const d = { e: 1 };`;
    expect(violationsOf({ 'src/app.ts': constants })).toEqual([]);
  });

  it('may be longer when it is generated', () => {
    expect(violationsOf({ 'src/db/schema/auth.ts': 'f();\n'.repeat(300) })).toEqual([]);
  });
});

describe('imports', () => {
  it('go round in no circle, not even for types', () => {
    expect(
      violationsOf({
        'src/api/a.ts': `import './b.ts';`,
        'src/api/b.ts': `import type { C } from './c.ts';`,
        'src/api/c.ts': `import './a.ts';`,
      }),
    ).toEqual(['cycle: src/api/a.ts -> src/api/b.ts -> src/api/c.ts -> src/api/a.ts']);
  });
});
