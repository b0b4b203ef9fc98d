import { and, arrayContains, eq, isNotNull, isNull, type Column, type SQLWrapper } from 'drizzle-orm';
import { oauthGrant } from '../db/schema/grants.ts';
import { isLive } from './live-grants.ts';

/** A person who comes back with a client: what their grant must be for. */
export interface Returning {
  readonly userId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Null: those that the client was registered with. */
  readonly scopes: readonly string[] | null;
}

/** A loopback or private-use redirect never qualifies: any program on the computer could be behind it (RFC 8252 §8.6). */
export function isReusableRedirect(redirectUri: string): boolean {
  return redirectUri.startsWith('https://');
}

/** The condition that a grant may be gone on with without asking again, given values or what stands for them. */
export function isReusable(
  returning: { readonly [Part in keyof Returning]: Returning[Part] | SQLWrapper } & { readonly userId: string | Column },
  now: Date | SQLWrapper,
) {
  const { userId, clientId, redirectUri, scopes } = returning;
  return and(
    eq(oauthGrant.userId, userId),
    eq(oauthGrant.clientId, clientId),
    eq(oauthGrant.redirectUri, redirectUri),
    isNotNull(oauthGrant.activatedAt),
    isLive(now),
    scopes === null ? isNull(oauthGrant.consentedScopes) : arrayContains(oauthGrant.scopes, isScopeList(scopes) ? [...scopes] : scopes),
  );
}

function isScopeList(scopes: readonly string[] | SQLWrapper): scopes is readonly string[] {
  return Array.isArray(scopes);
}
