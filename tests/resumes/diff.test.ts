import { describe, expect, it } from 'vitest';
import { diffResumes } from '../../src/resumes/diff.ts';
import { patchResume } from '../../src/resumes/patch.ts';
import type { Resume } from '../../src/resumes/resume.ts';

const job = (name: string, position = 'Engineer') => ({ name, position });
const withWork = (...work: Record<string, string>[]): Resume => ({ work });

describe('the difference of two resumes', () => {
  it.each<[string, Resume, Resume, string[]]>([
    ['a job put in front', withWork(job('B'), job('A')), withWork(job('C'), job('B'), job('A')), ['add /work/0']],
    ['a job put in the middle', withWork(job('C'), job('A')), withWork(job('C'), job('B'), job('A')), ['add /work/1']],
    ['a job taken out', withWork(job('C'), job('B'), job('A')), withWork(job('C'), job('A')), ['remove /work/1']],
    ['a changed member', withWork(job('B'), job('A')), withWork(job('B', 'Lead'), job('A')), ['replace /work/0/position']],
    [
      'a job put in front and another changed',
      withWork(job('B'), job('A')),
      withWork(job('C'), job('B'), job('A', 'Lead')),
      ['replace /work/1/position', 'add /work/0'],
    ],
    ['two jobs swapped', withWork(job('B'), job('A')), withWork(job('A'), job('B')), ['add /work/2', 'remove /work/0']],
    [
      'a member added and one removed',
      { basics: { name: 'A', label: 'x' } },
      { basics: { name: 'A', url: 'https://a.example' } },
      ['remove /basics/label', 'add /basics/url'],
    ],
    ['nothing', withWork(job('A')), withWork(job('A')), []],
    ['members in another order', { basics: { name: 'A', label: 'x' } }, { basics: { label: 'x', name: 'A' } }, []],
    ['a member whose name needs escaping', { 'a/b~c': 1 }, { 'a/b~c': 2 }, ['replace /a~1b~0c']],
  ])('shows %s', (_name, before, after, expected) => {
    const changes = diffResumes(before, after);
    expect(changes.map((change) => `${change.op} ${change.path}`)).toEqual(expected);
    expect(patchResume(before, changes)).toEqual(after);
  });

  it('leads from one long list to another that shares nothing with it', () => {
    const list = (prefix: string, length: number): Resume => ({
      interests: Array.from({ length }, (_, index) => ({ name: `${prefix}${index}` })),
    });
    const before = list('a', 1_000);
    const changes = diffResumes(before, { interests: [...(before.interests ?? []), { name: 'last' }] });
    expect(changes).toEqual([{ op: 'add', path: '/interests/1000', value: { name: 'last' } }]);
    expect(diffResumes(before, list('b', 900))).toHaveLength(1_000);
  });
});
