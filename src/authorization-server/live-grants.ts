import { and, gt, isNull, type Placeholder, type SQLWrapper } from 'drizzle-orm';
import { oauthGrant } from '../db/schema/grants.ts';

/** What may be issued under a grant. */
export interface LiveGrant {
  readonly scopes: readonly string[];
  /** What the client may ask for again without any effect: what it had asked the person for, allowed then and still or not. */
  readonly repeatableScopes: readonly string[];
}

export const LIVE_GRANT_COLUMNS = {
  scopes: oauthGrant.scopes,
  consentedScopes: oauthGrant.consentedScopes,
  requestedScopes: oauthGrant.requestedScopes,
};

/** The condition that tokens may still be issued under a grant. */
export function isLive(now: Date | Placeholder | SQLWrapper) {
  return and(isNull(oauthGrant.revokedAt), gt(oauthGrant.expiresAt, now));
}

export function toLiveGrant(row: Pick<typeof oauthGrant.$inferSelect, keyof typeof LIVE_GRANT_COLUMNS>): LiveGrant {
  const { scopes, consentedScopes, requestedScopes } = row;
  return { scopes, repeatableScopes: [...scopes, ...(consentedScopes ?? []), ...(requestedScopes ?? [])] };
}
