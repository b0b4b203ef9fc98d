import { z } from 'zod';
import { entry, link, partialDate, section, text, textList } from './resume-fields.ts';

/** JSON Resume's sections in the order a page shows them unless the document says otherwise. */
export const SECTION_NAMES = [
  'work',
  'education',
  'projects',
  'skills',
  'certificates',
  'awards',
  'publications',
  'volunteer',
  'languages',
  'interests',
  'references',
] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

export const TEMPLATE_NAMES = ['classic', 'modern', 'compact'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

export const PAGE_SIZES = ['A4', 'Letter'] as const;
export type PageSize = (typeof PAGE_SIZES)[number];

export const DEFAULT_ACCENT = '#1f4e79';

export const MAX_CUSTOM_SECTIONS = 20;
export const MAX_SECTION_KEYS = SECTION_NAMES.length + 1 + MAX_CUSTOM_SECTIONS;
/** What a section of one's own has before its id where sections are named. */
export const CUSTOM_PREFIX = 'custom:';
export const MAX_CUSTOM_ID_CHARACTERS = 64;
const CUSTOM_ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const CUSTOM_ID_EXPECTED = 'lower-case letters, digits and single hyphens, at most 64 characters';

const sectionKey = z
  .string('the name of a section')
  .refine(isSectionKey, `summary, a section (${SECTION_NAMES.join(', ')}) or custom: and the id of a custom section`);

const sectionKeys = (description: string) =>
  z
    .array(sectionKey, 'a list of section names')
    .max(MAX_SECTION_KEYS, `at most ${MAX_SECTION_KEYS} sections`)
    .refine((keys) => new Set(keys).size === keys.length, 'every section once')
    .optional()
    .describe(description);

const colour = (description: string) =>
  z
    .string('a colour')
    .regex(/^#[0-9a-fA-F]{6}$/, 'a colour as #rrggbb, e.g. #1f4e79')
    .optional()
    .describe(description);

const customEntry = entry({
  title: text('First line, e.g. a talk or a patent'),
  subtitle: text('Second line, e.g. where'),
  location: text('Place'),
  startDate: partialDate('When it began, or when it was: YYYY, YYYY-MM or YYYY-MM-DD'),
  endDate: partialDate('When it ended'),
  url: link('Where to see it'),
  summary: text('One or two sentences; line breaks are kept'),
  highlights: textList('Points', 'One point'),
  keywords: textList('Topics', 'One topic'),
});

const customSection = entry({
  id: z
    .string(CUSTOM_ID_EXPECTED)
    .max(MAX_CUSTOM_ID_CHARACTERS, CUSTOM_ID_EXPECTED)
    .regex(CUSTOM_ID, CUSTOM_ID_EXPECTED)
    .describe('Name of the section in sectionOrder and hiddenSections, there with custom: before it'),
  title: z.string('text').describe('Heading'),
  entries: section('Entries, in the order to show', customEntry),
});

/**
 * Our additions to a JSON Resume, all under its member `meta.vitae`, so that every document stays a valid JSON Resume.
 * Everything has a default, and a section that is not there may be named: it shows once it exists.
 */
export const settings = entry({
  template: z
    .enum(TEMPLATE_NAMES, `one of ${TEMPLATE_NAMES.join(', ')}`)
    .optional()
    .describe(
      'Look: classic (one serif column), modern (sans serif, coloured header) or compact (small type, dates beside). Default classic',
    ),
  pageSize: z
    .enum(PAGE_SIZES, `one of ${PAGE_SIZES.join(', ')}`)
    .optional()
    .describe('Paper for print and PDF. Default A4'),
  language: z
    .string('a language tag')
    .refine(isLanguageTag, 'a BCP 47 language tag such as en, de-CH or ar')
    .optional()
    .describe('Language of the content: decides section headings, dates and reading direction. Default en'),
  colors: entry({ accent: colour(`Headings and lines. Default ${DEFAULT_ACCENT}`) })
    .optional()
    .describe('Colours'),
  sectionOrder: sectionKeys('Sections in the order to show; those left out follow in the usual order'),
  hiddenSections: sectionKeys('Sections that are kept in the document but not shown, printed or published'),
  customSections: z
    .array(customSection, 'a list of objects')
    .max(MAX_CUSTOM_SECTIONS, `at most ${MAX_CUSTOM_SECTIONS} custom sections`)
    .refine((sections) => new Set(sections.map(({ id }) => id)).size === sections.length, 'every id once')
    .optional()
    .describe('Sections beyond those of JSON Resume'),
  sectionTitles: z
    .partialRecord(
      z.enum([...SECTION_NAMES, 'summary'], `the name of a section: ${SECTION_NAMES.join(', ')} or summary`),
      z.string('text'),
      'an object',
    )
    .optional()
    .describe('Headings of one’s own, by section; where left out, the usual ones in the language of the content'),
  hiddenImage: text('Address of a picture that is kept but not part of the resume'),
  hiddenEntries: z
    .partialRecord(
      z.enum([...SECTION_NAMES, 'profiles'], `the name of a section: ${SECTION_NAMES.join(', ')} or profiles`),
      z.array(entry({}), 'a list of objects'),
      'an object',
    )
    .optional()
    .describe('Entries that are kept but never shown, by section; move one to its section with a patch to show it'),
  notes: text('Private notes of the person; never shown, printed or published'),
});

export type ResumeSettings = z.infer<typeof settings>;
export type CustomSection = NonNullable<ResumeSettings['customSections']>[number];

/** Whether it may stand in `sectionOrder`: `summary`, a section, or `custom:` and an id. Not checked: whether there is that section. */
export function isSectionKey(key: string): boolean {
  const custom = key.startsWith(CUSTOM_PREFIX) ? key.slice(CUSTOM_PREFIX.length) : null;
  if (custom !== null) return custom.length <= MAX_CUSTOM_ID_CHARACTERS && CUSTOM_ID.test(custom);
  return key === 'summary' || SECTION_NAMES.some((name) => name === key);
}

function isLanguageTag(tag: string): boolean {
  try {
    return tag.length <= 35 && Intl.getCanonicalLocales(tag).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
