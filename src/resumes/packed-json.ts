import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { JsonValue } from './json.ts';

/** First byte: how the UTF-8 JSON behind it is kept. */
const PLAIN = 0;
const DEFLATED = 1;

/** Text shorter than this, in bytes, does not get smaller. */
const MIN_DEFLATED_BYTES = 100;

/** JSON in the fewest bytes that cost about a millisecond: as it is, or deflated (RFC 1951). */
export function packJson(value: JsonValue): Uint8Array {
  const text = Buffer.from(JSON.stringify(value));
  const deflated = text.byteLength < MIN_DEFLATED_BYTES ? text : deflateRawSync(text);
  return deflated.byteLength < text.byteLength ? Buffer.concat([Buffer.of(DEFLATED), deflated]) : Buffer.concat([Buffer.of(PLAIN), text]);
}

/** @param packed what {@link packJson} made; anything else throws */
export function unpackJson(packed: Uint8Array): JsonValue {
  const [kind] = packed;
  const rest = packed.subarray(1);
  if (kind !== PLAIN && kind !== DEFLATED) throw new TypeError('bytes that packJson did not make');
  const parsed: unknown = JSON.parse(Buffer.from(kind === DEFLATED ? inflateRawSync(rest) : rest).toString('utf8'));
  if (!isParsedJson(parsed)) throw new TypeError('bytes without JSON');
  return parsed;
}

/** `JSON.parse` gives JSON or throws; this only tells the compiler. */
function isParsedJson(value: unknown): value is JsonValue {
  return value !== undefined;
}
