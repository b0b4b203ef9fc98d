import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { REQUIREMENTS } from './requirements.ts';
import { findCitations } from './support/citations.ts';

const TESTS = fileURLToPath(new URL('.', import.meta.url));
const KNOWN = new Set(REQUIREMENTS.map(({ id }) => id));

describe('the requirements', () => {
  const paths = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((path) => /\.test\.tsx?$/.test(path));
  const files = paths
    .filter((path) => path !== 'requirements.test.ts')
    .map((path) => [`tests/${path.split(sep).join('/')}`, readFileSync(join(TESTS, path), 'utf8')] as const);
  const { proved, problems } = findCitations(Object.fromEntries(files), KNOWN);

  it('are each proven by a test', () => {
    expect(REQUIREMENTS.length).toBeGreaterThan(80);
    expect(REQUIREMENTS.map(({ id }) => id).filter((id) => !proved.has(id))).toEqual([]);
  });

  it('are cited as they are called, above tests that run', () => {
    expect(problems).toEqual([]);
  });

  it('have names of their own, and say what and where from', () => {
    expect(KNOWN.size).toBe(REQUIREMENTS.length);
    expect(REQUIREMENTS.filter(({ id, source, text }) => !/^[a-z-]+:[a-z0-9-]+$/.test(id) || source === '' || !text.endsWith('.'))).toEqual(
      [],
    );
  });
});

describe('the search for citations', () => {
  const known = new Set(['area:one', 'area:two']);
  const find = (text: string) => findCitations({ 'tests/a.test.ts': text }, known);

  it('finds several on a line, through other comments', () => {
    const { proved, problems } = find(`// proves area:one, area:two\n// security case 7\nit('x', () => {});`);
    expect(problems).toEqual([]);
    expect([...proved.keys()]).toEqual(['area:one', 'area:two']);
  });

  it.each([
    ['an unknown one', `// proves area:three\nit('x')`, 'tests/a.test.ts:1 cites an unknown requirement: area:three'],
    ['one above a skipped test', `// proves area:one\nit.skip('x')`, 'tests/a.test.ts:1 stands above no test that runs'],
    ['one above a helper', `// proves area:one\nconst x = 1;`, 'tests/a.test.ts:1 stands above no test that runs'],
    ['one at the end', `// proves area:one`, 'tests/a.test.ts:1 stands above no test that runs'],
  ])('reports %s', (_what, text, problem) => {
    expect(find(text).problems).toEqual([problem]);
  });
});
