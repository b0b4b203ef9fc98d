import { BufferedRequest, peekText } from '../buffered-request.ts';
import type { Database } from '../db/client.ts';
import { createPlainRedemptions } from './plain-redemptions.ts';
import { createPlainRefreshes } from './plain-refreshes.ts';
import type { TokenForm } from './plain-calls.ts';
import type { PlainTokenRequest } from './plain-token-requests.ts';

export interface PlainTokenDependencies {
  readonly db: Database;
  readonly clock: () => Date;
  readonly resource: string;
  readonly refreshTokenPrefix: string;
  /** Names a row that the library creates. */
  readonly newId: () => string;
}

/** A token request that may be a plain one: what was sent, and what was read for it. */
export interface ReadTokenRequest extends TokenForm {
  readonly plain: PlainTokenRequest;
}

/**
 * Reads what a token request is about when it may be a plain one; null otherwise, which most often costs no statement: other grant types,
 * whoever authenticates by an assertion (RFC 7523) or proves possession (RFC 9449) or sends a cookie, whatever is no form with one of each
 * parameter, and a request whose body can be read only once.
 *
 * Not checked: anything else of the request. What is wrong with it shows when the library is asked.
 */
export function createPlainTokens(dependencies: PlainTokenDependencies): (request: Request) => Promise<ReadTokenRequest | null> {
  const { db, clock, refreshTokenPrefix, newId } = dependencies;
  const readRefresh = createPlainRefreshes(db, clock, newId);
  const readRedemption = createPlainRedemptions(db, clock, dependencies);

  const read = async (grantType: string, refreshToken: string, code: string): Promise<PlainTokenRequest | null> => {
    switch (grantType) {
      case 'refresh_token':
        return refreshToken.startsWith(refreshTokenPrefix) ? readRefresh(refreshToken.slice(refreshTokenPrefix.length)) : null;
      case 'authorization_code':
        return code === '' ? null : readRedemption(code);
      default:
        return null;
    }
  };

  return async (request) => {
    const { headers } = request;
    if (!(request instanceof BufferedRequest) || headers.has('dpop') || headers.has('cookie')) return null;
    if (!/^application\/x-www-form-urlencoded\b/i.test(headers.get('content-type') ?? '')) return null;
    const form = new URLSearchParams(await peekText(request));
    const only = (name: string) => {
      const [value = '', ...more] = form.getAll(name);
      return more.length === 0 ? value : '';
    };
    if (form.has('client_assertion')) return null;
    const plain = await read(only('grant_type'), only('refresh_token'), only('code'));
    return plain === null ? null : { headers, form, plain };
  };
}
