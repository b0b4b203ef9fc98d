import { describe, expect, it } from 'vitest';
import { describeExpected } from '../../src/pages/import-expected.ts';
import { MESSAGES } from '../../src/pages/messages.ts';
import { parseResume } from '../../src/resumes/resume.ts';
import { buildSampleResume } from '../../src/resumes/sample.ts';

const OTHER = MESSAGES.de.text('expected.other');

/** The document with each of its values in turn replaced by what may not stand there. */
function* spoil(value: unknown, replace: (value: unknown) => unknown): Generator {
  for (const wrong of [7, 'not a value: \n', '2020-02-31', [], [{}], {}, null, [3]]) yield replace(wrong);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    yield* spoil(member, (other) => replace(Array.isArray(value) ? value.with(Number(name), other) : { ...value, [name]: other }));
  }
}

const SETTINGS = {
  template: 'classic',
  pageSize: 'A4',
  language: 'en',
  colors: { accent: '#1f4e79' },
  sectionOrder: ['work'],
  hiddenSections: ['skills'],
  customSections: [{ id: 'talks', title: 'Talks', entries: [{ title: 'x', url: 'https://example.org', startDate: '2020' }] }],
  sectionTitles: { work: 'Jobs' },
  hiddenEntries: { work: [{ name: 'x' }] },
  notes: 'x',
};

describe('what a file was expected to hold', () => {
  it('has words of its own in German for every check of a resume', () => {
    const resume = { ...buildSampleResume(), meta: { vitae: SETTINGS } };
    const many = {
      ...resume,
      meta: {
        vitae: {
          sectionOrder: Array.from({ length: 60 }, () => 'work'),
          customSections: Array.from({ length: 30 }, () => ({ id: 'a', title: 'b' })),
        },
      },
    };
    const expected = new Set<string>();
    for (const document of [...spoil(resume, (value) => value), many]) {
      const parsed = parseResume(document);
      if (!parsed.ok && 'problems' in parsed) for (const problem of parsed.problems) expected.add(problem.expected);
    }
    expect(expected.size).toBeGreaterThan(15);
    expect([...expected].filter((one) => describeExpected(MESSAGES.de, one) === OTHER)).toEqual([]);
  });

  it('says how much is too much, and what there is to choose from', () => {
    expect(describeExpected(MESSAGES.de, 'at most 20 custom sections')).toBe('eine Liste mit höchstens 20 Einträgen');
    expect(describeExpected(MESSAGES.de, 'at most 1 custom sections')).toBe('eine Liste mit höchstens 1 Eintrag');
    expect(describeExpected(MESSAGES.de, 'at most 64 levels of nesting')).toBe('eine Verschachtelung von höchstens 64 Ebenen');
    expect(describeExpected(MESSAGES.de, 'one of A4, Letter')).toBe('eines von A4, Letter');
  });

  it('is said in general where there are no words for it', () => {
    expect(describeExpected(MESSAGES.de, 'something new')).toBe('was JSON Resume dort vorsieht');
  });
});
