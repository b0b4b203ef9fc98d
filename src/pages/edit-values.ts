import { createHash } from 'node:crypto';
import { resolveTokens, toPointer } from '../resumes/pointer.ts';
import { DEFAULT_ACCENT } from '../resumes/settings.ts';
import type { EditField, EditTarget } from './edit-fields.ts';

/** What stands in the fields of a form, by name. */
export type EditValues = ReadonlyMap<string, string>;

/** The parts of a JSON Patch (RFC 6902) that forms make. */
export type EditOperation =
  | { readonly op: 'add'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move'; readonly from: string; readonly path: string };

/** What a document has in the fields of a target; empty where it has nothing. */
export function readValues(document: unknown, { tokens, fields }: EditTarget): EditValues {
  return new Map(fields.map((field) => [field.name, toText(field, resolve(document, [...tokens, ...field.path]))]));
}

/** What was typed, its line ends as the document has them. */
export function parseValues(form: URLSearchParams, fields: readonly EditField[]): EditValues {
  return new Map(fields.map(({ name }) => [name, (form.get(name) ?? '').replaceAll(/\r\n?/g, '\n')]));
}

/** Tells later what a form began with, in a few characters a field. */
export function markValues(values: EditValues): string {
  return [...values.values()].map(toMark).join('.');
}

/** Names of the fields that were changed since the form was made. @param marks of {@link markValues}; all count as changed when they don't fit */
export function listTouched(values: EditValues, marks: string): ReadonlySet<string> {
  const began = marks.split('.');
  const names = [...values].flatMap(([name, text], index) => (began.length === values.size && toMark(text) === began[index] ? [] : [name]));
  return new Set(names);
}

/** The patch that writes the touched fields; what a form does not know stays. An empty field removes its member. */
export function buildOperations(
  document: unknown,
  { tokens, fields }: EditTarget,
  values: EditValues,
  touched: ReadonlySet<string>,
): EditOperation[] {
  const made = new Set<string>();
  return fields
    .filter(({ name }) => touched.has(name))
    .flatMap((field): EditOperation[] => {
      const path = [...tokens, ...field.path];
      const value = toValue(field, values.get(field.name) ?? '');
      if (value === null) return resolve(document, path) === undefined ? [] : [{ op: 'remove', path: toPointer(path) }];
      return buildParents(document, path, made).concat({ op: 'add', path: toPointer(path), value });
    });
}

/** The patch that adds an entry at the end of a list; null when nothing was typed. @param target of the entry that is not there yet */
export function buildAddition(document: unknown, { tokens, fields }: EditTarget, values: EditValues): EditOperation[] | null {
  const members = fields.flatMap((field) => {
    const value = toValue(field, values.get(field.name) ?? '');
    return value === null ? [] : [[field.name, value] as const];
  });
  if (members.length === 0) return null;
  const list = tokens.slice(0, -1);
  return [
    ...buildParents(document, list, new Set()),
    ...(Array.isArray(resolve(document, list)) ? [] : [{ op: 'add' as const, path: toPointer(list), value: [] }]),
    { op: 'add', path: `${toPointer(list)}/-`, value: Object.fromEntries(members) },
  ];
}

/** Entries of a list in a document; none when it is no list. */
export function listEntries(document: unknown, tokens: readonly string[]): readonly unknown[] {
  const list = resolve(document, tokens);
  return Array.isArray(list) ? list : [];
}

function buildParents(document: unknown, path: readonly string[], made: Set<string>): EditOperation[] {
  return path.slice(0, -1).flatMap((_token, index) => {
    const parent = path.slice(0, index + 1);
    const pointer = toPointer(parent);
    if (resolve(document, parent) !== undefined || made.has(pointer)) return [];
    made.add(pointer);
    return [{ op: 'add' as const, path: pointer, value: {} }];
  });
}

function resolve(document: unknown, tokens: readonly string[]): unknown {
  const found = resolveTokens(document, tokens);
  return found.found ? found.value : undefined;
}

/** As a browser sends it back when nobody touches it: a line has no line ends, and a colour is never empty. */
function toText({ kind }: EditField, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => String(item).replaceAll(/[\r\n]+/g, ' ')).join('\n');
  if (typeof value !== 'string') return kind === 'colour' ? DEFAULT_ACCENT : '';
  return kind === 'prose' ? value.replaceAll(/\r\n?/g, '\n') : value.replaceAll(/[\r\n]+/g, ' ');
}

function toValue({ kind }: EditField, text: string): string | string[] | null {
  if (kind === 'prose') return text.trim() === '' ? null : text;
  if (kind !== 'list') return text.trim() === '' ? null : text.trim();
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  return lines.length === 0 ? null : lines;
}

function toMark(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
