import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DerivedKeys } from '../env/derived-keys.ts';

const COOKIE = 'vitae_unlocked';
const SECONDS = 60 * 60;

/** What a cookie opens: one resume under the password it has now. */
export interface Unlocked {
  readonly resumeId: string;
  readonly passwordHash: string;
}

/**
 * A cookie for one address that remembers for an hour that a password was right. It ends with the password, because the
 * password's hash is part of what is signed.
 * @param keys for this purpose alone
 */
export function buildUnlockCookie([key]: DerivedKeys, opened: Unlocked, path: string, now: Date, isSecure: boolean): string {
  const expiresAt = Math.floor(now.getTime() / 1000) + SECONDS;
  const value = `${expiresAt}.${sign(key, opened, expiresAt)}`;
  return `${COOKIE}=${value}; Path=${path}; Max-Age=${SECONDS}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
}

export function isUnlocked(keys: DerivedKeys, opened: Unlocked, cookies: string | null, now: Date): boolean {
  return (cookies ?? '').split(';').some((cookie) => {
    const [, expiry, mac] = new RegExp(`^\\s*${COOKIE}=(\\d{10})\\.([\\w-]{43})\\s*$`).exec(cookie) ?? [];
    if (expiry === undefined || mac === undefined || Number(expiry) * 1000 <= now.getTime()) return false;
    return keys.some((key) => timingSafeEqual(Buffer.from(mac), Buffer.from(sign(key, opened, Number(expiry)))));
  });
}

function sign(key: Uint8Array, { resumeId, passwordHash }: Unlocked, expiresAt: number): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([resumeId, passwordHash, expiresAt]))
    .digest('base64url');
}
