import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireImportable } from '../../../src/resumes/import/import-document.ts';
import { parseDate, parsePeriod } from '../../../src/resumes/import/period.ts';
import { parseRichText } from '../../../src/resumes/import/rich-text.ts';
import { exportResume } from '../../../src/resumes/render/export.ts';
import { ResumeError } from '../../../src/resumes/errors.ts';
import { REACTIVE_RESUME_V4 } from './reactive-resume-v4.ts';
import { REACTIVE_RESUME_V5 } from './reactive-resume-v5.ts';

function pointersOf(document: unknown): string[] {
  try {
    requireImportable(document);
  } catch (error) {
    if (error instanceof ResumeError && error.failure.code === 'invalid_resume')
      return error.failure.problems.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}

function isRefusedOrTaken(document: unknown): boolean {
  try {
    return requireImportable(document) !== null;
  } catch (error) {
    return error instanceof ResumeError;
  }
}

describe('the import of a Reactive Resume v5 export', () => {
  const resume = requireImportable(REACTIVE_RESUME_V5);

  it('carries over what a reader sees', () => {
    expect(resume.basics).toEqual({
      name: 'Inês Carvalho',
      label: 'Data engineer',
      image: '/uploads/u1/picture.webp',
      email: 'ines@example.org',
      phone: '+351 21 000 0000',
      url: 'https://ines.example.org',
      urlLabel: 'ines.example.org',
      summary: 'Builds pipelines & the teams around them.\n\nEleven years.',
      location: { city: 'Lisbon, Portugal' },
      profiles: [
        { network: 'LinkedIn', username: 'inesc', url: 'https://linkedin.example.org/in/inesc' },
        { network: 'github.example.org/ines', url: 'https://github.example.org/ines' },
        { network: 'Driving licence B' },
      ],
    });
    const rota = { name: 'Rota Norte', location: 'Porto', url: 'https://rota.example.org' };
    expect(resume.work).toEqual([
      {
        ...rota,
        position: 'Lead data engineer',
        startDate: '2021-06',
        highlights: ['Runs a team of six', 'Halved the nightly load to 3 h'],
      },
      { ...rota, position: 'Data engineer', startDate: '2018-03', endDate: '2021-05', summary: 'Moved reporting to one warehouse.' },
      { name: 'Casa Azul', position: 'Analyst', period: 'Summer 2016', summary: 'Price reports.', highlights: ['First', 'Nested'] },
    ]);
    expect(resume.certificates).toEqual([
      { name: 'Data Engineer', issuer: 'Cloud Co', date: '2021-05-04', url: 'https://cert.example.org/1' },
    ]);
    expect(resume.publications).toMatchObject([{ name: 'Late data', releaseDate: '2020-05-12', summary: 'On watermarks.' }]);
    expect(exportResume(resume, 'text').content).toContain('Summer 2016');
  });

  it('keeps hidden what was hidden, and notes private', () => {
    expect(resume.meta?.vitae).toEqual({
      language: 'pt-PT',
      pageSize: 'Letter',
      colors: { accent: '#007850' },
      sectionOrder: ['work', 'custom:talks-1', 'education', 'skills', 'languages'],
      hiddenSections: ['references', 'custom:talks-1-hidden', 'custom:letter-2'],
      customSections: [
        { id: 'talks-1', title: 'Talks', entries: [{ title: 'Queues', startDate: '2023', endDate: '2023', highlights: ['300 people'] }] },
        { id: 'talks-1-hidden', title: 'Talks', entries: [{ title: 'Draft' }] },
        { id: 'letter-2', title: 'Letter', entries: [{ title: 'Dear team', summary: 'I would like to join.' }] },
      ],
      hiddenEntries: {
        work: [{ name: 'Secret Ltd', position: 'Nobody’s business', startDate: '2015', endDate: '2015' }],
        profiles: [{ network: 'Mastodon', username: '@ines' }],
      },
      notes: 'Ask Rui first.',
    });
    for (const format of ['markdown', 'html', 'text'] as const) {
      const { content } = exportResume(resume, format);
      for (const hidden of ['Secret', 'Mastodon', 'Rui', 'Draft', 'join']) expect(content).not.toContain(hidden);
    }
  });
});

describe('the import of a Reactive Resume v4 export', () => {
  it('carries over what a reader sees', () => {
    const resume = requireImportable(REACTIVE_RESUME_V4);
    expect(resume).toMatchObject({
      basics: {
        name: 'Tomáš Novák',
        summary: 'Keeps things up.',
        profiles: [{ network: 'GitHub' }, { network: 'Signal', username: 'tomas.01' }],
      },
      work: [{ name: 'Hory a.s.', position: 'SRE', startDate: '2019-01', highlights: ['On call for 40 services'] }],
      education: [{ institution: 'VUT', studyType: 'Bc.', startDate: '2009', endDate: '2012' }],
      projects: [{ name: 'pingd', description: 'A prober\n\nMeasures what users feel.', keywords: ['Go'] }],
      skills: [{ name: 'Linux', level: 'Advanced', keywords: ['systemd'] }],
      languages: [{ language: 'Czech', fluency: 'Native' }],
      references: [{ name: 'Eva Malá', reference: 'Manager' }],
    });
    expect(resume.meta?.vitae).toMatchObject({
      colors: { accent: '#ca8a04' },
      sectionOrder: ['skills', 'custom:races-1', 'work', 'languages'],
      hiddenSections: ['interests'],
      customSections: [{ title: 'Races', entries: [{ title: 'Jizerská 50', subtitle: 'Skier', location: 'Bedřichov' }] }],
      hiddenEntries: { work: [{ name: 'Old job' }] },
    });
  });
});

describe('a document that can not be imported', () => {
  it('is refused with every problem at its place in the document as it came', () => {
    const broken = structuredClone(REACTIVE_RESUME_V5) as unknown as Record<string, Record<string, unknown>>;
    Object.assign(broken['basics'] ?? {}, { name: 7, website: { url: 'javascript:alert(1)', label: '' }, customFields: {} });
    Object.assign(broken['sections'] ?? {}, { skills: { items: [{ name: 'x', keywords: ['a', 1] }] }, awards: [] });
    expect(pointersOf(broken).toSorted()).toEqual([
      '/basics/customFields',
      '/basics/name',
      '/basics/website/url',
      '/sections/awards',
      '/sections/skills/items/0/keywords/1',
    ]);
  });

  it('is refused when what comes out would be no resume', () => {
    const broken = structuredClone(REACTIVE_RESUME_V4);
    expect(pointersOf({ ...broken, basics: { ...broken.basics, email: 'nobody' } })).toEqual(['/basics/email']);
  });

  it('is refused by name when it is of an old version', () => {
    expect(() => requireImportable({ basics: {}, metadata: {}, sections: { work: {} } })).toThrow('Reactive Resume v3');
  });

  it('never fails in another way', () => {
    fc.assert(
      fc.property(
        fc.object(),
        fc.object({ key: fc.constantFrom('experience', 'skills', 'custom', 'items', 'name', 'summary', 'visible') }),
        (noise, sections) => {
          expect(isRefusedOrTaken({ ...noise, sections, metadata: {} })).toBe(true);
        },
      ),
    );
  });
});

describe('a period', () => {
  it.each([
    ['March 2022 - Present', 'en', { startDate: '2022-03' }],
    ['2014 - 2018', 'en', { startDate: '2014', endDate: '2018' }],
    ['2014-2018', 'en', { startDate: '2014', endDate: '2018' }],
    ['2020-03 – 2021-04', 'en', { startDate: '2020-03', endDate: '2021-04' }],
    ['03/2020 — 04/2021', 'en', { startDate: '2020-03', endDate: '2021-04' }],
    ['Sept. 2020 – heute', 'de', { startDate: '2020-09' }],
    ['März 2020 bis Mai 2021', 'de', { startDate: '2020-03', endDate: '2021-05' }],
    ['2021', 'en', { startDate: '2021', endDate: '2021' }],
    ['Summer 2016', 'en', { period: 'Summer 2016' }],
    ['2016 - whenever', 'en', { period: '2016 - whenever' }],
    ['13/2020', 'en', { period: '13/2020' }],
    [null, 'en', {}],
  ])('written %j (%s) is %j', (written, language, period) => {
    expect(parsePeriod(written, language)).toEqual(period);
  });

  it.each([
    ['May 4, 2021', '2021-05-04'],
    ['4. Mai 2021', '2021-05-04'],
    ['2021-02-30', null],
    ['31 February 2021', null],
  ])('of one day, written %s, is %s', (written, date) => {
    expect(parseDate(written, 'de')).toBe(date);
  });
});

describe('rich text', () => {
  it.each([
    ['<p>a <b>b</b></p><p>c<br>d</p>', { paragraphs: ['a b', 'c\nd'], items: [] }],
    ['plain', { paragraphs: ['plain'], items: [] }],
    ['<ul><li>a</li><li><p>b</p><p>c</p></li></ul>', { paragraphs: [], items: ['a', 'b c'] }],
    ['<script>alert(1)</script><p>x &lt;b&gt; &#128512;&#x41; &bogus; &#0;</p>', { paragraphs: ['x <b> 😀A &bogus;'], items: [] }],
    ['1 < 2', { paragraphs: ['1 < 2'], items: [] }],
    [null, { paragraphs: [], items: [] }],
  ])('%j is text', (html, text) => {
    expect(parseRichText(html)).toEqual(text);
  });
});
