import { z } from 'zod';
import type { AuthorizationCodes } from './authorization-codes.ts';
import { findReadGrant } from './authorization-reads.ts';
import type { ClientDirectory } from './clients.ts';
import { GRANT_MODES } from './grant-mode.ts';
import type { GrantStore } from './grants.ts';
import { hashToken } from './hashes.ts';
import { CODE_SECONDS, GRANT_DURATIONS } from './lifetimes.ts';
import { OAuthError } from './oauth-error.ts';
import type { RequestFlow } from './request-flow.ts';
import { parseScopeList, type ScopeRegistry } from './scopes.ts';

/** What the library stores when it issues a code: the value of its `verification` row. */
const issuedCodeSchema = z.object({
  type: z.literal('authorization_code'),
  query: z.object({
    client_id: z.string(),
    redirect_uri: z.string(),
    code_challenge: z.string(),
    scope: z.string(),
  }),
  userId: z.string(),
  referenceId: z.string(),
});

const consentBodySchema = z.object({
  accept: z.literal(true),
  oauth_query: z.string(),
  resumes: z.union([z.literal('all'), z.array(z.string().max(64)).max(1000)]).default('all'),
  mode: z.enum(GRANT_MODES).default('edit'),
  duration: z.enum(GRANT_DURATIONS).default('year'),
});

/** No consent carries this reference, so the library finds none and asks. */
const NO_GRANT = 'none';

export interface ConsentHooks {
  /** Before POST /oauth2/consent: notes what the person chose beside the scopes. Malformed bodies are left to the library. @throws OAuthError when the request was answered before */
  beforeConsent(body: unknown, flow: RequestFlow): Promise<void>;
  /**
   * The grant a consent belongs to. While a consent is being given: a new one. Otherwise the one that may be reused without
   * asking, or a name that no consent has.
   *
   * @param request client, redirect URI and scope of the authorization request that the library has checked or is about to check
   */
  nameGrant(userId: string | undefined, request: URLSearchParams, flow: RequestFlow): Promise<string>;
  /**
   * Before the library stores a code: opens its grant when the consent was just given, remembers what the code is bound to
   * and cuts its life to that of a code.
   *
   * @returns when the code expires, or null if the value is not an authorization code
   * @throws OAuthError when no grant stands behind the code
   */
  beforeCodeIsStored(identifier: string, value: string, flow: RequestFlow): Promise<Date | null>;
}

export interface ConsentHookDependencies {
  readonly grants: GrantStore;
  readonly codes: AuthorizationCodes;
  readonly clients: ClientDirectory;
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly scopes: ScopeRegistry;
}

export function createConsentHooks({ grants, codes, clients, clock, newId, scopes: known }: ConsentHookDependencies): ConsentHooks {
  return {
    async beforeConsent(body, flow) {
      const parsed = consentBodySchema.safeParse(body);
      if (parsed.success) {
        const { resumes, mode, duration, oauth_query: query } = parsed.data;
        const request = new URLSearchParams(query);
        const requestHash = hashToken(request.get('sig') ?? '');
        await codes.requireUnanswered(requestHash);
        const requestedScopes = request.has('scope') ? parseScopeList(request.get('scope')) : known.supported;
        flow.consent = { resumes, mode, duration, requestedScopes, grantId: null, requestHash };
      } else if (typeof body === 'object' && body !== null && 'accept' in body && body.accept === true) {
        throw new OAuthError(
          'invalid_request',
          'oauth_query must be the signed query, resumes "all" or a list of resume ids, mode "edit" or "suggest", duration "year", "month" or "day"',
        );
      }
    },

    async nameGrant(userId, request, flow) {
      if (flow.consent !== null) return (flow.consent.grantId ??= newId());
      const clientId = request.get('client_id');
      const redirectUri = request.get('redirect_uri');
      if (userId === undefined || clientId === null || redirectUri === null) return NO_GRANT;
      const scope = request.get('scope');
      const scopes = scope === null ? null : parseScopeList(scope);
      const returning = { userId, clientId, redirectUri, scopes };
      return findReadGrant(flow, returning) ?? (await grants.findReusable(returning)) ?? NO_GRANT;
    },

    async beforeCodeIsStored(identifier, value, flow) {
      const stored = parseIssuedCode(value);
      if (stored === null) return null;
      const { query, userId, referenceId: grantId } = stored;
      if (grantId === NO_GRANT) throw new OAuthError('invalid_request', 'No consent stands behind this request', 'code_without_grant');
      if (flow.consent !== null && flow.consent.grantId === grantId) {
        const client = await clients.describe(query.client_id);
        await grants.open({
          id: grantId,
          userId,
          clientId: query.client_id,
          clientName: client?.name ?? client?.verifiedHost ?? 'Unnamed client',
          redirectUri: query.redirect_uri,
          scopes: parseScopeList(query.scope),
          requestedScopes: flow.consent.requestedScopes,
          resumes: flow.consent.resumes,
          mode: flow.consent.mode,
          duration: flow.consent.duration,
        });
      }
      await codes.recordIssue({
        codeHash: identifier,
        grantId,
        clientId: query.client_id,
        redirectUri: query.redirect_uri,
        codeChallenge: query.code_challenge,
        requestHash: flow.consent?.requestHash ?? null,
      });
      flow.grantId = grantId;
      flow.clientId = query.client_id;
      return new Date(clock().getTime() + CODE_SECONDS * 1000);
    },
  };
}

function parseIssuedCode(value: string): z.infer<typeof issuedCodeSchema> | null {
  if (!value.startsWith('{"type":"authorization_code"')) return null;
  return issuedCodeSchema.parse(JSON.parse(value));
}
