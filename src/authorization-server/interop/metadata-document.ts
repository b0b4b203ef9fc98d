import { GRANT_TYPES } from '../grant-types.ts';
import { parseScopeList, type ScopeRegistry } from '../scopes.ts';

/**
 * Makes the metadata document of a real client one that the library understands. Nothing is widened: what is dropped is not
 * supported here and is neither stored nor enforced, and what a document must not hold is left for the library to refuse.
 *
 * - `scope`: what we don't know is dropped; a client's capabilities are the server's to state.
 * - `grant_types`, `response_types`: claude.ai lists jwt-bearer, VS Code the device grant; what is unknown beside something known goes.
 * - `token_endpoint_auth_methods_supported`: ChatGPT prefers `private_key_jwt` and offers `none`. The one method the library
 *   stores becomes `none` and the keys stay, so that {@link negotiateAuthMethod} can hold each request to what it came with.
 * - `null` and `""` mean "not set".
 *
 * @param text the document as fetched
 * @returns the document to judge; the same text when it is not a JSON object
 */
export function tolerateMetadataDocument(text: string, { supported }: ScopeRegistry): string {
  const document = parseObject(text);
  if (document === null) return text;
  for (const [name, value] of Object.entries(document)) {
    if (value === null || value === '') delete document[name];
  }
  if (typeof document['scope'] === 'string') {
    const known = parseScopeList(document['scope']).filter((scope) => supported.includes(scope));
    if (known.length > 0) document['scope'] = known.join(' ');
    else delete document['scope'];
  }
  keepSupported(document, 'grant_types', GRANT_TYPES);
  keepSupported(document, 'response_types', ['code']);
  const offered = document['token_endpoint_auth_methods_supported'];
  if (document['token_endpoint_auth_method'] === 'private_key_jwt' && Array.isArray(offered) && offered.includes('none')) {
    document['token_endpoint_auth_method'] = 'none';
  }
  return JSON.stringify(document);
}

/** The members of a stored client that say how it authenticates. */
export interface NegotiableClient {
  readonly tokenEndpointAuthMethod?: string | null;
  readonly jwks?: string | null;
  readonly jwksUri?: string | null;
}

/**
 * How a client by metadata document authenticates in one request. A client that may come without credentials but publishes
 * keys is held to them whenever it presents an assertion: the stronger of the two, never the weaker.
 *
 * @param body the parsed form of the request
 */
export function negotiateAuthMethod(client: NegotiableClient, body: unknown): 'none' | 'private_key_jwt' {
  if (client.tokenEndpointAuthMethod === 'private_key_jwt') return 'private_key_jwt';
  const hasKeys = (client.jwks ?? null) !== null || (client.jwksUri ?? null) !== null;
  const presentsAssertion =
    typeof body === 'object' && body !== null && 'client_assertion' in body && typeof body.client_assertion === 'string';
  return hasKeys && presentsAssertion ? 'private_key_jwt' : 'none';
}

function keepSupported(document: Record<string, unknown>, member: string, supported: readonly string[]): void {
  const values = document[member];
  if (!Array.isArray(values)) return;
  const kept = values.filter((value): value is string => typeof value === 'string' && supported.includes(value));
  if (kept.length > 0) document[member] = [...new Set(kept)];
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
