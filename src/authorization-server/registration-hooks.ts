import { oauthClient } from '../db/schema/auth.ts';
import { dropUnknownMembers, requireBoundedMetadata } from './client-metadata-policy.ts';
import { GRANT_TYPES } from './grant-types.ts';
import { tolerateRegistration } from './interop/registration.ts';
import { OAuthError } from './oauth-error.ts';
import { judgeRedirectUri, requireRedirectUris } from './redirect-policy.ts';
import { buildFingerprint, type ClientRegistrations, type RegistrationAnswer } from './registrations.ts';
import type { RequestFlow } from './request-flow.ts';
import type { ScopeRegistry } from './scopes.ts';

export type StoreRedirectUris = (clientId: string, redirectUris: readonly string[]) => Promise<void>;

export interface RegistrationHooks {
  /**
   * Before POST /oauth2/register: takes what real clients send, refuses what none may have, in place.
   *
   * @returns the answer for a public client that is registered already, or null: the library registers
   * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata`
   */
  beforeRegister(body: Record<string, unknown>, flow: RequestFlow): Promise<RegistrationAnswer | null>;
  /** After the library has registered: completes the redirect URIs, in the answer too, and remembers what the request led to. */
  afterRegister(answer: Record<string, unknown>, flow: RequestFlow, storeRedirectUris: StoreRedirectUris): Promise<void>;
}

/** Stands for URIs that the library would refuse until they are stored in its place, in the same transaction. */
const PLACEHOLDER = 'http://127.0.0.1/';

export function createRegistrationHooks(registrations: ClientRegistrations, scopes: ScopeRegistry): RegistrationHooks {
  const lookUp = async (fingerprint: string, { kept }: RequestFlow) => {
    if (kept === null) return registrations.claim(fingerprint);
    if (!registrations.isWorthALook(fingerprint)) return null;
    const known = await registrations.find(fingerprint);
    if (known !== null) kept.condition = registrations.returning(fingerprint, known);
    return known;
  };

  return {
    async beforeRegister(body, flow) {
      tolerateRegistration(body, scopes);
      if (body['backchannel_logout_uri'] !== undefined) {
        throw new OAuthError('invalid_client_metadata', 'Back-channel logout is not offered', 'backchannel_logout');
      }
      // Sign-out through a client is not offered, so these are checked and dropped.
      if (body['post_logout_redirect_uris'] !== undefined) requireRedirectUris(body['post_logout_redirect_uris']);
      const redirectUris = requireRedirectUris(body['redirect_uris']);
      if (Array.isArray(body['grant_types']) && !body['grant_types'].includes('authorization_code')) {
        throw new OAuthError('invalid_client_metadata', 'grant_types must include authorization_code', 'no_supported_grant');
      }
      // The library takes the one for the other, so the answer names both (RFC 7591 §3.2.1).
      if (Array.isArray(body['grant_types'])) body['grant_types'] = [...GRANT_TYPES];
      dropUnknownMembers(body);
      requireBoundedMetadata(body);
      const isPublic = body['token_endpoint_auth_method'] === 'none';
      const fingerprint = isPublic && !flow.isPreregistration ? buildFingerprint(body, redirectUris) : null;
      const known = fingerprint === null ? null : await lookUp(fingerprint, flow);
      if (known !== null) return { ...known, redirect_uris: redirectUris };
      const shown = redirectUris.filter((uri) => !isKnownClientRedirect(uri));
      body['redirect_uris'] = shown.length > 0 ? shown : [PLACEHOLDER];
      flow.registration = { redirectUris, isWithheld: shown.length < redirectUris.length, fingerprint };
      return null;
    },

    async afterRegister(answer, flow, storeRedirectUris) {
      const { registration } = flow;
      const clientId = answer['client_id'];
      if (registration === null || typeof clientId !== 'string') return;
      const { redirectUris, isWithheld, fingerprint } = registration;
      const { kept } = flow;
      if (isWithheld) {
        if (kept === null) await storeRedirectUris(clientId, redirectUris);
        else for (const { table, values } of kept.rows) if (table === oauthClient) values['redirectUris'] = [...redirectUris];
        answer['redirect_uris'] = redirectUris;
      }
      if (fingerprint === null) return;
      if (kept === null) await registrations.remember(fingerprint, clientId, answer);
      else kept.condition = registrations.claiming(fingerprint, clientId, answer);
    },
  };
}

function isKnownClientRedirect(uri: string): boolean {
  const judgement = judgeRedirectUri(uri);
  return judgement.ok && judgement.kind === 'known_client';
}
