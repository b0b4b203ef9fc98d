import { toPointer, type PointerToken } from './pointer.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [member: string]: JsonValue };
export type JsonObject = { readonly [member: string]: JsonValue };

/** What is wrong with a value: where (RFC 6901) and what would have been right. */
export interface Problem {
  readonly pointer: string;
  readonly expected: string;
}

export type JsonResult = { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly problem: Problem };

/** Deep enough for any resume, shallow enough that no recursive walk over one can exhaust the stack. */
const MAX_JSON_DEPTH = 32;

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Copies an untrusted value into plain JSON that PostgreSQL's `jsonb` gives back unchanged.
 *
 * Members that are `undefined` are left out, as `JSON.stringify` does, and -0 becomes 0; everything else that JSON or `jsonb`
 * can't hold is refused: other types, non-finite numbers, NUL characters and lone surrogates in text or names, a member
 * called `__proto__`, nesting beyond {@link MAX_JSON_DEPTH}. The size is *not* checked.
 */
export function parseJson(value: unknown): JsonResult {
  const path: PointerToken[] = [];
  try {
    return { ok: true, value: copy(value, path) };
  } catch (error) {
    if (error instanceof NotJson) return { ok: false, problem: { pointer: toPointer(path), expected: error.message } };
    throw error;
  }
}

class NotJson extends Error {}

function copy(value: unknown, path: PointerToken[]): JsonValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return requireStorableText(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotJson('a finite number');
    return value === 0 ? 0 : value;
  }
  if (path.length >= MAX_JSON_DEPTH) throw new NotJson(`at most ${MAX_JSON_DEPTH} levels of nesting`);
  if (Array.isArray(value)) return value.map((item: unknown, index) => at(index, item, path));
  if (isPlainObject(value)) {
    const members: [string, JsonValue][] = [];
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      if (name === '__proto__') throw new NotJson('an object without a member called __proto__');
      requireStorableText(name);
      members.push([name, at(name, member, path)]);
    }
    return Object.fromEntries(members);
  }
  throw new NotJson('a JSON value (text, number, true, false, null, list or object)');
}

function at(token: PointerToken, value: unknown, path: PointerToken[]): JsonValue {
  path.push(token);
  const copied = copy(value, path);
  path.pop();
  return copied;
}

function requireStorableText(text: string): string {
  if (text.includes('\0')) throw new NotJson('text without the NUL character');
  if (LONE_SURROGATE.test(text)) throw new NotJson('well-formed Unicode text');
  return text;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** True for a JSON object: neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isPlainObject(value);
}

/** Size of the value as UTF-8 JSON without insignificant white space, in bytes. */
export function jsonBytes(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}
