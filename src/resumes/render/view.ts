import type { Resume } from '../resume.ts';
import { DEFAULT_ACCENT, SECTION_NAMES } from '../settings.ts';
import { labelsOf } from './labels.ts';
import { toHref, toMailHref, toPhoneHref, toReadableLink } from './links.ts';
import { buildCustomSections, buildSections } from './view-sections.ts';
import { EMPTY_ENTRY, type Contact, type ResumeView, type ViewEntry, type ViewSection } from './view-model.ts';
import { toLine, toLines } from './view-text.ts';

const RIGHT_TO_LEFT_SCRIPTS: ReadonlySet<string | undefined> = new Set([
  'Adlm',
  'Arab',
  'Hebr',
  'Mand',
  'Nkoo',
  'Rohg',
  'Samr',
  'Syrc',
  'Thaa',
]);

/** Builds what is shown of a resume: hidden sections and unknown members are left out. */
export function buildResumeView(resume: Resume): ResumeView {
  const settings = resume.meta?.vitae ?? {};
  const language = settings.language ?? 'en';
  const labels = labelsOf(language);
  const hidden = new Set(settings.hiddenSections);
  const titles = new Map(Object.entries(settings.sectionTitles ?? {}));
  const summary = toLines(resume.basics?.summary);
  const found: readonly ViewSection[] = [
    { key: 'summary', title: labels.summary, kind: 'entries', entries: [{ ...EMPTY_ENTRY, summary }] },
    ...buildSections(resume, language, labels),
    ...buildCustomSections(settings.customSections ?? [], language, labels),
  ];
  const order = [...(settings.sectionOrder ?? []), 'summary', ...SECTION_NAMES];
  const placeOf = ({ key }: ViewSection) => (order.includes(key) ? order.indexOf(key) : order.length);
  return {
    language,
    direction: RIGHT_TO_LEFT_SCRIPTS.has(new Intl.Locale(language).maximize().script) ? 'rtl' : 'ltr',
    template: settings.template ?? 'classic',
    pageSize: settings.pageSize ?? 'A4',
    accent: settings.colors?.accent?.toLowerCase() ?? DEFAULT_ACCENT,
    name: toLine(resume.basics?.name),
    label: toLine(resume.basics?.label),
    contacts: buildContacts(resume.basics ?? {}),
    sections: found
      .map(({ key, title, kind, entries }) => ({
        key,
        title: toLine(titles.get(key)) ?? title,
        kind,
        entries: entries.filter((entry) => !isEmpty(entry)),
      }))
      .filter((section) => section.entries.length > 0 && !hidden.has(section.key))
      .toSorted((left, right) => placeOf(left) - placeOf(right)),
  };
}

function isEmpty(entry: ViewEntry): boolean {
  return Object.values(entry).every((value: unknown) => value === null || (Array.isArray(value) && value.length === 0));
}

function buildContacts(basics: NonNullable<Resume['basics']>): readonly Contact[] {
  const { location } = basics;
  const place = [
    location?.address,
    [location?.postalCode, location?.city].filter(Boolean).join(' '),
    location?.region,
    location?.countryCode,
  ]
    .map((part) => toLine(part))
    .filter((part) => part !== null)
    .join(', ');
  const contacts = [
    { text: toLine(basics.email), href: basics.email === undefined ? null : toMailHref(basics.email) },
    { text: toLine(basics.phone), href: basics.phone === undefined ? null : toPhoneHref(basics.phone) },
    { text: toLine(place), href: null },
    toWebContact(null, basics.url),
    ...(basics.profiles ?? []).map(({ network, username, url }) => {
      const name = [toLine(network), toLine(username)].filter((part) => part !== null).join(': ');
      return toWebContact(name === '' ? null : name, url);
    }),
  ];
  return contacts.flatMap(({ text, href }) => (text === null ? [] : [{ text, href }]));
}

function toWebContact(name: string | null, url: string | undefined): { readonly text: string | null; readonly href: string | null } {
  const href = toHref(url);
  return { text: name ?? toLine(href === null ? url : toReadableLink(href)), href };
}
