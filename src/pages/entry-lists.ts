import { CUSTOM_PREFIX, isSectionKey } from '../resumes/settings.ts';
import { ENTRY_FIELDS, LISTS, type EditField, type EditTarget, type ListName } from './edit-fields.ts';
import { listEntries } from './edit-values.ts';

/** A list of entries that forms edit, as one revision of a resume has it. */
export interface EntryList {
  /** In addresses: a section, `profiles`, or `custom:` and the id of a section of the person's own, as in `sectionOrder`. */
  readonly key: string;
  /** What a section of one's own is called; untrusted. Null: it has no name, or is no such section. */
  readonly heading: string | null;
  /** Of the list, in the document. */
  readonly tokens: readonly string[];
  readonly fields: readonly EditField[];
  readonly entries: readonly unknown[];
  /** Where it stands among the sections of one's own; null: it is no such section. */
  readonly customIndex: number | null;
  /** False: it is a section of one's own that the resume does not have. */
  readonly exists: boolean;
}

export const CUSTOM_SECTIONS = ['meta', 'vitae', 'customSections'] as const;

/** @param key as in an address @returns null for what can be no list of entries */
export function findList(document: unknown, key: string): EntryList | null {
  const name = LISTS.find((known) => known === key);
  if (name !== undefined) return toKnown(document, name);
  if (!key.startsWith(CUSTOM_PREFIX) || !isSectionKey(key)) return null;
  const sections = listEntries(document, CUSTOM_SECTIONS);
  const index = sections.findIndex((section) => `${CUSTOM_PREFIX}${memberOf(section, 'id')}` === key);
  return toCustom(document, key, index === -1 ? sections.length : index);
}

/** Every list that a resume has or can have. */
export function listLists(document: unknown): readonly EntryList[] {
  const customs = listEntries(document, CUSTOM_SECTIONS).flatMap((section, index) => {
    const key = `${CUSTOM_PREFIX}${memberOf(section, 'id')}`;
    return isSectionKey(key) ? [toCustom(document, key, index)] : [];
  });
  return [...LISTS.map((name) => toKnown(document, name)), ...customs];
}

/** @param index from 0; the number of entries for a new one */
export function entryTarget({ tokens, fields }: EntryList, index: number): EditTarget {
  return { tokens: [...tokens, String(index)], fields };
}

function toKnown(document: unknown, name: ListName): EntryList {
  const tokens = name === 'profiles' ? ['basics', 'profiles'] : [name];
  const entries = listEntries(document, tokens);
  return { key: name, heading: null, tokens, fields: ENTRY_FIELDS[name], entries, customIndex: null, exists: true };
}

function toCustom(document: unknown, key: string, index: number): EntryList {
  const section = listEntries(document, CUSTOM_SECTIONS)[index];
  const tokens = [...CUSTOM_SECTIONS, String(index), 'entries'];
  return {
    key,
    heading: memberOf(section, 'title').trim() || null,
    tokens,
    fields: ENTRY_FIELDS.custom,
    entries: listEntries(document, tokens),
    customIndex: index,
    exists: section !== undefined,
  };
}

function memberOf(section: unknown, name: 'id' | 'title'): string {
  const value: unknown = typeof section === 'object' && section !== null ? Reflect.get(section, name) : undefined;
  return typeof value === 'string' ? value : '';
}
