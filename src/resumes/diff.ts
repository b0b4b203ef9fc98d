import { isJsonObject, parseJson, type JsonObject, type JsonValue } from './json.ts';
import type { Resume } from './resume.ts';
import { toPointer, type PointerToken } from './pointer.ts';

/** One operation that {@link diffResumes} answers. */
export interface Change {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: JsonValue;
}

/** Above it, items of two lists are compared by position instead of by what they have in common. */
const MAX_COMPARISONS = 250_000;

/**
 * Lists what changed between two resumes as a JSON Patch (RFC 6902) of `add`, `remove` and `replace` that turns the first into
 * the second. An item put into the middle of a list is one `add`, not a rewrite of all that follow. Not the shortest patch.
 */
export function diffResumes(before: Resume, after: Resume): Change[] {
  const changes: Change[] = [];
  diffValues(requireJson(before), requireJson(after), [], changes);
  return changes;
}

type Path = readonly PointerToken[];

function diffValues(before: JsonValue, after: JsonValue, path: Path, changes: Change[]): void {
  if (isList(before) && isList(after)) diffLists(before, after, path, changes);
  else if (isJsonObject(before) && isJsonObject(after)) diffMembers(before, after, path, changes);
  else if (before !== after) changes.push({ op: 'replace', path: toPointer(path), value: after });
}

function diffMembers(before: JsonObject, after: JsonObject, path: Path, changes: Change[]): void {
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) changes.push({ op: 'remove', path: toPointer([...path, name]) });
  }
  for (const [name, value] of Object.entries(after)) {
    const previous = Object.hasOwn(before, name) ? before[name] : undefined;
    if (previous === undefined) changes.push({ op: 'add', path: toPointer([...path, name]), value });
    else diffValues(previous, value, [...path, name], changes);
  }
}

function diffLists(before: readonly JsonValue[], after: readonly JsonValue[], path: Path, changes: Change[]): void {
  const beforeKeys = before.map((item) => JSON.stringify(item));
  const afterKeys = after.map((item) => JSON.stringify(item));
  // The patch is applied one operation after the other: `at` is the index in the list as it is by then.
  let at = 0;
  let left = 0;
  let right = 0;
  for (const kept of [...findCommonItems(beforeKeys, afterKeys), { left: before.length, right: after.length }]) {
    for (; left < kept.left && right < kept.right; left += 1, right += 1, at += 1) {
      diffValues(before[left] ?? null, after[right] ?? null, [...path, at], changes);
    }
    for (; left < kept.left; left += 1) changes.push({ op: 'remove', path: toPointer([...path, at]) });
    for (; right < kept.right; right += 1, at += 1) {
      changes.push({ op: 'add', path: toPointer([...path, at]), value: after[right] ?? null });
    }
    left = kept.left + 1;
    right = kept.right + 1;
    at += 1;
  }
}

interface CommonItem {
  readonly left: number;
  readonly right: number;
}

/** A longest common subsequence, in order: what of the first list is still there in the second. */
function findCommonItems(before: readonly string[], after: readonly string[]): CommonItem[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let beforeEnd = before.length;
  let afterEnd = after.length;
  while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] === after[afterEnd - 1]) {
    beforeEnd -= 1;
    afterEnd -= 1;
  }
  const head = Array.from({ length: start }, (_, index) => ({ left: index, right: index }));
  const middle = alignMiddle(before.slice(start, beforeEnd), after.slice(start, afterEnd));
  const tail = Array.from({ length: before.length - beforeEnd }, (_, index) => ({ left: beforeEnd + index, right: afterEnd + index }));
  return [...head, ...middle.map(({ left, right }) => ({ left: left + start, right: right + start })), ...tail];
}

function alignMiddle(before: readonly string[], after: readonly string[]): CommonItem[] {
  const columns = after.length + 1;
  if (before.length * after.length > MAX_COMPARISONS) return [];
  // lengths[i * columns + j]: of the longest common subsequence of before from i on and after from j on.
  const lengths = new Uint32Array((before.length + 1) * columns);
  const lengthAt = (left: number, right: number) => lengths[left * columns + right] ?? 0;
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      lengths[left * columns + right] =
        before[left] === after[right] ? lengthAt(left + 1, right + 1) + 1 : Math.max(lengthAt(left + 1, right), lengthAt(left, right + 1));
    }
  }
  const common: CommonItem[] = [];
  for (let left = 0, right = 0; left < before.length && right < after.length;) {
    if (before[left] === after[right]) common.push({ left: left++, right: right++ });
    else if (lengthAt(left + 1, right) >= lengthAt(left, right + 1)) left += 1;
    else right += 1;
  }
  return common;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function requireJson(value: unknown): JsonValue {
  const json = parseJson(value);
  if (!json.ok) throw new TypeError(`expected ${json.problem.expected} at ${json.problem.pointer}`);
  return json.value;
}
