import { randomBytes } from 'node:crypto';

/** 128 random bits, URL-safe. */
export function createId(): string {
  return randomBytes(16).toString('base64url');
}
