import type { Problem } from '../json.ts';
import { toPointer, type PointerToken } from '../pointer.ts';

/** A place in a foreign document. What is not of the type asked for becomes a problem at its pointer; nothing is converted. */
export interface Source {
  /** Null when absent or empty. */
  text(name: string): string | null;
  number(name: string): number | null;
  flag(name: string): boolean;
  texts(name: string): readonly string[];
  /** Every text in a list of lists of any depth, in order; anything else in it is passed over. */
  nestedTexts(name: string): readonly string[];
  /** An absent object is like an empty one. */
  member(name: string): Source;
  items(name: string): readonly Source[];
  names(): readonly string[];
  /** Adds a problem about a member that was read. */
  refuse(name: string, expected: string): void;
}

/** @param problems gets what is wrong, in the order of reading */
export function createSource(value: unknown, problems: Problem[], path: readonly PointerToken[] = []): Source {
  const members: Readonly<Record<string, unknown>> = isObject(value) ? value : {};
  if (value !== undefined && !isObject(value)) problems.push({ pointer: toPointer(path), expected: 'an object' });
  const refuse = (tokens: readonly PointerToken[], expected: string) => {
    problems.push({ pointer: toPointer([...path, ...tokens]), expected });
  };
  const own = (name: string): unknown => (Object.hasOwn(members, name) ? members[name] : undefined);
  const list = (name: string): readonly unknown[] => {
    const found = own(name);
    if (Array.isArray(found)) return found;
    if (found !== undefined) refuse([name], 'a list');
    return [];
  };
  return {
    text(name) {
      const found = own(name);
      if (typeof found === 'string') return found.trim() === '' ? null : found.trim();
      if (found !== undefined && found !== null) refuse([name], 'text');
      return null;
    },
    number(name) {
      const found = own(name);
      if (typeof found === 'number') return found;
      if (found !== undefined) refuse([name], 'a number');
      return null;
    },
    flag(name) {
      const found = own(name);
      if (found !== undefined && typeof found !== 'boolean') refuse([name], 'true or false');
      return found === true;
    },
    texts: (name) =>
      list(name).flatMap((item, index) => {
        if (typeof item === 'string') return item.trim() === '' ? [] : [item.trim()];
        refuse([name, index], 'text');
        return [];
      }),
    nestedTexts: (name) => list(name).flatMap(textsIn),
    member: (name) => createSource(own(name), problems, [...path, name]),
    items: (name) => list(name).map((item, index) => createSource(item, problems, [...path, name, index])),
    names: () => Object.keys(members),
    refuse: (name, expected) => refuse([name], expected),
  };
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.flatMap(textsIn) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
