import type { JsonObject, JsonValue, Problem } from '../json.ts';
import { labelsOf } from '../render/labels.ts';
import { toSlug } from '../slug.ts';
import { toBasics } from './reactive-resume-basics.ts';
import { V4, V5, type Dialect } from './reactive-resume-dialects.ts';
import { compact, toCustomEntries, toEntries } from './reactive-resume-entries.ts';
import { readAccent, readLanguage, readOrder, readPageSize } from './reactive-resume-settings.ts';
import { parseRichText, toPlainText } from './rich-text.ts';
import { createSource, type Source } from './source.ts';

/** Leaves room for the number and the word that tell sections apart. */
const MAX_ID_STEM = 48;

/** Their sections by name, and ours. */
const SECTIONS: readonly (readonly [string, string])[] = [
  ['experience', 'work'],
  ['education', 'education'],
  ['projects', 'projects'],
  ['skills', 'skills'],
  ['certifications', 'certificates'],
  ['awards', 'awards'],
  ['publications', 'publications'],
  ['volunteer', 'volunteer'],
  ['languages', 'languages'],
  ['interests', 'interests'],
  ['references', 'references'],
  ['profiles', 'profiles'],
];

export type Conversion =
  | { readonly ok: true; readonly document: JsonObject }
  /** Pointers into the document as it came. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Converts an export of Reactive Resume, v5 or v4, to a JSON Resume with our settings. Everything a reader sees is carried
 * over: rich text as plain text and points; dates that nobody can understand word for word in a member `period`. What was
 * hidden stays hidden, private notes stay private. Fonts, columns and icons are theirs alone and are left behind.
 * Not checked: whether the result is a valid resume; the caller does that.
 */
export function convertReactiveResume(document: JsonObject): Conversion {
  const problems: Problem[] = [];
  const root = createSource(document, problems);
  const dialect = root.names().includes('summary') || root.names().includes('customSections') ? V5 : V4;
  const metadata = root.member('metadata');
  const sections = root.member('sections');
  const summary = dialect.version === 'v5' ? root.member('summary') : sections.member('summary');
  const language = readLanguage(metadata, dialect);
  const spoken = language ?? 'en';
  const read = SECTIONS.map(([theirs, ours]) => readSection(sections.member(theirs), theirs, ours, dialect, spoken));
  const custom = readCustomSections(root, sections, dialect, spoken);
  const keys = new Map([['summary', 'summary'], ...SECTIONS, ...custom.map(({ id, key }) => [id, key] as const)]);
  keys.delete('profiles');
  const shown = Object.fromEntries(read.map(({ ours, entries }) => [ours, entries]));
  const { profiles = [], ...listed } = shown;
  const hiddenEntries = compact(Object.fromEntries(read.map(({ ours, hidden }) => [ours, hidden])));
  const vitae = compact({
    language,
    pageSize: readPageSize(metadata),
    colors: toColors(readAccent(metadata, dialect)),
    sectionOrder: readOrder(metadata, dialect, keys),
    hiddenSections: [
      ...(dialect.isHidden(summary) ? ['summary'] : []),
      ...read.flatMap(({ ours, isHidden }) => (isHidden ? [ours] : [])),
      ...custom.flatMap(({ key, isHidden }) => (isHidden ? [key] : [])),
    ],
    sectionTitles: readTitles(sections, summary, dialect, spoken),
    hiddenImage: dialect.isPictureHidden(root) ? dialect.picture(root) : null,
    customSections: custom.map(({ section }) => section),
    hiddenEntries: Object.keys(hiddenEntries).length === 0 ? null : hiddenEntries,
    notes: toPlainText(parseRichText(metadata.text('notes'))),
  });
  const converted = { basics: toBasics(root, summary, dialect, profiles), ...compact(listed), meta: { vitae } };
  // A place can be read more than once.
  const distinct = [...new Map(problems.map((problem) => [problem.pointer, problem])).values()];
  return distinct.length === 0 ? { ok: true, document: converted } : { ok: false, problems: distinct };
}

interface ReadSection {
  readonly ours: string;
  readonly isHidden: boolean;
  readonly entries: readonly JsonValue[];
  readonly hidden: readonly JsonValue[];
}

/** Profiles are no section here: hiding theirs hides each of them. */
function readSection(section: Source, theirs: string, ours: string, dialect: Dialect, language: string): ReadSection {
  const isHidden = dialect.isHidden(section);
  const hidesEach = isHidden && theirs === 'profiles';
  const entries: JsonValue[] = [];
  const hidden: JsonValue[] = [];
  for (const item of section.items('items')) {
    (hidesEach || dialect.isHidden(item) ? hidden : entries).push(...toEntries(theirs, item, dialect, language));
  }
  return { ours, isHidden: isHidden && !hidesEach, entries, hidden };
}

interface CustomSection {
  /** As their layout names it. */
  readonly id: string;
  readonly key: string;
  readonly isHidden: boolean;
  readonly section: JsonObject;
}

function readCustomSections(root: Source, sections: Source, dialect: Dialect, language: string): readonly CustomSection[] {
  const custom = sections.member('custom');
  const found =
    dialect.version === 'v5'
      ? root.items('customSections').map((section) => ({ id: section.text('id') ?? '', section, title: section.text('title') }))
      : custom.names().map((name) => {
          const section = custom.member(name);
          return { id: `custom.${name}`, section, title: section.text('name') };
        });
  return found.flatMap(({ id, section, title }, index) => {
    const ours = toSlug(`${toSlug(title ?? 'more').slice(0, MAX_ID_STEM)} ${index + 1}`);
    const toSection = (sectionId: string, layoutId: string, isHidden: boolean, items: readonly Source[]): CustomSection => ({
      id: layoutId,
      key: `custom:${sectionId}`,
      isHidden,
      section: { id: sectionId, title: title ?? 'More', entries: items.flatMap((item) => [...toCustomEntries(item, dialect, language)]) },
    });
    const items = section.items('items');
    const hidden = items.filter((item) => dialect.isHidden(item));
    const shown = toSection(
      ours,
      id,
      dialect.isHidden(section),
      items.filter((item) => !dialect.isHidden(item)),
    );
    return hidden.length === 0 ? [shown] : [shown, toSection(`${ours}-hidden`, '', true, hidden)];
  });
}

/** Headings that a reader sees and that are not ours anyway. Profiles have none here. */
function readTitles(sections: Source, summary: Source, dialect: Dialect, language: string): JsonObject | null {
  const labels = labelsOf(language);
  const titled = [['summary', summary] as const, ...SECTIONS.map(([theirs, ours]) => [ours, sections.member(theirs)] as const)];
  const titles = Object.fromEntries(
    titled.flatMap(([ours, section]) => {
      const title = section.text(dialect.version === 'v5' ? 'title' : 'name');
      return title === null || ours === 'profiles' || Object.values(labels).includes(title) ? [] : [[ours, title]];
    }),
  );
  return Object.keys(titles).length === 0 ? null : titles;
}

function toColors(accent: string | null): JsonObject | null {
  return accent === null ? null : { accent };
}
