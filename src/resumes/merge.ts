import { alignLists, toCanonicalText } from './alignment.ts';
import { isList } from './diff.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { toPointer, type PointerToken } from './pointer.ts';

/** Pointers of a conflict lead into the current document, or where that has lost the place into the common one. */
export type MergeResult = { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly conflicts: readonly string[] };

/**
 * Merges two successors of one document: what only one side changed is taken from that side; what both changed, each in its own
 * way, is a conflict. Items of lists are matched by what they hold. What both sides insert at one place stands there twice, the
 * current side's first.
 */
export function mergeJson(base: JsonValue, current: JsonValue, wanted: JsonValue): MergeResult {
  const conflicts: string[] = [];
  const value = merge(base, current, wanted, [], conflicts);
  return value === undefined || conflicts.length > 0 ? { ok: false, conflicts: conflicts.toSorted() } : { ok: true, value };
}

/** @returns undefined for a member that is gone */
function merge(
  base: JsonValue | undefined,
  current: JsonValue | undefined,
  wanted: JsonValue | undefined,
  path: readonly PointerToken[],
  conflicts: string[],
): JsonValue | undefined {
  if (isSame(current, wanted) || isSame(base, wanted)) return current;
  if (isSame(base, current)) return wanted;
  if (isJsonObject(base) && isJsonObject(current) && isJsonObject(wanted)) return mergeObjects(base, current, wanted, path, conflicts);
  if (isList(base) && isList(current) && isList(wanted)) return mergeLists(base, current, wanted, path, conflicts);
  conflicts.push(toPointer(path));
  return current;
}

function mergeObjects(
  base: JsonObject,
  current: JsonObject,
  wanted: JsonObject,
  path: readonly PointerToken[],
  conflicts: string[],
): JsonObject {
  const names = new Set([current, wanted].flatMap((object) => Object.keys(object)));
  const members = [...names].flatMap((name): [string, JsonValue][] => {
    const value = merge(member(base, name), member(current, name), member(wanted, name), [...path, name], conflicts);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(members);
}

/** What became of a list: the counterpart of each item of the base, and what was put in front of each (and at the end). */
interface Successor {
  readonly partners: ReadonlyMap<number, number>;
  readonly inserted: ReadonlyMap<number, readonly JsonValue[]>;
}

function mergeLists(
  base: readonly JsonValue[],
  current: readonly JsonValue[],
  wanted: readonly JsonValue[],
  path: readonly PointerToken[],
  conflicts: string[],
): JsonValue {
  const [left, right] = [findSuccessor(base, current), findSuccessor(base, wanted)];
  const merged: JsonValue[] = [];
  for (let index = 0; index <= base.length; index += 1) {
    const kept = left.inserted.get(index) ?? [];
    const known = new Set(kept.map(toCanonicalText));
    merged.push(...kept, ...(right.inserted.get(index) ?? []).filter((item) => !known.has(toCanonicalText(item))));
    if (index === base.length) break;
    const [place, other] = [left.partners.get(index), right.partners.get(index)];
    const value = merge(
      base[index],
      place === undefined ? undefined : current[place],
      other === undefined ? undefined : wanted[other],
      [...path, place ?? index],
      conflicts,
    );
    if (value !== undefined) merged.push(value);
  }
  return merged;
}

function findSuccessor(base: readonly JsonValue[], list: readonly JsonValue[]): Successor {
  const pairs = alignLists(base, list);
  const inserted = new Map<number, readonly JsonValue[]>();
  let next = 0;
  for (const [index, place] of [...pairs, [base.length, list.length] as const]) {
    if (place > next) inserted.set(index, list.slice(next, place));
    next = place + 1;
  }
  return { partners: new Map(pairs), inserted };
}

function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left === right || toCanonicalText(left) === toCanonicalText(right);
}
