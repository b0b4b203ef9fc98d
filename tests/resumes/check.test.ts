import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkResume } from '../../src/resumes/check/check-resume.ts';
import { FINDING_CODES } from '../../src/resumes/check/finding.ts';
import { parsePointer, resolveTokens } from '../../src/resumes/pointer.ts';
import { buildEmptyResume, parseResume, type Resume } from '../../src/resumes/resume.ts';
import { resumeArbitrary } from '../support/resume-arbitrary.ts';

const NOW = new Date('2026-11-25T00:00:00Z');
const job = { name: 'Acme', position: 'Engineer', startDate: '2020-01', summary: 'Built bridges.' };

function resumeOf(document: object): Resume {
  const parsed = parseResume(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.resume;
}

const found = (document: object) => checkResume(resumeOf(document), NOW).findings.map(({ code, pointer }) => `${code} ${pointer}`);

const CASES: [string, object, string][] = [
  ['a missing name', { basics: {} }, 'missing_name /basics/name'],
  ['a missing address', { basics: { name: 'Ana' } }, 'missing_email /basics/email'],
  ['a missing phone number', { basics: { phone: ' ' } }, 'missing_phone /basics/phone'],
  ['a missing place', { basics: { location: { address: 'Street 1' } } }, 'missing_place /basics/location'],
  ['a missing summary', {}, 'missing_summary /basics/summary'],
  ['a photo', { basics: { image: 'https://example.org/me.jpg' } }, 'photo /basics/image'],
  ['a job without a beginning', { work: [job, { ...job, startDate: undefined, endDate: '2019' }] }, 'missing_start_date /work/1/startDate'],
  ['studies without dates', { education: [{ institution: 'ETH', area: 'Physics' }] }, 'missing_start_date /education/0/startDate'],
  ['an end before the beginning', { work: [{ ...job, endDate: '2019-12' }] }, 'end_before_start /work/0/endDate'],
  ['a beginning in the future', { work: [{ ...job, startDate: '2027-01' }] }, 'date_in_future /work/0/startDate'],
  ['a gap', { work: [job, { ...job, startDate: '2015', endDate: '2018' }] }, 'gap /work/0'],
  ['nothing since long ago', { work: [{ ...job, endDate: '2025-01' }] }, 'gap /work'],
  ['a job without a title', { work: [{ ...job, position: '' }] }, 'missing_title /work/0/position'],
  [
    'an engagement for nobody',
    { volunteer: [{ position: 'Helper', startDate: '2020' }] },
    'missing_organization /volunteer/0/organization',
  ],
  ['a job that says nothing', { work: [{ ...job, summary: undefined }] }, 'nothing_said /work/0'],
  [
    'the present for the past',
    { work: [{ ...job, endDate: '2026-10', highlights: ['Led a team', '– Manages budgets'] }] },
    'present_tense /work/0/highlights/1',
  ],
  ['the first person', { work: [{ ...job, summary: 'Bridges. I built them.' }] }, 'first_person /work/0/summary'],
  ['a placeholder', { work: [{ ...job, name: '[Company name]' }] }, 'placeholder /work/0/name'],
  [
    'a text that comes twice',
    { work: [{ ...job, highlights: ['Cut the time of a release by half.', 'Cut the time of a release by half!'] }] },
    'repeated_text /work/0/highlights/1',
  ],
  ['a point that nobody finishes', { work: [{ ...job, highlights: ['long '.repeat(60)] }] }, 'long_text /work/0/highlights/0'],
  [
    'more points than anybody reads',
    { work: [{ ...job, highlights: Array.from({ length: 9 }, (_, index) => `Point ${index}`) }] },
    'many_points /work/0/highlights',
  ],
  ['a document of two lines', {}, 'too_short '],
  ['a document of many pages', { basics: { summary: 'word '.repeat(1_200) } }, 'too_long '],
  ['levels drawn as stars', { skills: [{ name: 'Java', level: '★★★☆☆' }] }, 'symbols /skills/0/level'],
  ['an emoji', { basics: { label: 'Builder 🚀' } }, 'symbols /basics/label'],
  ['a ligature', { basics: { label: 'O\uFB03cer' } }, 'hidden_characters /basics/label'],
  ['markup', { work: [{ ...job, summary: '<b>Built</b> bridges' }] }, 'markup /work/0/summary'],
  ['columns of spaces', { work: [{ ...job, summary: 'Java     5 years' }] }, 'layout_by_spaces /work/0/summary'],
];

describe('the review of a resume', () => {
  it.each(CASES)('finds %s', (_what, document, finding) => {
    expect(found(document)).toContain(finding);
  });

  it('has a case above for every rule', () => {
    expect(new Set(CASES.map(([, , finding]) => finding.split(' ')[0]))).toEqual(new Set(FINDING_CODES));
  });

  it.each<[string, object, string]>([
    ['a gap that studies fill', { work: [job], education: [{ startDate: '2015', endDate: '2019' }] }, 'gap'],
    [
      'a year that may have met the next',
      {
        work: [
          { ...job, startDate: '2020' },
          { ...job, startDate: '2018', endDate: '2019' },
        ],
      },
      'gap',
    ],
    ['the present for what lasts', { work: [{ ...job, highlights: ['Manage budgets'] }] }, 'present_tense'],
    [
      'the present in another language',
      { meta: { vitae: { language: 'de' } }, work: [{ ...job, endDate: '2026', highlights: ['Lead'] }] },
      'present_tense',
    ],
    ['what others say', { references: [{ name: 'Bea', reference: 'I would hire her again. My team too.' }] }, 'first_person'],
    ['accents, dashes and other alphabets', { basics: { name: 'Žofie – 山田', label: 'C# & C++' } }, 'symbols'],
    ['a hidden section', { meta: { vitae: { hiddenSections: ['skills'] } }, skills: [{ level: '★' }] }, 'symbols'],
  ])('has nothing against %s', (_what, document, code) => {
    expect(found(document).filter((finding) => finding.startsWith(`${code} `))).toEqual([]);
  });

  it('is the same every time, and every pointer leads into the document or to a member it lacks', () => {
    fc.assert(
      fc.property(resumeArbitrary, (resume) => {
        const review = checkResume(resume, NOW);
        expect(checkResume(resume, NOW)).toEqual(review);
        for (const { pointer } of review.findings) {
          const parsed = parsePointer(pointer);
          if (!parsed.ok) throw new Error(pointer);
          const [section, ...rest] = parsed.tokens;
          const holder = rest.length < 2 ? [] : parsed.tokens.slice(0, 2);
          expect(section === 'basics' || resolveTokens(resume, holder).found).toBe(true);
        }
      }),
    );
  });

  it('puts problems first and lists at most a hundred', () => {
    const { findings, hasMore } = checkResume({ ...buildEmptyResume(), work: Array.from({ length: 80 }, () => ({})) }, NOW);
    expect(findings).toHaveLength(100);
    expect(hasMore).toBe(true);
    expect(findings.every(({ severity }) => severity === 'problem')).toBe(true);
  });
});
