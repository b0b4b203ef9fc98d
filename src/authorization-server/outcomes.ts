import { z } from 'zod';
import type { AllowedEvent, RefusedEvent } from '../db/audit-events.ts';
import type { AuditTrail } from '../db/audit.ts';
import type { RequestFlow } from './request-flow.ts';

interface Outcome {
  readonly allowed: AllowedEvent | null;
  readonly refused: RefusedEvent;
}

/** What a POST to an endpoint of the library comes to. Endpoints that only read are not here. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'oauth2/register': { allowed: 'client.registered', refused: 'client.refused' },
  'oauth2/consent': { allowed: 'grant.opened', refused: 'grant.refused' },
  // An issued token has a name by its grant type; a revocation is recorded with the grant that it ends.
  'oauth2/token': { allowed: 'token.issued', refused: 'token.refused' },
  'oauth2/revoke': { allowed: null, refused: 'revocation.refused' },
  'oauth2/introspect': { allowed: null, refused: 'introspection.refused' },
  'sign-up/email': { allowed: 'account.created', refused: 'account.refused' },
  'sign-in/email': { allowed: 'session.started', refused: 'session.refused' },
  'sign-out': { allowed: 'session.ended', refused: 'session.end_refused' },
  'revoke-session': { allowed: 'session.ended', refused: 'session.end_refused' },
  'revoke-sessions': { allowed: 'session.ended', refused: 'session.end_refused' },
  'revoke-other-sessions': { allowed: 'session.ended', refused: 'session.end_refused' },
  'change-password': { allowed: 'password.changed', refused: 'password.refused' },
  'request-password-reset': { allowed: 'password.reset_requested', refused: 'password.refused' },
  'send-verification-email': { allowed: 'email.link_sent', refused: 'email.refused' },
  'change-email': { allowed: 'email.change_asked', refused: 'email.refused' },
  'verify-email': { allowed: 'email.confirmed', refused: 'email.refused' },
  'two-factor/verify-totp': { allowed: 'session.started', refused: 'two_factor.refused' },
  'two-factor/verify-backup-code': { allowed: 'session.started', refused: 'two_factor.refused' },
  'two-factor/enable': { allowed: 'two_factor.begun', refused: 'two_factor.refused' },
  'two-factor/disable': { allowed: 'two_factor.disabled', refused: 'two_factor.refused' },
  'two-factor/generate-backup-codes': { allowed: 'two_factor.codes_made', refused: 'two_factor.refused' },
  'passkey/verify-authentication': { allowed: 'session.started', refused: 'session.refused' },
  'passkey/verify-registration': { allowed: 'passkey.added', refused: 'passkey.refused' },
  'passkey/update-passkey': { allowed: 'passkey.renamed', refused: 'passkey.refused' },
  'passkey/delete-passkey': { allowed: 'passkey.removed', refused: 'passkey.refused' },
  'reset-password': { allowed: 'password.changed', refused: 'password.refused' },
  'delete-user': { allowed: 'account.deleted', refused: 'account.delete_refused' },
  'api-key/create': { allowed: 'api_key.created', refused: 'api_key.refused' },
  'api-key/update': { allowed: 'api_key.updated', refused: 'api_key.refused' },
  'api-key/delete': { allowed: 'api_key.revoked', refused: 'api_key.refused' },
};

const refusalSchema = z.object({ error: z.string().optional(), code: z.string().optional() }).catch({});

const challengeSchema = z.object({ twoFactorRedirect: z.literal(true) });

/** Error codes are words; anything else in their place is not kept. */
const ERROR_CODE = /^[A-Za-z0-9_.-]{1,80}$/;

export type RecordOutcome = (endpoint: string, request: Request, flow: RequestFlow, response: Response) => Promise<void>;

/**
 * Records what a request to the authorization server came to: who, which client and grant, and when refused the operator's
 * reason. Nothing of the request or the answer is kept but what the hooks noted in the flow, and an error's code.
 *
 * @returns a function that appends at most one event and notes it in the flow; it does not consume the response
 */
export function createOutcomeRecorder(audit: Pick<AuditTrail, 'record' | 'recordRefusal'>): RecordOutcome {
  const allow = async (event: AllowedEvent, flow: RequestFlow) => {
    flow.recorded = { event, decision: 'allowed', reason: null };
    await audit.record({ event, ...tell(flow) });
  };
  const refuse = async (event: RefusedEvent, flow: RequestFlow, reason: string | null) => {
    flow.recorded = { event, decision: 'refused', reason };
    await audit.recordRefusal({ event, reason, ...tell(flow) });
  };

  return async (endpoint, request, flow, response) => {
    if (endpoint === 'oauth2/authorize') {
      const error = errorOfLocation(response.headers.get('location'));
      if (error !== null || response.status >= 400) {
        await refuse('authorization.refused', flow, flow.reason ?? error ?? (await errorOfBody(response)));
      } else if (flow.grantId !== null) await allow('code.issued', flow);
      return;
    }
    const changes = request.method === 'POST' || endpoint === 'verify-email';
    const outcome = changes && Object.hasOwn(OUTCOMES, endpoint) ? OUTCOMES[endpoint] : undefined;
    if (outcome === undefined) return;
    if (response.status >= 400) await refuse(outcome.refused, flow, flow.reason ?? (await errorOfBody(response)));
    else if (endpoint === 'oauth2/consent' && flow.grantId === null) await refuse('grant.denied', flow, 'denied_by_person');
    else if (endpoint === 'oauth2/token' && flow.codeHash === null) await allow('token.refreshed', flow);
    else if (endpoint === 'sign-in/email' && (await asksForSecondFactor(response))) await allow('two_factor.asked', flow);
    else if (outcome.allowed !== null) await allow(flow.outcome ?? outcome.allowed, flow);
  };
}

function errorOfLocation(location: string | null): string | null {
  if (location === null || !URL.canParse(location, 'http://relative')) return null;
  return toCode(new URL(location, 'http://relative').searchParams.get('error'));
}

async function errorOfBody(response: Response): Promise<string | null> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) return null;
  const text = await response.clone().text();
  try {
    const { error, code } = refusalSchema.parse(JSON.parse(text));
    return toCode(error ?? code ?? null);
  } catch {
    // Not JSON after all: the status alone tells.
    return null;
  }
}

async function asksForSecondFactor(response: Response): Promise<boolean> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) return false;
  return challengeSchema.safeParse(await response.clone().json()).success;
}

function toCode(text: string | null): string | null {
  return text !== null && ERROR_CODE.test(text) ? text : null;
}

function tell({ userId, clientId, grantId, apiKeyId, email, detail }: RequestFlow) {
  return { userId, clientId, grantId, apiKeyId, email, detail };
}
