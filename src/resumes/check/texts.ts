import { isList } from '../diff.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { toPointer, type PointerToken } from '../pointer.ts';

/** A text of a document and where it stands. */
export interface PlacedText {
  readonly pointer: string;
  readonly path: readonly PointerToken[];
  readonly text: string;
}

/** Every text below a value, in the order of the document. */
export function listTexts(value: JsonValue, path: readonly PointerToken[] = []): PlacedText[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [{ pointer: toPointer(path), path, text: value }];
  if (isList(value)) return value.flatMap((item, index) => listTexts(item, [...path, index]));
  if (isJsonObject(value)) return Object.entries(value).flatMap(([name, member]) => listTexts(member, [...path, name]));
  return [];
}

/** Words of running text; what has no letter or digit is none. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{Letter}\p{Number}]/u.test(word)).length;
}
