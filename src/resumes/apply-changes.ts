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
  const tokens = change.path.split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = tokens.length === 1 ? 'value' : (tokens.at(-1) ?? '');
  let parent: unknown = tokens.length === 1 ? root : root.value;
  for (const token of tokens.slice(1, -1)) {
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
