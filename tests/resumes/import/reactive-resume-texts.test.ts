import { describe, expect, it } from 'vitest';
import { requireImportable } from '../../../src/resumes/import/import-document.ts';
import { exportResume } from '../../../src/resumes/render/export.ts';
import { REACTIVE_RESUME_V4 } from './reactive-resume-v4.ts';
import { REACTIVE_RESUME_V5 } from './reactive-resume-v5.ts';

/** Members of an item by section as the current version writes them, beside `id`, `hidden`, icons and the website. */
const V5_ITEMS: Readonly<Record<string, readonly string[]>> = {
  profiles: ['network', 'username'],
  experience: ['company', 'position', 'location', 'period', 'description'],
  education: ['school', 'degree', 'area', 'grade', 'location', 'period', 'description'],
  projects: ['name', 'period', 'description'],
  skills: ['name', 'proficiency'],
  languages: ['language', 'fluency'],
  interests: ['name'],
  awards: ['title', 'awarder', 'date', 'description'],
  certifications: ['title', 'issuer', 'date', 'description'],
  publications: ['title', 'publisher', 'date', 'description'],
  volunteer: ['organization', 'location', 'period', 'description'],
  references: ['name', 'position', 'phone', 'description'],
};
const V5_CUSTOM_ITEMS = { ...V5_ITEMS, summary: ['content'], 'cover-letter': ['recipient', 'content'] };

/** The same of v4, where a custom section has one kind of item. */
const V4_ITEMS: Readonly<Record<string, readonly string[]>> = {
  profiles: ['network', 'username'],
  experience: ['company', 'position', 'location', 'date', 'summary'],
  education: ['institution', 'studyType', 'area', 'score', 'date', 'summary'],
  projects: ['name', 'description', 'date', 'summary'],
  skills: ['name', 'description'],
  languages: ['name', 'description'],
  interests: ['name'],
  awards: ['title', 'awarder', 'date', 'summary'],
  certifications: ['name', 'issuer', 'date', 'summary'],
  publications: ['name', 'publisher', 'date', 'summary'],
  volunteer: ['organization', 'position', 'location', 'date', 'summary'],
  references: ['name', 'description', 'summary'],
};
const V4_CUSTOM_ITEM = ['name', 'description', 'date', 'location', 'summary'];

const HTML: readonly string[] = ['description', 'summary', 'content', 'recipient'];
const WITH_SITE = [
  'profiles',
  'experience',
  'education',
  'projects',
  'awards',
  'certifications',
  'publications',
  'volunteer',
  'references',
];
const WITH_KEYWORDS = ['skills', 'interests'];
const WITH_LEVEL = ['skills', 'languages'];

/** Makes words that stand nowhere else, and remembers them. */
function createMarker() {
  const marks: string[] = [];
  return {
    marks,
    text(place: string): string {
      const mark = `mark${marks.length}${place.replaceAll(/[^a-z]/gi, '')}`;
      marks.push(mark);
      return mark;
    },
    html(place: string): string {
      return `<p style="text-align: justify">${this.text(place)} <strong>${this.text(`${place}strong`)}</strong></p><ul><li><p>${this.text(`${place}point`)}</p></li></ul>`;
    },
  };
}

type Marker = ReturnType<typeof createMarker>;

function fill(marker: Marker, section: string, names: readonly string[], isV5: boolean): Record<string, unknown> {
  const value = (name: string) =>
    HTML.includes(name) && (isV5 || name === 'summary') ? marker.html(`${section}${name}`) : marker.text(`${section}${name}`);
  const site = (address: string) =>
    isV5 ? { website: { url: address, label: marker.text(`${section}label`), inlineLink: true } } : { url: { href: address, label: '' } };
  return {
    id: `id-${section}`,
    ...(isV5 ? { hidden: false } : { visible: true }),
    ...Object.fromEntries(names.map((name) => [name, value(name)])),
    ...(WITH_SITE.includes(section) && site(`https://${marker.text(`${section}site`)}.example.org/`)),
    ...(WITH_KEYWORDS.includes(section) && { keywords: [marker.text(`${section}keyword`)] }),
    ...(WITH_LEVEL.includes(section) && { level: 3 }),
    ...(isV5 &&
      section === 'experience' && {
        roles: ['first', 'second'].map((role) => ({
          id: role,
          position: marker.text(`role${role}`),
          period: marker.text(`period${role}`),
          description: marker.html(`role${role}`),
        })),
      }),
  };
}

function buildV5(marker: Marker): Record<string, unknown> {
  const around = { icon: 'star', columns: 2, hidden: false, keepTogether: true, startOnNewPage: false };
  const { basics, summary, metadata } = REACTIVE_RESUME_V5;
  return {
    ...REACTIVE_RESUME_V5,
    basics: { ...basics, headline: marker.text('headline'), location: marker.text('place') },
    summary: { ...summary, title: marker.text('summarytitle'), content: marker.html('summary') },
    sections: Object.fromEntries(
      Object.entries(V5_ITEMS).map(([name, names]) => [
        name,
        { ...around, title: name === 'profiles' ? '' : marker.text(`${name}title`), items: [fill(marker, name, names, true)] },
      ]),
    ),
    customSections: Object.entries(V5_CUSTOM_ITEMS).map(([type, names], index) =>
      Object.assign({}, around, {
        id: `custom-${index}`,
        type,
        title: marker.text(`custom${type}title`),
        items: [fill(marker, type, names, true)],
      }),
    ),
    metadata: { ...metadata, notes: `<p>${marker.text('notes')}</p>` },
  };
}

function buildV4(marker: Marker): Record<string, unknown> {
  const around = { columns: 1, separateLinks: true, visible: true };
  const { sections } = REACTIVE_RESUME_V4;
  const custom = {
    ...fill(marker, 'custom', V4_CUSTOM_ITEM, false),
    keywords: [marker.text('customkeyword')],
    url: { label: '', href: '' },
  };
  return {
    ...REACTIVE_RESUME_V4,
    sections: {
      summary: { ...sections.summary, name: marker.text('summarytitle'), content: marker.html('summary') },
      ...Object.fromEntries(
        Object.entries(V4_ITEMS).map(([name, names]) => [
          name,
          {
            ...around,
            id: name,
            name: name === 'profiles' ? 'Profiles' : marker.text(`${name}title`),
            items: [fill(marker, name, names, false)],
          },
        ]),
      ),
      custom: { one: { ...around, id: 'one', name: marker.text('customtitle'), items: [custom] } },
    },
  };
}

/** The whole time with an employer is that of the roles. */
const SAID_BY_ROLES = /^mark\d+experienceperiod$/;

describe.each([
  ['v5', buildV5],
  ['v4', buildV4],
] as const)('an export of Reactive Resume %s with every member of every kind of section', (version, build) => {
  const marker = createMarker();
  const resume = requireImportable(build(marker));

  it('is taken with every text in it', () => {
    const taken = JSON.stringify(resume);
    expect(marker.marks.length).toBeGreaterThan(version === 'v5' ? 200 : 70);
    expect(marker.marks.filter((mark) => !taken.includes(mark) && !SAID_BY_ROLES.test(mark))).toEqual([]);
    expect(taken).not.toMatch(/<(?:p|strong|ul)/);
    expect(resume.skills?.[0]).toMatchObject({ rating: 3 });
  });

  it.each(['markdown', 'html', 'text'] as const)('and shows as %s what a reader saw', (format) => {
    const { content } = exportResume(resume, format);
    // Headings may be in capitals.
    const shown = content.toLowerCase();
    const left = marker.marks.filter((mark) => !shown.includes(mark.toLowerCase()));
    // Addresses have their own text on paper, notes are private.
    expect(left.filter((mark) => !/(?:label|site|notes)$/.test(mark) && !SAID_BY_ROLES.test(mark))).toEqual([]);
    expect(content).not.toContain(marker.marks.find((mark) => mark.endsWith('notes')) ?? 'Ask Rui');
  });
});

describe('what only some exports have', () => {
  it('is a picture that is hidden: kept, and not part of the resume', () => {
    const picture = { ...REACTIVE_RESUME_V5.picture, hidden: true };
    const v5 = requireImportable({ ...REACTIVE_RESUME_V5, picture });
    expect([v5.basics?.image, v5.meta?.vitae?.hiddenImage]).toEqual([undefined, picture.url]);
    const { basics } = REACTIVE_RESUME_V4;
    const v4 = requireImportable({
      ...REACTIVE_RESUME_V4,
      basics: { ...basics, picture: { ...basics.picture, url: 'https://example.org/me.jpg' } },
    });
    expect([v4.basics?.image, v4.meta?.vitae?.hiddenImage]).toEqual([undefined, 'https://example.org/me.jpg']);
  });

  it.each([
    ['de-DE', 'de-DE'],
    ['zh-CN', 'zh-CN'],
    ['ar-SA', 'ar-SA'],
    ['', undefined],
    ['no language', undefined],
  ])('is the locale %j: %s', (locale, language) => {
    const { metadata } = REACTIVE_RESUME_V5;
    const resume = requireImportable({ ...REACTIVE_RESUME_V5, metadata: { ...metadata, page: { ...metadata.page, locale } } });
    expect(resume.meta?.vitae?.language).toBe(language);
  });

  it('are no pages in the layout, and members of a later version', () => {
    const { metadata } = REACTIVE_RESUME_V5;
    const bare = {
      ...REACTIVE_RESUME_V5,
      later: { a: 1 },
      metadata: { ...metadata, stylesheet: { css: 'x' }, layout: { ...metadata.layout, pages: [] } },
    };
    expect(requireImportable(bare).meta?.vitae).not.toHaveProperty('sectionOrder');
  });
});
