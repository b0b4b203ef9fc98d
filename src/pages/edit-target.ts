import { applyPatch } from '../resumes/patch.ts';
import { parseResume, type Resume } from '../resumes/resume.ts';
import type { StoredResume } from '../resumes/stored-resume.ts';
import type { ResumeDetail } from './dependencies.ts';
import { ENTRY_FIELDS, entryTarget, listTokens, singleTarget, type EditTarget, type ListName, type SingleName } from './edit-fields.ts';
import { buildOperations, listEntries, listTouched, markValues, readValues, type EditOperation, type EditValues } from './edit-values.ts';

/** A form, and what in a resume it is about. */
export interface EditFormTarget {
  readonly section: ListName | SingleName;
  /** From 0; of a new entry where it will stand. */
  readonly index: number;
  readonly isNew: boolean;
  readonly target: EditTarget;
}

export function toSingle(section: SingleName): EditFormTarget {
  return { section, index: 0, isNew: false, target: singleTarget(section) };
}

export function toEntry(section: ListName, index: number, isNew: boolean): EditFormTarget {
  return { section, index, isNew, target: entryTarget(section, index) };
}

/** What the resume has in the fields of a form. */
export function readForm({ section, target }: EditFormTarget, resume: ResumeDetail): EditValues {
  const { name, slug, tags } = resume;
  return readValues(section === 'details' ? { name, slug, tags } : resume.data, target);
}

/**
 * Finds the entry of a form in a resume that has changed since: the one that still holds all that the form began with, or,
 * while the list is as long as it was, the one in its place that holds part of it. Null: it is not there any more.
 *
 * @param began marks of the values the form began with
 */
export function findAgain(form: EditFormTarget, resume: ResumeDetail, began: string): EditFormTarget | null {
  const { section, index } = form;
  if (section === 'details' || section === 'basics' || section === 'look') return form;
  const marksOf = (place: number) => markValues(readValues(resume.data, entryTarget(section, place)));
  const places = listEntries(resume.data, listTokens(section)).map((_entry, place) => place);
  if (places.includes(index) && marksOf(index) === began) return form;
  const same = places.filter((place) => marksOf(place) === began);
  const [only] = same;
  if (only !== undefined && same.length === 1) return toEntry(section, only, false);
  if (!places.includes(index)) return null;
  const values = readValues(resume.data, form.target);
  const kept = form.target.fields.filter(({ name }) => (values.get(name) ?? '') !== '' && !listTouched(values, began).has(name));
  return kept.length > 0 ? form : null;
}

/** What a list shows of an entry: its first two lines that say something; empty when there is none. */
export function titleOfEntry(section: ListName, entry: unknown): string {
  const lines = ENTRY_FIELDS[section].filter(({ kind }) => kind === 'line');
  const values = readValues(entry, { tokens: [], fields: lines });
  return [...values.values()]
    .filter((text) => text.trim() !== '')
    .slice(0, 2)
    .join(', ');
}

/** The operation of a button on a list; null for what no button of the page sends. @param index from 0 */
export function buildMove(section: ListName, action: string | null, index: number, count: number): EditOperation | null {
  const list = `/${listTokens(section).join('/')}`;
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
