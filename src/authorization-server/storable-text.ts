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

/**
 * Refuses a body whose `oauth_query`, the signed query that an answer of a page carries along, is no text. Whatever endpoint it
 * is sent to, the library reads it as pairs and would answer 500.
 *
 * @throws OAuthError `invalid_request`
 */
export function requireTextualQuery(body: Readonly<Record<string, unknown>>): void {
  const query = body['oauth_query'];
  if (query !== undefined && query !== null && typeof query !== 'string') {
    throw new OAuthError('invalid_request', 'oauth_query must be the signed query as text');
  }
}
