import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INCOMPLETE, NOT_APPLICABLE, SECURITY_CASES } from './security/cases.ts';
import { findSecurityCitations } from './support/security-citations.ts';
import { openCases, readSecurityCitations, renderSecurityTable, TABLE_PATH } from './support/security-table.ts';

describe('the security cases', () => {
  const citations = readSecurityCitations();

  it('are 230, with words of their own', () => {
    expect(SECURITY_CASES.map(({ number }) => number)).toEqual(Array.from({ length: 230 }, (_each, index) => index + 1));
    expect(new Set(SECURITY_CASES.map(({ text }) => text)).size).toBe(230);
  });

  it('are cited by their numbers, at tests that run', () => {
    expect(citations.problems).toEqual([]);
  });

  it('are held by a test, or there is a reason why they can not arise', () => {
    expect(openCases(citations)).toEqual([]);
  });

  it('have a reason only where no test holds them, and a gap only where one does', () => {
    expect(Object.keys(NOT_APPLICABLE).filter((number) => citations.held.has(Number(number)))).toEqual([]);
    expect(Object.keys(INCOMPLETE).filter((number) => !citations.held.has(Number(number)))).toEqual([]);
  });

  it('stand in the table as the tests say: pnpm security:table', () => {
    expect(readFileSync(TABLE_PATH, 'utf8')).toBe(renderSecurityTable(citations));
  });
});

describe('the search for security cases', () => {
  const find = (text: string) => findSecurityCitations({ 'tests/a.test.ts': text }, new Set([1, 2, 3]));
  const held = (text: string) => [...find(text).held].map(([number, [test]]) => `${number} ${test?.name}`);

  it.each([
    ['above a test, through other comments', `describe('s', () => {\n// security cases 1, 2\n// more\nit('x', f);\n});`, ['1 x', '2 x']],
    ['above a suite', `// security case 1\ndescribe.each(y)('x', f);`, ['1 x']],
    ['beside a row', `it.each([\n['a'],\n// security case 1\n['b'],\n])('x %s', f);`, ['1 x %s']],
    ['in a table', `const t = [\n// security case 2\n['b'],\n];\nit.each(t.flat())('x %s', f);`, ['2 x %s']],
    ['inside a test', `it('x', () => {\n// security case 1\nf();\n});`, ['1 x']],
    ['in a name', `it('x (security case 3)', f);`, ['3 x']],
  ])('finds one %s', (_what, text, expected) => {
    expect(find(text).problems).toEqual([]);
    expect(held(text)).toEqual(expected);
  });

  it.each([
    ['an unknown one', `// security case 4\nit('x', f);`, 'tests/a.test.ts:1 cites an unknown case: 4'],
    ['one at a skipped test', `// security case 1\nit.skip('x', f);`, 'tests/a.test.ts:1 stands at no test that runs: 1'],
    ['one at a helper', `// security case 1\nconst x = 1;`, 'tests/a.test.ts:1 stands at no test that runs: 1'],
    ['one in an unused table', `const t = [\n// security case 2\n];\nit('x', f);`, 'tests/a.test.ts:2 stands at no test that runs: 2'],
    ['one loose in a suite', `describe('s', () => {\n// security case 1\nf();\n});`, 'tests/a.test.ts:2 stands at no test that runs: 1'],
  ])('reports %s', (_what, text, problem) => {
    expect(find(text).problems).toEqual([problem]);
  });
});
