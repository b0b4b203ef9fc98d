import type { Change } from './diff.ts';
import type { JsonValue } from './json.ts';

/** A change names a place that the document does not have. */
class InapplicableChange extends Error {
  readonly pointer: string;

  constructor(change: Change) {
    super(`${change.op} is not possible at ${change.path}`);
    this.name = 'InapplicableChange';
    this.pointer = change.path;
  }
}

/**
 * Applies changes that `diffJson` made. For patches from outside there is `applyPatch`, with bounds and words for what is wrong.
 *
 * @param document left untouched
 * @throws InapplicableChange when the document is not one the changes can start from
 */
export function applyChanges(document: JsonValue, changes: readonly Change[]): JsonValue {
  const root: { value: JsonValue } = { value: structuredClone(document) };
  for (const change of changes) applyChange(root, change);
  return root.value;
}

function applyChange(root: { value: JsonValue }, change: Change): void {
  const tokens = ['value', ...splitPointer(change.path)];
  const last = tokens.at(-1) ?? '';
  let parent: unknown = root;
  for (const token of tokens.slice(0, -1)) {
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, token)) throw new InapplicableChange(change);
    parent = Reflect.get(parent, token);
  }
  if (Array.isArray(parent)) changeItem(parent, Number(last), change);
  else if (typeof parent === 'object' && parent !== null) changeMember(parent, last, change);
  else throw new InapplicableChange(change);
}

function changeItem(list: unknown[], index: number, change: Change): void {
  const last = change.op === 'add' ? list.length : list.length - 1;
  if (!Number.isInteger(index) || index < 0 || index > last) throw new InapplicableChange(change);
  const value = structuredClone(change.value);
  if (change.op === 'add') list.splice(index, 0, value);
  else if (change.op === 'remove') list.splice(index, 1);
  else list[index] = value;
}

function changeMember(object: object, name: string, change: Change): void {
  if (change.op !== 'add' && !Object.hasOwn(object, name)) throw new InapplicableChange(change);
  if (change.op === 'remove') Reflect.deleteProperty(object, name);
  else Reflect.set(object, name, structuredClone(change.value));
}

/**
 * The changes that lead back to where the given ones start.
 * @param document what the changes start from @throws InapplicableChange when it is not
 */
export function invertChanges(document: JsonValue, changes: readonly Change[]): Change[] {
  return changes
    .map((change): Change => {
      if (change.op === 'add') return { op: 'remove', path: change.path };
      // A difference works through lists from their end: each place is still as it was when its turn comes.
      const old = readPlace(document, change);
      return { op: change.op === 'remove' ? 'add' : 'replace', path: change.path, value: old };
    })
    .toReversed();
}

function readPlace(document: JsonValue, change: Change): JsonValue {
  let value: unknown = document;
  for (const token of splitPointer(change.path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) throw new InapplicableChange(change);
    value = Reflect.get(value, token);
  }
  if (!isPresent(value)) throw new InapplicableChange(change);
  return value;
}

/** What stands in JSON is JSON; this only tells the compiler. */
function isPresent(value: unknown): value is JsonValue {
  return value !== undefined;
}

/** Without the limits of `parsePointer`: a document may have members that no patch from outside may name. */
function splitPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
