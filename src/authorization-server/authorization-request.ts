import { OAuthError } from './oauth-error.ts';

/** RFC 7636 §4.2: SHA-256 as base64url without padding. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
/** Clients put what they like into `state`; the longest seen in the wild have about 2,000 characters. */
const MAXIMUM_STATE_CHARACTERS = 4096;
/** A resource nobody has: asking for it is answered `invalid_target`. */
const NO_RESOURCE = 'urn:invalid-resource';

/**
 * Closes, in place, what the library takes too lightly in an authorization request: a code challenge that no verifier can match, a
 * `resource` that is no absolute URI (RFC 8707 §2: `invalid_target`, the library says `invalid_request`), answers in the fragment,
 * which only the implicit flow has.
 *
 * @param parameters the parsed query or form
 * @throws OAuthError `invalid_request` for a `state` that is too long to be carried; nobody is redirected with it
 * Not checked: client, redirect URI, scope; the library does.
 */
export function requireSoundRequest(parameters: Record<string, unknown>): void {
  const { code_challenge: challenge, resource, state } = parameters;
  if (typeof state === 'string' && state.length > MAXIMUM_STATE_CHARACTERS) {
    throw new OAuthError('invalid_request', `state is longer than ${MAXIMUM_STATE_CHARACTERS} characters`);
  }
  // Without a challenge the library answers invalid_request to the client, at a redirect URI that it has checked.
  if (typeof challenge === 'string' && !S256_CHALLENGE.test(challenge)) delete parameters['code_challenge'];
  if ([resource].flat().some((value) => value !== undefined && !isAbsoluteUri(value))) parameters['resource'] = NO_RESOURCE;
  if (parameters['response_mode'] !== undefined || parameters['response_type'] !== 'code') parameters['response_mode'] = 'query';
}

function isAbsoluteUri(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && !value.includes('#');
}
