import { PAGE_SIZES, SECTION_NAMES } from '../resumes/settings.ts';
import type { MessageKey } from './messages.ts';

/** How a member is typed in; `list` is a line for each text. */
export type EditKind = 'line' | 'prose' | 'url' | 'email' | 'date' | 'list' | 'colour' | 'choice' | 'template';

export interface EditField {
  /** Id and name in the form: the path with dots. */
  readonly name: string;
  readonly path: readonly string[];
  readonly label: MessageKey;
  readonly kind: EditKind;
  /** Of a `choice`; the empty one is the default. */
  readonly options: readonly string[];
}

export const LISTS = ['profiles', ...SECTION_NAMES] as const;
/** Lists of entries that JSON Resume has, by the name in the address. */
export type ListName = (typeof LISTS)[number];
export type SingleName = 'details' | 'basics' | 'look';

const field = (path: string, label: MessageKey, kind: EditKind = 'line', options: readonly string[] = []): EditField => ({
  name: path,
  path: path.split('.'),
  label,
  kind,
  options,
});

const URL_FIELD = field('url', 'edit.url', 'url');
const SUMMARY = field('summary', 'edit.summary', 'prose');
const DESCRIPTION = field('description', 'edit.description', 'prose');
const HIGHLIGHTS = field('highlights', 'edit.highlights', 'list');
const KEYWORDS = field('keywords', 'edit.keywords', 'list');
const SPAN = [field('startDate', 'edit.startDate', 'date'), field('endDate', 'edit.endDate', 'date')] as const;

/**
 * Every member of an entry that JSON Resume knows, or we in a section of one's own (`custom`), in the order a person fills them in; the
 * others are kept as they are.
 */
export const ENTRY_FIELDS: Readonly<Record<ListName | 'custom', readonly EditField[]>> = {
  profiles: [field('network', 'edit.network'), field('username', 'edit.username'), URL_FIELD],
  work: [
    field('position', 'edit.position'),
    field('name', 'edit.employer'),
    field('location', 'edit.place'),
    ...SPAN,
    URL_FIELD,
    DESCRIPTION,
    SUMMARY,
    HIGHLIGHTS,
  ],
  education: [
    field('institution', 'edit.institution'),
    field('studyType', 'edit.studyType'),
    field('area', 'edit.area'),
    ...SPAN,
    field('score', 'edit.score'),
    URL_FIELD,
    field('courses', 'edit.courses', 'list'),
  ],
  projects: [
    field('name', 'edit.entryName'),
    field('entity', 'edit.entity'),
    field('type', 'edit.type'),
    ...SPAN,
    URL_FIELD,
    DESCRIPTION,
    field('roles', 'edit.roles', 'list'),
    HIGHLIGHTS,
    KEYWORDS,
  ],
  skills: [field('name', 'edit.skill'), field('level', 'edit.level'), KEYWORDS],
  certificates: [field('name', 'edit.entryName'), field('issuer', 'edit.issuer'), field('date', 'edit.date', 'date'), URL_FIELD],
  awards: [field('title', 'edit.entryName'), field('awarder', 'edit.awarder'), field('date', 'edit.date', 'date'), SUMMARY],
  publications: [
    field('name', 'edit.entryName'),
    field('publisher', 'edit.publisher'),
    field('releaseDate', 'edit.releaseDate', 'date'),
    URL_FIELD,
    SUMMARY,
  ],
  volunteer: [field('organization', 'edit.organization'), field('position', 'edit.role'), ...SPAN, URL_FIELD, SUMMARY, HIGHLIGHTS],
  languages: [field('language', 'edit.language'), field('fluency', 'edit.fluency')],
  interests: [field('name', 'edit.interest'), KEYWORDS],
  references: [field('name', 'edit.referee'), field('reference', 'edit.reference', 'prose')],
  custom: [
    field('title', 'edit.entryName'),
    field('subtitle', 'edit.subtitle'),
    field('location', 'edit.place'),
    ...SPAN,
    URL_FIELD,
    SUMMARY,
    HIGHLIGHTS,
    KEYWORDS,
  ],
};

export const SINGLE_FIELDS: Readonly<Record<SingleName, readonly EditField[]>> = {
  details: [field('name', 'edit.resumeName'), field('slug', 'edit.slug'), field('tags', 'edit.tags', 'list')],
  basics: [
    field('name', 'edit.fullName'),
    field('label', 'edit.label'),
    field('email', 'field.email', 'email'),
    field('phone', 'edit.phone'),
    URL_FIELD,
    field('image', 'edit.image'),
    SUMMARY,
    field('location.address', 'edit.address', 'prose'),
    field('location.postalCode', 'edit.postalCode'),
    field('location.city', 'edit.city'),
    field('location.region', 'edit.region'),
    field('location.countryCode', 'edit.countryCode'),
  ],
  look: [
    field('template', 'edit.template', 'template'),
    field('pageSize', 'edit.pageSize', 'choice', PAGE_SIZES),
    field('colors.accent', 'edit.accent', 'colour'),
    field('language', 'edit.contentLanguage'),
  ],
};

/** Where in the document they stand; `details` stand around it. */
const SINGLE_TOKENS: Readonly<Record<SingleName, readonly string[]>> = { details: [], basics: ['basics'], look: ['meta', 'vitae'] };

/** What one form edits. */
export interface EditTarget {
  /** Of the object that holds the fields, in the document. */
  readonly tokens: readonly string[];
  readonly fields: readonly EditField[];
}

export const SINGLES = ['details', 'basics', 'look'] as const satisfies readonly SingleName[];

export function isSingleName(name: string | undefined): name is SingleName {
  return SINGLES.some((known) => known === name);
}

export function singleTarget(name: SingleName): EditTarget {
  return { tokens: SINGLE_TOKENS[name], fields: SINGLE_FIELDS[name] };
}
