import { applyPatch } from '../resumes/patch.ts';
import { parseResume, type Resume } from '../resumes/resume.ts';
import type { StoredResume } from '../resumes/stored-resume.ts';
import type { ResumeDetail } from './dependencies.ts';
import { singleTarget, type EditTarget, type SingleName } from './edit-fields.ts';
import { buildOperations, listTouched, markValues, readValues, type EditOperation, type EditValues } from './edit-values.ts';
import { entryTarget, findList, type EntryList } from './entry-lists.ts';

/** The form of a part that there is once. */
interface SingleForm {
  readonly kind: 'single';
  readonly section: SingleName;
  readonly target: EditTarget;
}

/** The form of an entry. */
export interface EntryForm {
  readonly kind: 'entry';
  readonly list: EntryList;
  /** From 0; of a new entry where it will stand. */
  readonly index: number;
  readonly isNew: boolean;
  readonly target: EditTarget;
}

/** A form, and what in a resume it is about. */
export type EditFormTarget = SingleForm | EntryForm;

export function toSingle(section: SingleName): SingleForm {
  return { kind: 'single', section, target: singleTarget(section) };
}

export function toEntry(list: EntryList, index: number): EntryForm {
  return { kind: 'entry', list, index, isNew: false, target: entryTarget(list, index) };
}

export function toNewEntry(list: EntryList): EntryForm {
  return { ...toEntry(list, list.entries.length), isNew: true };
}

/** What the resume has in the fields of a form. */
export function readForm(form: EditFormTarget, resume: ResumeDetail): EditValues {
  const { name, slug, tags } = resume;
  return readValues(form.kind === 'single' && form.section === 'details' ? { name, slug, tags } : resume.data, form.target);
}

/** A form as a resume has it now: an entry where it stands, or, when that is not there any more, a new one. */
export interface FoundForm {
  readonly form: EditFormTarget;
  readonly missing: 'entry' | 'section' | null;
}

/**
 * Finds the part of a form in a resume that has changed since. An entry is the one that still holds all that the form began with, or,
 * while the list is as long as it was, the one in its place that holds part of it.
 *
 * @param began marks of the values the form began with
 */
export function findAgain(form: EditFormTarget, resume: ResumeDetail, began: string): FoundForm {
  if (form.kind === 'single') return { form, missing: null };
  const list = findList(resume.data, form.list.key) ?? form.list;
  if (!list.exists) return { form: toNewEntry(list), missing: 'section' };
  if (form.isNew) return { form: toNewEntry(list), missing: null };
  const place = findPlace(list, form.index, resume, began);
  return place === null ? { form: toNewEntry(list), missing: 'entry' } : { form: toEntry(list, place), missing: null };
}

function findPlace(list: EntryList, index: number, resume: ResumeDetail, began: string): number | null {
  const valuesOf = (place: number) => readValues(resume.data, entryTarget(list, place));
  const hasAll = (place: number) => markValues(valuesOf(place)) === began;
  const places = list.entries.map((_entry, place) => place);
  if (places.includes(index) && hasAll(index)) return index;
  const [only, ...others] = places.filter(hasAll);
  if (only !== undefined && others.length === 0) return only;
  if (!places.includes(index)) return null;
  const values = valuesOf(index);
  const touched = listTouched(values, began);
  return [...values].some(([name, text]) => text !== '' && !touched.has(name)) ? index : null;
}

/** What a list shows of an entry: its first two lines that say something; empty when there is none. */
export function titleOfEntry({ fields }: EntryList, entry: unknown): string {
  const lines = fields.filter(({ kind }) => kind === 'line');
  const values = readValues(entry, { tokens: [], fields: lines });
  return [...values.values()]
    .filter((text) => text.trim() !== '')
    .slice(0, 2)
    .join(', ');
}

/** The operation of a button on a list; null for what no button of the page sends. @param index from 0 */
export function buildMove({ tokens, entries }: EntryList, action: string | null, index: number): EditOperation | null {
  const list = `/${tokens.join('/')}`;
  const count = entries.length;
  if (!Number.isInteger(index) || index < 0 || index >= count) return null;
  if (action === 'remove') return { op: 'remove', path: `${list}/${index}` };
  const to = action === 'up' ? index - 1 : action === 'down' ? index + 1 : -1;
  return to < 0 || to >= count ? null : { op: 'move', from: `${list}/${index}`, path: `${list}/${to}` };
}

/** The resume with a look that is not saved; null when it is none. */
export function applyLook(resume: StoredResume, chosen: EditValues): Resume | null {
  const target = singleTarget('look');
  const touched = new Set(target.fields.map(({ name }) => name));
  const changes = buildOperations(resume.data, target, chosen, touched);
  const applied = parseResume(applyPatch(resume.data, changes));
  return applied.ok ? applied.resume : null;
}
