import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResumeError, type ResumeFailure } from '../../src/resumes/errors.ts';
import { diffResumes } from '../../src/resumes/diff.ts';
import { applyPatch, patchResume } from '../../src/resumes/patch.ts';
import { buildEmptyResume, MAX_RESUME_BYTES, type Resume } from '../../src/resumes/resume.ts';
import { resumeArbitrary } from '../support/resume-arbitrary.ts';

function failureOf(work: () => unknown): ResumeFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof ResumeError) return error.failure;
    throw error;
  }
  throw new Error('nothing was refused');
}

function outcomeOf(work: () => unknown): string {
  try {
    work();
    return 'applied';
  } catch (error) {
    return error instanceof ResumeError ? 'refused' : String(error);
  }
}

const resume: Resume = { ...buildEmptyResume(), basics: { name: 'Ana' }, work: [{ name: 'Acme', position: 'Engineer' }] };

describe('a patch of a resume', () => {
  it('adds to a section that is still empty', () => {
    const after = patchResume(buildEmptyResume(), [
      { op: 'add', path: '/skills/-', value: { name: 'Databases', keywords: ['PostgreSQL'] } },
    ]);
    expect(after.skills).toEqual([{ name: 'Databases', keywords: ['PostgreSQL'] }]);
  });

  // proves resumes:patch-atomic
  it('is all or nothing: a late failure leaves the document as it was', () => {
    const before = structuredClone(resume);
    const failure = failureOf(() =>
      patchResume(resume, [
        { op: 'replace', path: '/basics/name', value: 'Bea' },
        { op: 'remove', path: '/work/7' },
      ]),
    );
    expect(failure).toMatchObject({ code: 'invalid_patch', operation: 1 });
    expect(resume).toEqual(before);
  });

  it('names the operation whose test fails', () => {
    const failure = failureOf(() =>
      patchResume(resume, [
        { op: 'test', path: '/basics/name', value: 'Ana' },
        { op: 'test', path: '/work/0/name', value: 'Other' },
      ]),
    );
    expect(failure).toEqual({ code: 'patch_test_failed', operation: 1, pointer: '/work/0/name' });
  });

  it('refuses a result that is not a resume, with the pointer of the bad value', () => {
    const failure = failureOf(() => patchResume(resume, [{ op: 'add', path: '/work/0/startDate', value: 'Spring 2020' }]));
    expect(failure.code === 'invalid_resume' && failure.problems.map((problem) => problem.pointer)).toEqual(['/work/0/startDate']);
  });

  it.each([
    ['replace', ''],
    ['remove', ''],
  ])('refuses to %s the whole document by something else', (op, path) => {
    expect(failureOf(() => patchResume(resume, [{ op, path, value: 7 }])).code).toBe('invalid_resume');
  });

  // proves resumes:patch-bound
  it('refuses a patch of 201 operations', () => {
    const operations = Array.from({ length: 201 }, () => ({ op: 'test', path: '/basics/name', value: 'Ana' }));
    expect(failureOf(() => patchResume(resume, operations)).code).toBe('invalid_patch');
    expect(patchResume(resume, operations.slice(1))).toEqual(resume);
  });
});

describe('hostile patches', () => {
  it.each(['/__proto__/polluted', '/constructor/prototype/polluted', '/basics/__proto__', '/prototype', '/work/0/constructor'])(
    'refuses the path %s',
    (path) => {
      for (const operation of [
        { op: 'add', path, value: true },
        { op: 'copy', from: path, path: '/basics/x' },
        { op: 'move', from: '/basics/name', path },
        { op: 'test', path, value: {} },
      ]) {
        expect(failureOf(() => applyPatch(resume, [operation]))).toMatchObject({ code: 'invalid_patch', operation: 0 });
      }
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    },
  );

  it.each([
    '/toString',
    '/basics/hasOwnProperty',
    '/work/length',
    '/work/map',
    '/work/01',
    '/work/1e0',
    '/work/-1',
    '/work/-',
    '/basics/name/0',
  ])('finds nothing to copy, move, remove, replace or test at %s', (pointer) => {
    for (const operation of [
      { op: 'copy', from: pointer, path: '/basics/x' },
      { op: 'move', from: pointer, path: '/basics/x' },
      { op: 'remove', path: pointer },
      { op: 'replace', path: pointer, value: 1 },
    ]) {
      expect(failureOf(() => applyPatch(resume, [operation])).code).toBe('invalid_patch');
    }
    expect(failureOf(() => applyPatch(resume, [{ op: 'test', path: pointer, value: null }])).code).toBe('patch_test_failed');
  });

  it('refuses values that carry a prototype, however deep', () => {
    const value: unknown = JSON.parse('{"a":{"__proto__":{"polluted":true}}}');
    expect(failureOf(() => applyPatch(resume, [{ op: 'add', path: '/x', value }])).code).toBe('invalid_patch');
  });

  it('stops a copy bomb at the first step beyond the size of a resume', () => {
    const seed = { op: 'add', path: '/x', value: ['a'.repeat(1000)] };
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/x', path: '/x/-' }));
    expect(failureOf(() => applyPatch(resume, [seed, ...doubling])).code).toBe('resume_too_large');
  });

  it('stops copies that keep the document small but never end', () => {
    const seed = { op: 'add', path: '/x', value: 'a'.repeat(100_000) };
    const copies = Array.from({ length: 199 }, () => ({ op: 'copy', from: '/x', path: '/y' }));
    expect(failureOf(() => applyPatch(resume, [seed, ...copies])).code).toBe('resume_too_large');
  });

  it('lets a document just under the limit be edited and refuses one byte too many', () => {
    const empty = JSON.stringify({ x: '' }).length;
    const full = { x: 'a'.repeat(MAX_RESUME_BYTES - empty) };
    expect(applyPatch({}, [{ op: 'add', path: '', value: full }])).toEqual(full);
    expect(failureOf(() => applyPatch({}, [{ op: 'add', path: '', value: { x: `${full.x}a` } }])).code).toBe('resume_too_large');
  });

  it('refuses nesting that would exhaust the stack', () => {
    const value: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(failureOf(() => applyPatch(resume, [{ op: 'add', path: '/x', value }])).code).toBe('invalid_patch');
  });

  it('refuses to move a value into itself or past the end of a list', () => {
    expect(failureOf(() => applyPatch(resume, [{ op: 'move', from: '/basics', path: '/basics/inner' }])).code).toBe('invalid_patch');
    expect(failureOf(() => applyPatch({ list: [1, 2] }, [{ op: 'move', from: '/list/0', path: '/list/2' }])).code).toBe('invalid_patch');
    expect(applyPatch({ list: [1, 2] }, [{ op: 'move', from: '/list/0', path: '/list/1' }])).toEqual({ list: [2, 1] });
  });

  it('refuses what is not an operation', () => {
    for (const operation of [
      null,
      7,
      [],
      {},
      { op: 'merge', path: '' },
      { op: 'add' },
      { op: 'add', path: '/a' },
      { op: 'copy', path: '/a' },
    ]) {
      expect(failureOf(() => applyPatch(resume, [operation])).code).toBe('invalid_patch');
    }
  });

  it('copies by value: a later change of the copy leaves the source alone', () => {
    const after = applyPatch({ a: { n: 1 } }, [
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'replace', path: '/b/n', value: 2 },
    ]);
    expect(after).toEqual({ a: { n: 1 }, b: { n: 2 } });
  });
});

describe('properties of patches', () => {
  it('a difference applied to the first document gives the second, and backwards', () => {
    fc.assert(
      fc.property(resumeArbitrary, resumeArbitrary, (before, after) => {
        const there = diffResumes(before, after);
        const back = diffResumes(after, before);
        fc.pre(there.length <= 200 && back.length <= 200);
        expect(patchResume(before, there)).toEqual(after);
        expect(patchResume(after, back)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('an arbitrary sequence of operations gives a resume or one of our errors, and never touches its argument', () => {
    const pointer = fc
      .array(fc.constantFrom('basics', 'work', '0', '-', 'name', '__proto__', 'constructor', 'x~1y', 'length'), { maxLength: 4 })
      .map((tokens) => tokens.map((token) => `/${token}`).join(''));
    const operation = fc.record(
      {
        op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'bad'),
        path: pointer,
        from: pointer,
        value: fc.jsonValue(),
      },
      { requiredKeys: ['op', 'path'] },
    );
    fc.assert(
      fc.property(resumeArbitrary, fc.array(operation, { maxLength: 8 }), (before, operations) => {
        const copy = structuredClone(before);
        expect(outcomeOf(() => patchResume(before, operations))).toMatch(/^(?:applied|refused)$/);
        expect(before).toEqual(copy);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
