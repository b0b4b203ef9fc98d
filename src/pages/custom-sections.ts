import { CUSTOM_PREFIX, MAX_CUSTOM_ID_CHARACTERS, MAX_CUSTOM_SECTIONS } from '../resumes/settings.ts';
import { toPointer } from '../resumes/pointer.ts';
import { toSlug } from '../resumes/slug.ts';
import { buildForgetting, listNamedSections } from './arrangement.ts';
import type { EditField } from './edit-fields.ts';
import { buildAddition, listEntries, type EditOperation } from './edit-values.ts';
import { CUSTOM_SECTIONS, type EntryList } from './entry-lists.ts';

/** The heading of a section of one's own, as a form has it. */
export const HEADING_FIELD: EditField = { name: 'title', path: ['title'], label: 'edit.heading', kind: 'line', options: [] };
const ID_FIELD: EditField = { ...HEADING_FIELD, name: 'id', path: ['id'] };

/**
 * The patch that adds an empty section of one's own, last.
 *
 * @param heading not empty
 * @returns null when the resume has as many as it may have
 */
export function buildCustomSection(
  document: unknown,
  heading: string,
): { readonly key: string; readonly operations: readonly EditOperation[] } | null {
  const count = listEntries(document, CUSTOM_SECTIONS).length;
  if (count >= MAX_CUSTOM_SECTIONS) return null;
  const id = chooseId(document, heading);
  const target = { tokens: [...CUSTOM_SECTIONS, String(count)], fields: [ID_FIELD, HEADING_FIELD] };
  const values = new Map([
    ['id', id],
    ['title', heading],
  ]);
  return { key: `${CUSTOM_PREFIX}${id}`, operations: buildAddition(document, target, values) ?? [] };
}

/** @param list of a section of one's own that there is */
export function buildHeading({ customIndex }: EntryList, heading: string): EditOperation {
  return { op: 'add', path: toPointer([...CUSTOM_SECTIONS, String(customIndex), 'title']), value: heading };
}

/** The patch that removes a section with all that is in it, and its place in the order. @param list of a section of one's own that there is */
export function buildSectionRemoval(document: unknown, { key, customIndex }: EntryList): readonly EditOperation[] {
  return [{ op: 'remove', path: toPointer([...CUSTOM_SECTIONS, String(customIndex)]) }, ...buildForgetting(document, key)];
}

/** An id that no section has, nor an order or a list of hidden sections that still names one that is gone. */
function chooseId(document: unknown, heading: string): string {
  const taken = listNamedSections(document);
  const base = toSlug(heading);
  for (let number = 1; ; number += 1) {
    const ending = number === 1 ? '' : `-${number}`;
    const id = `${base.slice(0, MAX_CUSTOM_ID_CHARACTERS - ending.length).replace(/-$/, '')}${ending}`;
    if (!taken.has(`${CUSTOM_PREFIX}${id}`)) return id;
  }
}
