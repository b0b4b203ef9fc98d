import { OAuthError } from './oauth-error.ts';

/**
 * Refuses parsed parameters that hold U+0000 anywhere, names included: PostgreSQL can't store it, and the library would answer 500.
 * Walks without recursion, so that no depth exhausts the stack.
 *
 * @throws OAuthError `invalid_request`
 */
export function requireStorableText(...parsed: readonly unknown[]): void {
  const pending: unknown[] = [...parsed];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string' && value.includes('\0')) throw new OAuthError('invalid_request', 'A parameter holds a NUL character');
    if (typeof value === 'object' && value !== null) for (const [name, member] of Object.entries(value)) pending.push(name, member);
  }
}
