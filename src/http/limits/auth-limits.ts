import { AUTH_BASE_PATH } from '../../authorization-server/identifiers.ts';
import { buildBusy, buildTooMany } from './refusal.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Counters } from './counters.ts';
import type { Gate } from './gate.ts';
import { guardMailRequest, guardSignIn } from './sign-in-limits.ts';
import { createTokenLimits } from './token-limits.ts';
import { toNetwork } from './network.ts';

/** @param onNewClient to be called when the request makes a client that there was not before */
type AnswerAuth = (onNewClient?: () => void) => Promise<Response>;

/** Answers a request to the auth library, or says to come back later. */
export type AuthLimits = (request: Request, address: string | null, answer: AnswerAuth) => Promise<Response>;

/** Endpoints that hash a password whatever else they do. */
const HASHING_ENDPOINTS: ReadonlySet<string> = new Set([
  'change-password',
  'reset-password',
  'delete-user',
  'verify-password',
  'two-factor/enable',
  'two-factor/disable',
  'two-factor/generate-backup-codes',
]);

/** Endpoints that send a mail to an address that the request names. */
const MAILING_ENDPOINTS: ReadonlySet<string> = new Set(['request-password-reset', 'send-verification-email', 'change-email']);

/** Open to everybody, and both write. */
const PASSKEY_SIGN_IN: ReadonlySet<string> = new Set(['passkey/generate-authenticate-options', 'passkey/verify-authentication']);

const BUSY_SECONDS = 2;

/**
 * Limits of everything below the auth base path. The library's own limiter is off: it counts in the memory of one process, by
 * address alone, and answers without `Retry-After`.
 */
export function createAuthLimits(counters: Counters, gate: Gate, clock: () => Date, metrics?: Pick<Metrics, 'cache'>): AuthLimits {
  const guardToken = createTokenLimits(counters, clock, metrics);
  const hashing = async (answer: AnswerAuth) => (await gate.enter(() => answer())) ?? buildBusy(BUSY_SECONDS);

  const register = async (network: string, answer: AnswerAuth) => {
    const wait = (await counters.take('registration', network)) ?? (await counters.look('registrationOfAll'));
    if (wait !== null) return buildTooMany(wait);
    let isNew = false;
    const response = await answer(() => {
      isNew = true;
    });
    if (isNew) await counters.take('registrationOfAll');
    return response;
  };

  return async (request, address, answer) => {
    const network = toNetwork(address);
    const endpoint = new URL(request.url).pathname.slice(AUTH_BASE_PATH.length + 1);
    if (endpoint === 'oauth2/authorize') {
      const wait = await counters.take('authorization', network);
      return wait === null ? answer() : buildTooMany(wait);
    }
    if (PASSKEY_SIGN_IN.has(endpoint)) {
      const wait = await counters.take('signIn', network);
      return wait === null ? answer() : buildTooMany(wait);
    }
    if (request.method === 'POST') {
      if (endpoint === 'oauth2/register') return register(network, answer);
      if (endpoint === 'oauth2/token') return guardToken(request, network, answer);
      if (endpoint === 'sign-in/email') return guardSignIn({ counters, request, network, answer: () => hashing(answer) });
      if (MAILING_ENDPOINTS.has(endpoint)) return guardMailRequest({ counters, request, network, answer });
      if (endpoint === 'sign-up/email') {
        const wait = await counters.take('signUp', network);
        return wait === null ? hashing(answer) : buildTooMany(wait);
      }
    }
    const response = await (HASHING_ENDPOINTS.has(endpoint) ? hashing(answer) : answer());
    const wait = response.status >= 400 && response.status < 500 ? counters.takeHere('authRefusal', network) : null;
    return wait === null ? response : buildTooMany(wait);
  };
}
