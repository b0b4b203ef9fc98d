import { hash } from 'node:crypto';

/** SHA-256 as base64url without padding: the form in which the library keeps codes, tokens and API keys (RFC 7636 §4.2 S256 too). */
export function hashToken(value: string): string {
  return hash('sha256', value, 'base64url');
}
