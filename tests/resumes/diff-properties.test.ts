import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, invertChanges } from '../../src/resumes/apply-changes.ts';
import { diffJson } from '../../src/resumes/diff.ts';
import { parseJson, type JsonValue } from '../../src/resumes/json.ts';
import { mergeJson } from '../../src/resumes/merge.ts';
import { applyPatch } from '../../src/resumes/patch.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';
import { resumeArbitrary } from '../support/resume-arbitrary.ts';

function toJson(value: unknown): JsonValue {
  const json = parseJson(value);
  if (!json.ok) throw new TypeError(json.problem.expected);
  return json.value;
}

const json = fc
  .oneof(
    resumeArbitrary,
    fc.jsonValue({ maxDepth: 4 }),
    fc.array(fc.record({ a: fc.nat(2), b: fc.nat(2), list: fc.array(fc.nat(3)) }), { maxLength: 6 }),
  )
  .filter((value) => parseJson(value).ok)
  .map(toJson);

describe('a difference', () => {
  it('turns the first document into the second, and its inverse back', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const changes = diffJson(before, after);
        const back = invertChanges(before, changes);
        expect(applyChanges(before, changes)).toEqual(after);
        expect(applyChanges(applyChanges(before, changes), back)).toEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is a JSON Patch for anybody', () => {
    fc.assert(
      fc.property(resumeArbitrary, resumeArbitrary, (before, after) => {
        const changes = diffJson(toJson(before), toJson(after));
        fc.pre(changes.length <= 200);
        expect(applyPatch(before, changes)).toEqual(after);
      }),
    );
  });

  it('is empty for equal documents, whatever the order of their members', () => {
    expect(diffJson({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toEqual([]);
  });

  it('finds the item that went, not every item that moved up', () => {
    const before = toJson(buildSampleResume());
    const after = applyChanges(before, [{ op: 'remove', path: '/work/0' }]);
    expect(diffJson(before, after)).toEqual([{ op: 'remove', path: '/work/0' }]);
    expect(diffJson([1, 2, 3], [1, 9, 2, 3])).toEqual([{ op: 'add', path: '/1', value: 9 }]);
  });

  it('finds what changed in an item that also moved', () => {
    const [a, b] = [
      { name: 'Acme', position: 'Engineer', summary: 'Built things' },
      { name: 'Initech', position: 'Clerk', summary: 'Filed reports' },
    ];
    expect(diffJson([a, b], [{ name: 'New' }, a, { ...b, position: 'Lead' }])).toEqual([
      { op: 'replace', path: '/1/position', value: 'Lead' },
      { op: 'add', path: '/0', value: { name: 'New' } },
    ]);
  });

  it('can be applied in any selection, each part doing what it says', () => {
    fc.assert(
      fc.property(json, json, fc.infiniteStream(fc.boolean()), (before, after, chosen) => {
        const selection = diffJson(before, after).filter(() => chosen.next().value === true);
        expect(() => applyChanges(before, selection)).not.toThrow();
      }),
    );
    const before = ['a', 'b', 'c', 'd'];
    const [last, middle, first] = diffJson(before, ['x', 'b', 'd', 'e']);
    expect([last, middle, first].map((change) => change?.path)).toEqual(['/4', '/2', '/0']);
    expect(
      applyChanges(
        before,
        [last, first].filter((change) => change !== undefined),
      ),
    ).toEqual(['x', 'b', 'c', 'd', 'e']);
  });

  it('stays quick on long lists', () => {
    const long = Array.from({ length: 20_000 }, (_unused, index) => index);
    const other = long.toReversed();
    expect(applyChanges(long, diffJson(long, other))).toEqual(other);
  });

  it('reaches members that are called like those of a prototype', () => {
    const [before, after] = [{ constructor: 1 }, { constructor: { prototype: 2 }, 'a/b~c': 3 }];
    expect(applyChanges(before, diffJson(before, after))).toEqual(after);
    expect(Object.getPrototypeOf(applyChanges(before, diffJson(before, after)))).toBe(Object.prototype);
  });

  it('is refused by a document it does not start from', () => {
    for (const change of [
      { op: 'remove' as const, path: '/a' },
      { op: 'replace' as const, path: '/list/3', value: 1 },
      { op: 'add' as const, path: '/list/x', value: 1 },
      { op: 'add' as const, path: '/text/x', value: 1 },
      { op: 'add' as const, path: '/no/x', value: 1 },
    ]) {
      expect(() => applyChanges({ list: [1], text: 'x' }, [change])).toThrow(change.path);
    }
  });
});

describe('a merge of two successors', () => {
  it('takes what only one side changed', () => {
    fc.assert(
      fc.property(json, json, (base, other) => {
        expect(mergeJson(base, base, other)).toEqual({ ok: true, value: other });
        expect(mergeJson(base, other, base)).toEqual({ ok: true, value: other });
        expect(mergeJson(base, other, other)).toEqual({ ok: true, value: other });
      }),
    );
  });

  it('follows an item that the other side has moved', () => {
    const job = { name: 'Acme', position: 'Engineer', summary: 'Built' };
    expect(mergeJson([job], [{ name: 'New' }, job], [{ ...job, position: 'Lead' }])).toEqual({
      ok: true,
      value: [{ name: 'New' }, { ...job, position: 'Lead' }],
    });
  });

  it('keeps what both sides insert at one place, and once what is the same', () => {
    expect(mergeJson(['a'], ['a', 'x', 'y'], ['a', 'x', 'z'])).toEqual({ ok: true, value: ['a', 'x', 'y', 'z'] });
  });

  it.each([
    ['both rewrote a member', { a: 1 }, { a: 2 }, { a: 3 }, ['/a']],
    ['one removed what the other rewrote', { a: { b: 1 } }, {}, { a: { b: 2 } }, ['/a']],
    ['both rewrote an item', ['x'], ['y'], ['z'], ['/0']],
    ['the pointer leads to where the item stands now', [{ n: 1, p: 1 }], [{ k: 0 }, { n: 1, p: 2 }], [{ n: 1, p: 3 }], ['/1/p']],
    ['one removed the item that the other rewrote', [{ n: 1, p: 1 }], [], [{ n: 1, p: 3 }], ['/0']],
  ])('is a conflict when %s', (_what, base, current, wanted, conflicts) => {
    expect(mergeJson(toJson(base), toJson(current), toJson(wanted))).toEqual({ ok: false, conflicts });
  });
});
