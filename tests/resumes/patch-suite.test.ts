import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { ResumeError } from '../../src/resumes/errors.ts';
import { applyPatch } from '../../src/resumes/patch.ts';

interface SuiteCase {
  readonly comment?: string;
  readonly doc: unknown;
  readonly patch: readonly unknown[];
  readonly expected?: unknown;
  readonly error?: string;
  readonly disabled?: boolean;
}

const require = createRequire(import.meta.url);

const suites: [string, readonly SuiteCase[]][] = [
  ['tests.json', require('json-patch-test-suite/tests.json') as SuiteCase[]],
  ['spec_tests.json', require('json-patch-test-suite/spec_tests.json') as SuiteCase[]],
];

describe.each(suites)('the public JSON Patch suite, %s (RFC 6902)', (_file, suite) => {
  const cases = suite.filter((each) => each.disabled !== true && each.doc !== undefined);

  it('has cases to run', () => {
    expect(cases.length).toBeGreaterThan(15);
  });

  it.each(cases.map((each, index) => [index, nameOf(each), each] as const))('%i: %s', (_index, _name, each) => {
    const before = structuredClone(each.doc);
    expect(outcomeOf(each)).toEqual(each.error === undefined ? { document: each.expected ?? outcomeOf(each).document } : { refused: true });
    expect(each.doc).toEqual(before);
  });
});

function nameOf(each: SuiteCase): string {
  return each.comment ?? each.error ?? JSON.stringify(each.patch);
}

/** Cases without an expected document only have to be applied. */
function outcomeOf(each: SuiteCase): { readonly document?: unknown; readonly refused?: true } {
  try {
    return { document: applyPatch(each.doc, each.patch) };
  } catch (error) {
    if (error instanceof ResumeError) return { refused: true };
    throw error;
  }
}
