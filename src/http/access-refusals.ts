import type { AuditEvent, AuditTrail } from '../db/audit.ts';
import type { Log } from '../observability/log.ts';
import type { AuthenticationFailure } from '../resource-server/authenticate.ts';
import type { Principal } from '../resource-server/principal.ts';

export interface AccessRefusals {
  /** A credential that opens nothing. */
  unauthenticated(failure: AuthenticationFailure): void;
  /** A good credential that does not open this. */
  forbidden(principal: Principal): void;
}

/** Records refused access beside the answer: a refusal stands whether or not it can be written down. */
export function createAccessRefusals(audit: AuditTrail, log: Log): AccessRefusals {
  const record = (refusal: Omit<AuditEvent, 'event' | 'decision'>) => {
    audit
      .recordRefusal({ event: 'access.refused', ...refusal })
      .catch((error: unknown) => log.warn({ event: 'audit.not_written', err: error }));
  };
  return {
    unauthenticated: (failure) => record(toRefusal(failure)),
    forbidden: (principal) => record({ reason: 'not_permitted', ...toSubject(principal) }),
  };
}

function toRefusal(failure: AuthenticationFailure) {
  switch (failure.reason) {
    case 'access_token_refused':
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
