import { parseResume } from '../resumes/resume.ts';
import { CUSTOM_PREFIX, MAX_SECTION_KEYS, SECTION_NAMES } from '../resumes/settings.ts';
import type { EditField } from './edit-fields.ts';
import { buildOperations, listEntries, type EditOperation } from './edit-values.ts';
import type { MessageKey } from './messages.ts';

/** One section where a resume shows it. Title and entries are untrusted. */
export interface ArrangedSection {
  /** As in `sectionOrder`: `summary`, a section, or `custom:` and an id. */
  readonly key: string;
  /** The person's own heading; null: the usual one. */
  readonly title: string | null;
  readonly isHidden: boolean;
  readonly hasContent: boolean;
  readonly entries: readonly unknown[];
}

/**
 * Every section of a document in the order it is shown in (as `buildResumeView` has it), with those that are empty or hidden.
 *
 * @param document a resume; of anything else all sections, empty
 */
export function listSections(document: unknown): readonly ArrangedSection[] {
  const parsed = parseResume(document);
  const resume = parsed.ok ? parsed.resume : {};
  const { sectionOrder = [], hiddenSections = [], sectionTitles = {}, customSections = [] } = resume.meta?.vitae ?? {};
  const customs = new Map(customSections.map((section) => [`${CUSTOM_PREFIX}${section.id}`, section]));
  const titles = new Map(Object.entries(sectionTitles));
  return [...new Set([...sectionOrder, 'summary', ...SECTION_NAMES, ...customs.keys()])].map((key) => {
    const custom = customs.get(key);
    const entries = custom === undefined ? listEntries(document, [key]) : (custom.entries ?? []);
    return {
      key,
      title: (custom?.title ?? titles.get(key))?.trim() || null,
      isHidden: hiddenSections.includes(key),
      hasContent: key === 'summary' ? (resume.basics?.summary ?? '').trim() !== '' : entries.length > 0,
      entries,
    };
  });
}

/** The heading of a section that has none of its own. */
export function usualTitle(key: string): MessageKey {
  if (key === 'summary') return 'edit.summary';
  const name = SECTION_NAMES.find((known) => known === key);
  return name === undefined ? 'edit.customSection' : `resume.section.${name}`;
}

/** The patch of a button beside a section that has content; null for what no button of the page sends. */
export function buildArrangement(document: unknown, key: string | null, action: string | null): readonly EditOperation[] | null {
  const all = listSections(document);
  const section = all.find((one) => one.key === key && one.hasContent);
  if (section === undefined) return null;
  if (action === 'hide' || action === 'show') {
    const others = all.filter(({ isHidden }) => isHidden).flatMap((one) => (one === section ? [] : [one.key]));
    return write(document, HIDDEN, action === 'hide' ? [...others, section.key] : others);
  }
  const filled = all.filter(({ hasContent }) => hasContent);
  const place = filled.indexOf(section);
  const neighbour = action === 'up' ? filled[place - 1] : action === 'down' ? filled[place + 1] : undefined;
  if (neighbour === undefined) return null;
  const others = all.filter((one) => one !== section);
  const to = others.indexOf(neighbour) + (action === 'down' ? 1 : 0);
  const order = others.toSpliced(to, 0, section).slice(0, MAX_SECTION_KEYS);
  return write(
    document,
    ORDER,
    order.map((one) => one.key),
  );
}

/** Every section that a document has, or names in its order or among those it hides. */
export function listNamedSections(document: unknown): ReadonlySet<string> {
  return new Set([...listSections(document).map(({ key }) => key), ...readKeys(document, HIDDEN)]);
}

/** The patch that takes a section out of the order and of those that are hidden; empty where neither names it. */
export function buildForgetting(document: unknown, key: string): readonly EditOperation[] {
  return [ORDER, HIDDEN].flatMap((field) => {
    const keys = readKeys(document, field);
    return keys.includes(key)
      ? write(
          document,
          field,
          keys.filter((one) => one !== key),
        )
      : [];
  });
}

const ORDER: EditField = { name: 'sectionOrder', path: ['sectionOrder'], label: 'edit.sections', kind: 'list', options: [] };
const HIDDEN: EditField = { ...ORDER, name: 'hiddenSections', path: ['hiddenSections'] };

function readKeys(document: unknown, { path }: EditField): readonly string[] {
  return listEntries(document, ['meta', 'vitae', ...path]).filter((key) => typeof key === 'string');
}

function write(document: unknown, field: EditField, keys: readonly string[]): readonly EditOperation[] {
  const target = { tokens: ['meta', 'vitae'], fields: [field] };
  return buildOperations(document, target, new Map([[field.name, keys.join('\n')]]), new Set([field.name]));
}
