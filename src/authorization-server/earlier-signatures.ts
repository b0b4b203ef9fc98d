import { createHmac, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { VersionedSecret } from '../env.ts';

/**
 * Signs anew what was signed with a secret that is no longer the first. The library verifies signatures with the first alone; what it
 * encrypts names the secret it was encrypted with.
 */
export interface SignatureRenewal {
  /** A `Cookie` header with the library's signed cookies (`value.HMAC`, percent-encoded) under the current secret; the rest as it was. */
  renewCookies(header: string): string;
  /** A signed authorization query: `sig` is an HMAC over the others, sorted by name and value. */
  renewQuery(query: string): string;
  /** The token (JWT, HS256) of a link in a mail about an address. */
  renewEmailToken(token: string): Promise<string>;
}

/** Base64 of 32 bytes. */
const SIGNATURE_CHARACTERS = 44;

/** @param secrets newest first */
export function createSignatureRenewal([current, ...earlier]: readonly [VersionedSecret, ...VersionedSecret[]]): SignatureRenewal {
  /** The signature under the current secret, when the given one is good under an earlier; otherwise the given one. */
  const renew = (signed: string, signature: string): string => {
    const isBy = ({ value }: VersionedSecret) => isEqual(sign(signed, value), signature);
    return !isBy(current) && earlier.some(isBy) ? sign(signed, current.value) : signature;
  };

  return {
    renewCookies: (header) =>
      header
        .split(';')
        .map((pair) => {
          const [, start = '', encoded = ''] = /^([^=]*=)(.*)$/.exec(pair) ?? [];
          const value = decode(encoded.trim());
          const end = value === null ? -1 : value.length - SIGNATURE_CHARACTERS;
          if (value === null || end < 2 || value[end - 1] !== '.') return pair;
          const [signed, signature] = [value.slice(0, end - 1), value.slice(end)];
          const renewed = renew(signed, signature);
          return renewed === signature ? pair : `${start}${encodeURIComponent(`${signed}.${renewed}`)}`;
        })
        .join(';'),

    renewQuery(query) {
      const parameters = new URLSearchParams(query);
      const signature = parameters.get('sig');
      if (signature === null) return query;
      const others = [...parameters].filter(([name]) => name !== 'sig');
      const sorted = others.toSorted(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
      const renewed = renew(new URLSearchParams(sorted).toString(), signature);
      if (renewed === signature) return query;
      parameters.set('sig', renewed);
      return parameters.toString();
    },

    async renewEmailToken(token) {
      for (const { value } of earlier) {
        const verified = await jwtVerify(token, new TextEncoder().encode(value), { algorithms: ['HS256'] }).catch(() => null);
        if (verified !== null)
          return new SignJWT(verified.payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(current.value));
      }
      return token;
    },
  };
}

function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64');
}

function isEqual(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
