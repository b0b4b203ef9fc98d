import type { Database } from '../db/client.ts';
import { isUniqueViolation } from '../db/key-violations.ts';
import { OAuthError } from './oauth-error.ts';

/**
 * Authenticates a client by assertion ahead of the endpoint that will do it again. An assertion is good for one use (RFC 7523 §3), so
 * what this use writes is undone.
 *
 * @throws OAuthError `invalid_client` for an assertion that was used before; and whatever `authenticate` throws
 */
export async function rehearseAssertion<T>(db: Database, authenticate: () => Promise<T>): Promise<T> {
  try {
    return await db.rehearse(authenticate);
  } catch (error) {
    // The library looks for the earlier use in a transaction that has already failed.
    if (isUniqueViolation(error)) throw new OAuthError('invalid_client', 'The client assertion has been used before', 'assertion_reused');
    throw error;
  }
}
