import { OAuthError } from '../oauth-error.ts';

const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
/** How the token endpoint knows a client, as it was registered (RFC 7591 `token_endpoint_auth_method`). */
export type RegisteredMethod = (typeof METHODS)[number];

export function isRegisteredMethod(value: string): value is RegisteredMethod {
  return METHODS.some((method) => method === value);
}

/** What a request says about who sends it (RFC 6749 §2.3.1), before anything is verified. */
export interface PresentedClient {
  readonly clientId: string | null;
  /** Null: none was sent, or an empty one, which public clients do (better-auth #8588, LibreChat #9705). */
  readonly secret: string | null;
  readonly isBasic: boolean;
}

/** How the same credentials are put for the library, which compares the way they came with the way that was registered. */
export interface ClientCredentials {
  readonly authorization: string | null;
  readonly parameters: { readonly client_id?: string; readonly client_secret?: string };
}

/** RFC 6749 §5.2: the same words for an unknown client and a wrong secret. */
const REFUSED = 'Client authentication failed';

/**
 * Reads the credentials of a token, revocation or introspection request from its header and form.
 *
 * @param authorization the `Authorization` header; another scheme than Basic is left to the library
 * @throws OAuthError `invalid_request` for two methods at once or two client ids, `invalid_client` for a header that is no
 * Basic credential
 * Not checked: whether the client exists and the secret is right.
 */
export function parsePresentedClient(authorization: string | null, parameters: Readonly<Record<string, unknown>>): PresentedClient {
  const clientId = textOf(parameters['client_id']);
  const secret = textOf(parameters['client_secret']);
  const encoded = /^basic +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) {
    if (/^basic\b/i.test(authorization ?? '')) throw new OAuthError('invalid_client', REFUSED, 'basic_malformed');
    return { clientId, secret, isBasic: false };
  }
  if (secret !== null || parameters['client_assertion'] !== undefined) {
    throw new OAuthError('invalid_request', 'A request uses one client authentication method', 'two_client_authentications');
  }
  const basic = parseBasic(encoded);
  if (clientId !== null && clientId !== basic.clientId) {
    throw new OAuthError('invalid_request', 'client_id differs between the header and the body', 'two_client_ids');
  }
  return { ...basic, isBasic: true };
}

/**
 * Puts the presented credentials the way the client is registered, so that Basic and body interchange for a client that has a
 * secret: kernel #96 (Claude Code answers a secret with Basic), keeperhub #963, LibreChat #9705, SDK v1 after a refresh.
 *
 * @param method as registered; null for a client nobody knows
 * @throws OAuthError `invalid_client` for an unknown client and for a public one that sends a secret
 */
export function toRegisteredMethod(presented: PresentedClient, method: RegisteredMethod | null): ClientCredentials {
  const { clientId, secret } = presented;
  if (clientId === null) return { authorization: null, parameters: {} };
  if (method === null) throw new OAuthError('invalid_client', REFUSED, 'client_unknown');
  if (secret === null) return { authorization: null, parameters: { client_id: clientId } };
  switch (method) {
    case 'client_secret_basic':
      return { authorization: `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(secret)}`).toString('base64')}`, parameters: {} };
    case 'client_secret_post':
      return { authorization: null, parameters: { client_id: clientId, client_secret: secret } };
    case 'none':
    case 'private_key_jwt':
      throw new OAuthError('invalid_client', REFUSED, 'secret_of_a_client_without_one');
  }
}

/** RFC 6749 §2.3.1 wants both halves form-encoded; the TypeScript SDKs send them raw (`btoa(id:secret)`), Python encodes. */
function parseBasic(encoded: string): { readonly clientId: string; readonly secret: string | null } {
  const decoded = /^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64').toString('utf8') : '';
  // A raw URL as id (a metadata document) has a colon of its own, and never a secret behind the last one.
  const separator = decoded.startsWith('https:') ? decoded.lastIndexOf(':') : decoded.indexOf(':');
  const clientId = formDecode(decoded.slice(0, Math.max(separator, 0)));
  const secret = formDecode(decoded.slice(separator + 1));
  if (separator < 0 || clientId === null || clientId === '' || secret === null || decoded.includes('\0')) {
    throw new OAuthError('invalid_client', REFUSED, 'basic_malformed');
  }
  return { clientId, secret: secret === '' ? null : secret };
}

/** Null for a percent sign that begins no escape. The secrets we mint have no character that encoding changes. */
function formDecode(value: string): string | null {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function formEncode(value: string): string {
  return new URLSearchParams({ value }).toString().slice('value='.length);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
