import type { Database } from '../db/client.ts';
import { createPlainRedemptions } from './plain-redemptions.ts';
import { createPlainRefreshes } from './plain-refreshes.ts';
import type { PlainTokenRequest } from './plain-token-requests.ts';

export interface PlainTokenDependencies {
  readonly db: Database;
  readonly clock: () => Date;
  readonly resource: string;
  readonly refreshTokenPrefix: string;
  /** Names a row in the library's way. */
  readonly newId: () => string;
}

/** What a token request comes with. */
export interface TokenRequestText {
  readonly headers: Headers;
  readonly body: string;
}

/**
 * Reads what a token request is about when it may be a plain one; null otherwise, which most often costs no statement: other grant types,
 * whoever authenticates by an assertion (RFC 7523) or proves possession (RFC 9449), and whatever is no form with one of each parameter.
 *
 * Not checked: anything else of the request. What is wrong with it shows when the library is asked.
 */
export function createPlainTokens(dependencies: PlainTokenDependencies): (request: TokenRequestText) => Promise<PlainTokenRequest | null> {
  const { db, clock, refreshTokenPrefix, newId } = dependencies;
  const readRefresh = createPlainRefreshes(db, clock, newId);
  const readRedemption = createPlainRedemptions(db, clock, dependencies);

  return async ({ headers, body }) => {
    if (!/^application\/x-www-form-urlencoded\b/i.test(headers.get('content-type') ?? '') || headers.has('dpop')) return null;
    const form = new URLSearchParams(body);
    const only = (name: string) => {
      const [value = '', ...more] = form.getAll(name);
      return more.length === 0 ? value : '';
    };
    if (form.has('client_assertion')) return null;
    const refreshToken = only('refresh_token');
    const code = only('code');
    switch (only('grant_type')) {
      case 'refresh_token':
        return refreshToken.startsWith(refreshTokenPrefix) ? readRefresh(refreshToken.slice(refreshTokenPrefix.length)) : null;
      case 'authorization_code':
        return code === '' ? null : readRedemption(code);
      default:
        return null;
    }
  };
}
