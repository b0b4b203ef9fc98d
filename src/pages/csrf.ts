import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DerivedKeys } from '../env/derived-keys.ts';

/** Form tokens bound to one session. */
export interface Csrf {
  issue(sessionId: string): string;
  verify(sessionId: string, token: string | null): boolean;
}

const NONCE_BYTES = 16;
const MAC_BYTES = 32;
const TOKEN_CHARACTERS = Math.ceil(((NONCE_BYTES + MAC_BYTES) * 4) / 3);

/**
 * Creates the issuer and verifier of form tokens. A token is a nonce and an HMAC-SHA256 over session id and nonce, so every
 * page carries a different one (a compressing proxy leaks nothing), no state is kept, and it dies with its session.
 *
 * @param keys at least 32 bytes each; {@link createCsrf} throws a RangeError for fewer
 * Not checked: whether the session is alive; the caller has just resolved it.
 */
export function createCsrf(keys: DerivedKeys, randomBytes: (size: number) => Uint8Array): Csrf {
  if (keys.some(({ byteLength }) => byteLength < MAC_BYTES)) throw new RangeError(`the form token key needs ${MAC_BYTES} bytes`);
  return {
    issue(sessionId) {
      const nonce = randomBytes(NONCE_BYTES);
      return Buffer.concat([nonce, mac(keys[0], sessionId, nonce)]).toString('base64url');
    },
    verify(sessionId, token) {
      if (token === null || token.length !== TOKEN_CHARACTERS) return false;
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.byteLength !== NONCE_BYTES + MAC_BYTES) return false;
      const [nonce, given] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES)];
      return keys.some((key) => timingSafeEqual(given, mac(key, sessionId, nonce)));
    },
  };
}

function mac(key: Uint8Array, sessionId: string, nonce: Uint8Array): Buffer {
  return createHmac('sha256', key).update(nonce).update(sessionId).digest();
}

/**
 * Whether a POST comes from a page of this origin.
 *
 * A browser that sends Fetch Metadata decides by `Sec-Fetch-Site: same-origin`; its `Origin` may then be `null`, because
 * pages are served with `Referrer-Policy: no-referrer` (Fetch §3.1 "append a request Origin header"). Without Fetch Metadata
 * the `Origin` must be ours. With neither header the answer is no.
 */
export function isSameOriginPost(headers: Headers, origin: string): boolean {
  const site = headers.get('sec-fetch-site');
  const claimed = headers.get('origin');
  if (site === null) return claimed === origin;
  return site === 'same-origin' && (claimed === null || claimed === 'null' || claimed === origin);
}
