import { STATUS_CODES } from 'node:http';
import type { AuthorizationServerDependencies } from '../authorization-server/authorization-server.ts';
import { GRANT_TYPES } from '../authorization-server/grant-types.ts';
import { TOKEN_REFUSALS } from '../authorization-server/token-refusals.ts';
import type { AllowedEvent, RefusedEvent } from '../db/audit-events.ts';
import type { AnswerObserver } from '../http/answered.ts';
import { ACCESS_REFUSALS, type AccessRefusal, type Realm } from '../http/access-refusals.ts';
import { RATES } from '../http/limits/rates.ts';
import { NAMED_METHODS } from '../http/request-spans.ts';
import { MAIL_OUTCOMES, type MailOutcome } from '../mail/outbox.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RequestOrigins } from '../observability/request-origin.ts';

const REFUSED_OR_NOT = ['allowed', 'refused'] as const;
const SIGN_IN_METHODS = ['password', 'totp', 'backup_code', 'passkey'] as const;

type RecordedEvent = AllowedEvent | RefusedEvent;

/** What an authorization request comes to, by the event that records it. */
const AUTHORIZATIONS: ReadonlyMap<RecordedEvent, string> = new Map<RecordedEvent, string>([
  ['grant.opened', 'allowed'],
  ['grant.denied', 'denied'],
  ['grant.refused', 'refused'],
  ['code.issued', 'allowed_before'],
  ['authorization.refused', 'refused'],
]);

const SIGN_INS: ReadonlyMap<string, (typeof SIGN_IN_METHODS)[number]> = new Map([
  ['sign-in/email', 'password'],
  ['two-factor/verify-totp', 'totp'],
  ['two-factor/verify-backup-code', 'backup_code'],
  ['passkey/verify-authentication', 'passkey'],
]);
const SIGN_IN_OUTCOMES: ReadonlyMap<RecordedEvent, string> = new Map<RecordedEvent, string>([
  ['session.started', 'allowed'],
  ['two_factor.asked', 'second_factor_asked'],
  ['session.refused', 'refused'],
  ['two_factor.refused', 'refused'],
]);

/** Counts answers and their time by route. @param routes patterns of the URL table and of the pages */
export function createAnswerObserver(metrics: Metrics, routes: readonly { readonly path: string }[]): AnswerObserver {
  const route = routes.map(({ path }) => path);
  const status = [...Object.keys(STATUS_CODES), '499'];
  const requests = metrics.counter('vitae_http_requests_total', { route, method: NAMED_METHODS, status });
  const seconds = metrics.histogram('vitae_http_request_duration_seconds', { route });
  return (answer) => {
    requests({ route: answer.route, method: answer.method, status: String(answer.status) });
    seconds({ route: answer.route }, answer.seconds);
  };
}

/** Makes the counters of what is refused before it is served, and of mails. */
export function createRequestObservers(metrics: Metrics) {
  const refusals = metrics.counter('vitae_access_refusals_total', { realm: ['mcp', 'api'] satisfies Realm[], reason: ACCESS_REFUSALS });
  const limited = metrics.counter('vitae_limited_total', { limit: [...Object.keys(RATES), 'hashing'] });
  const mails = metrics.counter('vitae_mails_total', { outcome: MAIL_OUTCOMES });
  return {
    refused: (realm: Realm, reason: AccessRefusal) => refusals({ realm, reason }),
    limited: (limit: string) => limited({ limit }),
    mailed: (outcome: MailOutcome) => mails({ outcome }),
  };
}

/** Makes the counters of what the authorization server does, from what each of its requests came to, and notes for the log whom it was about. */
export function createAuthorizationObserver(
  metrics: Metrics,
  origins: RequestOrigins,
): NonNullable<AuthorizationServerDependencies['onAnswered']> {
  const issued = metrics.counter('vitae_tokens_issued_total', { grant_type: GRANT_TYPES });
  const refused = metrics.counter('vitae_tokens_refused_total', { grant_type: GRANT_TYPES, reason: TOKEN_REFUSALS });
  const authorizations = metrics.counter('vitae_authorizations_total', { outcome: [...new Set(AUTHORIZATIONS.values())] });
  const signIns = metrics.counter('vitae_sign_ins_total', { method: SIGN_IN_METHODS, outcome: [...new Set(SIGN_IN_OUTCOMES.values())] });
  const signUps = metrics.counter('vitae_sign_ups_total', { outcome: REFUSED_OR_NOT });
  const registrations = metrics.counter('vitae_client_registrations_total', { outcome: REFUSED_OR_NOT });

  return (endpoint, { recorded, detail, grantId, clientId }) => {
    Object.assign(origins.notes() ?? {}, { grantId, clientId });
    if (recorded === null) return;
    const { event, decision, reason } = recorded;
    const authorization = AUTHORIZATIONS.get(event);
    if (authorization !== undefined) authorizations({ outcome: authorization });
    const method = SIGN_INS.get(endpoint);
    const outcome = SIGN_IN_OUTCOMES.get(event);
    if (method !== undefined && outcome !== undefined) signIns({ method, outcome });
    if (endpoint === 'sign-up/email') signUps({ outcome: decision });
    if (endpoint === 'oauth2/register') registrations({ outcome: decision });
    if (endpoint === 'oauth2/token') {
      const grantType = String(detail?.['grantType']);
      if (decision === 'allowed') issued({ grant_type: grantType });
      else refused({ grant_type: grantType, reason: reason ?? 'none' });
    }
  };
}
