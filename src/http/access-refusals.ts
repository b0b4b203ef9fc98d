import type { AuditRefusal, AuditTrail } from '../db/audit.ts';
import type { Log } from '../observability/log.ts';
import { ORIGIN_REFUSALS, type OriginRefusal } from '../mcp/origin-policy.ts';
import { ACCESS_TOKEN_REFUSALS, type AccessTokenRefusal } from '../resource-server/access-token.ts';
import { API_KEY_REFUSALS, type AuthenticationFailure } from '../resource-server/authenticate.ts';
import type { Principal } from '../resource-server/principal.ts';

const PLAIN_REFUSALS = [
  'no_credentials',
  'malformed_authorization',
  'unsupported_scheme',
  'two_credentials',
  'token_in_query',
  'access_token_revoked',
] as const satisfies readonly AuthenticationFailure['reason'][];

/** Every reason for which access is refused, by the same words in the audit trail and in the metrics. */
export const ACCESS_REFUSALS: readonly AccessRefusal[] = [
  ...PLAIN_REFUSALS,
  ...ACCESS_TOKEN_REFUSALS.map((detail) => `access_token_refused:${detail}` as const),
  ...API_KEY_REFUSALS.map((detail) => `api_key_refused:${detail}` as const),
  ...ORIGIN_REFUSALS,
  'not_permitted',
];
export type AccessRefusal =
  | (typeof PLAIN_REFUSALS)[number]
  | `access_token_refused:${AccessTokenRefusal}`
  | `api_key_refused:${(typeof API_KEY_REFUSALS)[number]}`
  | OriginRefusal
  | 'not_permitted';

export type Realm = 'mcp' | 'api';

export interface AccessRefusals {
  /** A credential that opens nothing, or none at all, which is counted and not recorded. */
  unauthenticated(realm: Realm, failure: AuthenticationFailure): void;
  /** A good credential that does not open this. */
  forbidden(realm: Realm, principal: Principal): void;
  /** A page of another site, or a host name that is not ours; counted and not recorded. */
  foreign(refusal: OriginRefusal): void;
}

/** Counts refused access, and records it beside the answer: a refusal stands whether or not it can be written down. */
export function createAccessRefusals(audit: AuditTrail, log: Log, count: (realm: Realm, reason: AccessRefusal) => void): AccessRefusals {
  const record = (refusal: Omit<AuditRefusal, 'event'>) => {
    audit
      .recordRefusal({ event: 'access.refused', ...refusal })
      .catch((error: unknown) => log.warn({ event: 'audit.not_written', err: error }));
  };
  return {
    unauthenticated(realm, failure) {
      const refusal = toRefusal(failure);
      count(realm, refusal.reason);
      if (refusal.reason !== 'no_credentials') record(refusal);
    },
    forbidden(realm, principal) {
      count(realm, 'not_permitted');
      record({ reason: 'not_permitted', ...toSubject(principal) });
    },
    foreign: (refusal) => count('mcp', refusal),
  };
}

function toRefusal(failure: AuthenticationFailure): Omit<AuditRefusal, 'event' | 'reason'> & { readonly reason: AccessRefusal } {
  switch (failure.reason) {
    case 'access_token_refused':
      return { reason: `${failure.reason}:${failure.detail}` };
    case 'api_key_refused':
      return { reason: `${failure.reason}:${failure.detail}` };
    case 'access_token_revoked':
      return { reason: failure.reason, grantId: failure.grantId, userId: failure.userId, clientId: failure.clientId };
    case 'no_credentials':
    case 'malformed_authorization':
    case 'unsupported_scheme':
    case 'two_credentials':
    case 'token_in_query':
      return { reason: failure.reason };
  }
}

function toSubject(principal: Principal) {
  const { userId } = principal;
  switch (principal.method) {
    case 'access_token':
      return { userId, grantId: principal.grantId, clientId: principal.clientId };
    case 'api_key':
      return { userId, apiKeyId: principal.apiKeyId };
    case 'session':
      return { userId };
  }
}
