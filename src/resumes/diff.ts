import { alignLists, measureSimilarity, toCanonicalText } from './alignment.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from './json.ts';
import { toPointer, type PointerToken } from './pointer.ts';
import type { Resume } from './resume.ts';

/** One operation of a difference: RFC 6902 without `move`, `copy` and `test`. */
export interface Change {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: JsonValue;
}

/** Objects of more members than this that have nothing in common are told apart as a whole. */
const MAX_MEMBERS_OF_A_REWRITE = 2;

/**
 * Lists what turns one document into another, as a JSON Patch (RFC 6902). Items of lists are matched by what they hold, not by
 * where they stand.
 *
 * Lists are worked through from their end, so that every pointer is one into `before` and any selection of the operations, in
 * their order, is a patch by itself that does what it says.
 */
export function diffJson(before: JsonValue, after: JsonValue): Change[] {
  const changes: Change[] = [];
  compare(before, after, [], changes);
  return changes;
}

/** What turns one resume into another, as {@link diffJson} lists it. */
export function diffResumes(before: Resume, after: Resume): Change[] {
  return diffJson(requireJson(before), requireJson(after));
}

function compare(before: JsonValue, after: JsonValue, path: readonly PointerToken[], changes: Change[]): void {
  if (before === after) return;
  if (isJsonObject(before) && isJsonObject(after)) compareObjects(before, after, path, changes);
  else if (isList(before) && isList(after)) compareLists(before, after, path, changes);
  else changes.push({ op: 'replace', path: toPointer(path), value: after });
}

function compareObjects(before: JsonObject, after: JsonObject, path: readonly PointerToken[], changes: Change[]): void {
  for (const [name, value] of Object.entries(before)) {
    const member = [...path, name];
    const next = Object.hasOwn(after, name) ? after[name] : undefined;
    if (next === undefined) changes.push({ op: 'remove', path: toPointer(member) });
    else compare(value, next, member, changes);
  }
  for (const [name, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, name)) changes.push({ op: 'add', path: toPointer([...path, name]), value });
  }
}

function compareLists(before: readonly JsonValue[], after: readonly JsonValue[], path: readonly PointerToken[], changes: Change[]): void {
  let [end, afterEnd] = [before.length, after.length];
  for (const [index, afterIndex] of [...alignLists(before, after).toReversed(), [-1, -1] as const]) {
    const place = toPointer([...path, end]);
    for (const value of after.slice(afterIndex + 1, afterEnd).toReversed()) changes.push({ op: 'add', path: place, value });
    for (let gone = end - 1; gone > index; gone -= 1) changes.push({ op: 'remove', path: toPointer([...path, gone]) });
    const [old, next] = [before[index], after[afterIndex]];
    if (old !== undefined && next !== undefined) compareItems(old, next, [...path, index], changes);
    [end, afterEnd] = [index, afterIndex];
  }
}

function compareItems(before: JsonValue, after: JsonValue, path: readonly PointerToken[], changes: Change[]): void {
  const isRewrite = isJsonObject(before) && isJsonObject(after) && hasNothingInCommon(before, after);
  if (isRewrite) changes.push({ op: 'replace', path: toPointer(path), value: after });
  else if (toCanonicalText(before) !== toCanonicalText(after)) compare(before, after, path, changes);
}

function hasNothingInCommon(before: JsonObject, after: JsonObject): boolean {
  const members = new Set([...Object.keys(before), ...Object.keys(after)]).size;
  return members > MAX_MEMBERS_OF_A_REWRITE && measureSimilarity(before, after) < 1 / (members + 1);
}

export function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function requireJson(value: unknown): JsonValue {
  const json = parseJson(value);
  if (!json.ok) throw new TypeError(`expected ${json.problem.expected} at ${json.problem.pointer}`);
  return json.value;
}
