/** A member name, or the index of a list item. */
export type PointerToken = string | number;

/** Names that reach an object's prototype in JavaScript. No document of ours needs them, so no pointer may use them. */
const FORBIDDEN_TOKENS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export type PointerResult = { readonly ok: true; readonly tokens: readonly string[] } | { readonly ok: false; readonly reason: string };

/** Builds a JSON Pointer (RFC 6901 §3); no tokens is the whole document, the empty string. */
export function toPointer(tokens: readonly PropertyKey[]): string {
  return tokens.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Parses a JSON Pointer (RFC 6901 §3 and §4). Beyond the RFC it refuses tokens that name a prototype.
 * Not checked: whether it points at anything.
 */
export function parsePointer(pointer: string): PointerResult {
  if (pointer === '') return { ok: true, tokens: [] };
  if (!pointer.startsWith('/')) return { ok: false, reason: 'a pointer starts with / (or is empty for the whole document)' };
  if (/~(?![01])/.test(pointer)) return { ok: false, reason: 'in a pointer ~ is written ~0 and / inside a name ~1' };
  const tokens = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const forbidden = tokens.find((token) => FORBIDDEN_TOKENS.has(token));
  if (forbidden !== undefined) return { ok: false, reason: `no member may be called ${forbidden}` };
  return { ok: true, tokens };
}

export type Resolution = { readonly found: true; readonly value: unknown } | { readonly found: false };

/** Follows tokens through own members and existing items only; inherited properties and `-` resolve to nothing. */
export function resolveTokens(document: unknown, tokens: readonly string[]): Resolution {
  let value: unknown = document;
  for (const token of tokens) {
    if (Array.isArray(value)) {
      if (!/^(?:0|[1-9]\d{0,8})$/.test(token) || Number(token) >= value.length) return { found: false };
      value = value[Number(token)];
    } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, token)) {
      value = Reflect.get(value, token);
    } else {
      return { found: false };
    }
  }
  return { found: true, value };
}
