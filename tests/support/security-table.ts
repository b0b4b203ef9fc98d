import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INCOMPLETE, NOT_APPLICABLE, SECURITY_CASES, type SecurityCase } from '../security/cases.ts';
import { findSecurityCitations, type HoldingTest, type SecurityCitations } from './security-citations.ts';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
/** Where the table stands. */
export const TABLE_PATH = join(TESTS, 'security', 'README.md');

/** What every test file cites. */
export function readSecurityCitations(): SecurityCitations {
  const paths = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((path) => /\.test\.tsx?$/.test(path));
  const files = paths
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path !== 'security-cases.test.ts')
    .toSorted();
  return findSecurityCitations(
    Object.fromEntries(files.map((path) => [`tests/${path}`, readFileSync(join(TESTS, path), 'utf8')])),
    new Set(SECURITY_CASES.map(({ number }) => number)),
  );
}

/** Cases that could arise and that no test holds, or only in part. */
export function openCases({ held }: SecurityCitations): readonly SecurityCase[] {
  return SECURITY_CASES.filter(
    ({ number }) => (!held.has(number) && NOT_APPLICABLE[number] === undefined) || INCOMPLETE[number] !== undefined,
  );
}

export function renderSecurityTable(citations: SecurityCitations): string {
  const open = openCases(citations).length;
  const without = Object.keys(NOT_APPLICABLE).length;
  const lines = [
    '# Security cases',
    '',
    'What is sent to this server by those who mean harm or err, what must come of it, and which test holds it. Every refusal also promises: no',
    'row written, no request sent to anybody, nothing of the inside in the body, and one event in the audit trail where there is somebody to tell.',
    '',
    `Of ${SECURITY_CASES.length} cases ${SECURITY_CASES.length - open - without} are held by tests, ${open} are open, and ${without} can not arise.`,
    '',
    'Generated from the tests by `pnpm security:table`: a test that holds a case says `// security case` and its number.',
    '',
  ];
  for (const group of new Set(SECURITY_CASES.map((each) => each.group))) {
    lines.push(`## ${group}`, '', '| case | what | source | held by |', '|---|---|---|---|');
    for (const each of SECURITY_CASES.filter((row) => row.group === group)) {
      lines.push(`| ${each.number} | ${cell(each.text)} | ${each.source} | ${answerTo(each, citations.held.get(each.number) ?? [])} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

function answerTo({ number }: SecurityCase, tests: readonly HoldingTest[]): string {
  const reason = NOT_APPLICABLE[number];
  if (reason !== undefined) return `can not arise: ${cell(reason)}`;
  const missing = INCOMPLETE[number];
  const names = tests.map(({ path, name }) => `[${path.slice('tests/'.length)}](${linkTo(path)}): ${cell(name)}`);
  if (missing !== undefined) names.push(`**open**: ${cell(missing)}`);
  return names.length === 0 ? '**open**' : names.join('<br>');
}

const linkTo = (path: string) => relative('tests/security', path).split(sep).join('/');
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
