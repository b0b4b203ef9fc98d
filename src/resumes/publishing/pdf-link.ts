import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DerivedKeys } from '../../env/derived-keys.ts';

export const PDF_LINK_SECONDS = 10 * 60;

/** What a link opens: one revision of one resume, until an instant in seconds since 1970. */
export interface PdfLink {
  readonly resumeId: string;
  readonly revision: number;
  readonly expiresAt: number;
}

const TOKEN = /^([A-Za-z0-9_-]{1,64})\.([1-9]\d{0,9})\.([1-9]\d{9,10})\.([A-Za-z0-9_-]{43})$/;

/** Signs a link (HMAC-SHA256). @param keys for this purpose alone */
export function signPdfLink([key]: DerivedKeys, link: PdfLink): string {
  const signed = `${link.resumeId}.${link.revision}.${link.expiresAt}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** @returns null for a link that was not signed here, was altered, or is over. Not checked: whether the resume is still there. */
export function verifyPdfLink(keys: DerivedKeys, token: string, now: Date): PdfLink | null {
  const [, resumeId = '', revision, expiresAt, mac = ''] = TOKEN.exec(token) ?? [];
  const link = { resumeId, revision: Number(revision), expiresAt: Number(expiresAt) };
  if (revision === undefined || link.expiresAt * 1000 <= now.getTime()) return null;
  const given = Buffer.from(mac);
  const isBy = (key: Uint8Array) => {
    const expected = Buffer.from(signPdfLink([key], link).split('.').at(-1) ?? '');
    return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
  };
  return keys.some(isBy) ? link : null;
}
