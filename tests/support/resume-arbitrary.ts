import fc from 'fast-check';
import { parseResume, type Resume } from '../../src/resumes/resume.ts';

const date = fc.constantFrom('1999', '2020-02', '2020-02-29', '2023-12-31');
const words = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0'));
const link = fc.constantFrom('https://example.org/', 'mailto:ana@example.org', 'https://example.org/a?b=c#d');
const unknown = fc.dictionary(
  fc.constantFrom('x-note', 'custom', 'level2', 'ø'),
  fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null), fc.array(words, { maxLength: 3 })),
  { maxKeys: 2 },
);

function entries(known: Record<string, fc.Arbitrary<unknown>>) {
  return fc.array(
    fc.tuple(unknown, fc.record(known, { requiredKeys: [] })).map(([extra, members]) => Object.assign({}, extra, members)),
    { maxLength: 3 },
  );
}

const sectionKeys = fc.uniqueArray(fc.constantFrom('summary', 'work', 'skills', 'projects', 'custom:talks', 'custom:not-there'), {
  maxLength: 6,
});
const settings = fc.record(
  {
    template: fc.constantFrom('classic', 'modern', 'compact'),
    pageSize: fc.constantFrom('A4', 'Letter'),
    language: fc.constantFrom('en', 'de-CH', 'ar', 'he', 'zh-Hant-TW'),
    colors: fc.record({ accent: fc.constantFrom('#000000', '#AbCdEf') }, { requiredKeys: [] }),
    sectionOrder: sectionKeys,
    hiddenSections: sectionKeys,
    sectionTitles: fc.record({ work: words, summary: words }, { requiredKeys: [] }),
    customSections: entries({ title: words, subtitle: words, startDate: date, summary: words, url: link }).map((made) => [
      { id: 'talks', title: 'Talks', entries: made },
    ]),
  },
  { requiredKeys: [] },
);

/** Valid resumes, sparse and full, with members the standard doesn't know. */
export const resumeArbitrary: fc.Arbitrary<Resume> = fc
  .tuple(
    unknown,
    fc.record(
      {
        $schema: link,
        basics: fc.record({ name: words, email: fc.constant('ana@example.org'), url: link, summary: words }, { requiredKeys: [] }),
        work: entries({ name: words, position: words, startDate: date, endDate: date, highlights: fc.array(words, { maxLength: 3 }) }),
        education: entries({ institution: words, area: words, courses: fc.array(words, { maxLength: 3 }) }),
        skills: entries({ name: words, keywords: fc.array(words, { maxLength: 3 }) }),
        projects: entries({ name: words, url: link, roles: fc.array(words, { maxLength: 2 }) }),
        meta: fc.record({ version: words, lastModified: words, vitae: settings }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([extra, members]) => {
    const parsed = parseResume({ ...extra, ...members });
    if (!parsed.ok) throw new Error(`the generator made an invalid resume: ${JSON.stringify(parsed)}`);
    return parsed.resume;
  });
