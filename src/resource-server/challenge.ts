import type { Identifiers } from '../authorization-server/identifiers.ts';
import type { AuthenticationFailure } from './authenticate.ts';

/** RFC 9110 §15.5.2 wants a challenge with every 401; no registered scheme says "API key in a header of its own". */
const API_CHALLENGE = 'ApiKey realm="Vitae API", header="x-api-key"';

/**
 * Answers a request without a principal (RFC 6750 §3, RFC 9728 §5.1). The body repeats the challenge for people and logs of
 * clients; the reason stays inside.
 *
 * @param realm `mcp` challenges for a Bearer token and points to the protected resource metadata; `api` has no OAuth to offer
 */
export function buildChallenge(failure: AuthenticationFailure, identifiers: Identifiers, realm: 'mcp' | 'api'): Response {
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  const answer = CHALLENGES[failure.reason];
  if (answer.status === 401) {
    const error = answer.error === undefined ? {} : { error: answer.error, description: answer.description };
    headers.set('www-authenticate', realm === 'mcp' ? buildBearerChallenge(identifiers, error) : API_CHALLENGE);
  }
  const body = { error: answer.error ?? 'unauthorized', error_description: answer.description };
  return new Response(JSON.stringify(body), { status: answer.status, headers });
}

/**
 * Answers a call whose token lacks a scope (RFC 6750 §3.1 `insufficient_scope`).
 *
 * @param scopes every scope that the call needs, so that one step up is enough
 */
export function buildInsufficientScope(scopes: readonly string[], identifiers: Identifiers): Response {
  const description = `This needs ${scopes.join(' ')}`;
  return new Response(JSON.stringify({ error: 'insufficient_scope', error_description: description, scope: scopes.join(' ') }), {
    status: 403,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'www-authenticate': buildBearerChallenge(identifiers, { error: 'insufficient_scope', description, scopes }),
    },
  });
}

/** The `WWW-Authenticate` value: absolute, quoted, and asking for every scope of the resource so that no client has to step up later. */
export function buildBearerChallenge(
  identifiers: Identifiers,
  {
    error,
    description,
    scopes = identifiers.scopes.own,
  }: { readonly error?: string; readonly description?: string; readonly scopes?: readonly string[] },
): string {
  const parameters = [
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(error === undefined || description === undefined
      ? []
      : [`error_description="${description.replaceAll(/["\\]|[^\x20-\x7e]/g, '')}"`]),
    `resource_metadata="${identifiers.resourceMetadataUrl}"`,
    `scope="${scopes.join(' ')}"`,
  ];
  return `Bearer ${parameters.join(', ')}`;
}

interface Answer {
  readonly status: 400 | 401;
  /** RFC 6750 §3.1; none where no credentials were sent. */
  readonly error?: string;
  readonly description: string;
}

const NO_CREDENTIALS: Answer = { status: 401, description: 'Sign in, or send an API key in x-api-key' };
const NOT_ACCEPTED: Answer = {
  status: 401,
  error: 'invalid_token',
  description: 'The Authorization header is not one this address accepts',
};
const BAD_TOKEN: Answer = { status: 401, error: 'invalid_token', description: 'The access token is invalid, expired or revoked' };

/** What each reason looks like from outside. */
export const CHALLENGES: Readonly<Record<AuthenticationFailure['reason'], Answer>> = {
  no_credentials: NO_CREDENTIALS,
  token_in_query: NO_CREDENTIALS,
  malformed_authorization: NOT_ACCEPTED,
  unsupported_scheme: NOT_ACCEPTED,
  two_credentials: { status: 400, error: 'invalid_request', description: 'Send a Bearer token or an API key, not both' },
  access_token_refused: BAD_TOKEN,
  access_token_revoked: BAD_TOKEN,
  api_key_refused: { status: 401, error: 'invalid_token', description: 'The API key is unknown, disabled or expired' },
};
