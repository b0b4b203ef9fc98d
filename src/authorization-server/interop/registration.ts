import { isScope, parseScopeList } from '../scopes.ts';

/** Client metadata of RFC 7591 §2 as parsed from JSON; nothing in it is checked yet. */
export type RegistrationBody = Record<string, unknown>;

const SUPPORTED_GRANTS: readonly string[] = ['authorization_code', 'refresh_token'];

/**
 * Makes the registration of a real client one that the library understands, in place. What is dropped would have been
 * refused; the answer states what is enforced.
 *
 * @param body the parsed request, changed in place
 * Not checked: redirect URIs (redirect-policy.ts), types of the members the library validates itself.
 */
export function tolerateRegistration(body: RegistrationBody): void {
  for (const [name, value] of Object.entries(body)) {
    // Clients send null and "" for "not set"; the library refuses both.
    if (value === null || value === '') delete body[name];
  }
  if (body['application_type'] === undefined && isNativeRegistration(body['redirect_uris'])) body['application_type'] = 'native';
  if (typeof body['scope'] === 'string') {
    const supported = parseScopeList(body['scope']).filter(isScope);
    if (supported.length > 0) body['scope'] = supported.join(' ');
    else delete body['scope'];
  }
  keepSupported(body, 'grant_types', SUPPORTED_GRANTS);
  keepSupported(body, 'response_types', ['code']);
}

/** SDK v1 clients, mcp-remote, Gemini CLI and Claude Code leave `application_type` out and register loopback redirects. */
function isNativeRegistration(redirectUris: unknown): boolean {
  return (
    Array.isArray(redirectUris) &&
    redirectUris.some((uri) => typeof uri === 'string' && (/^http:\/\//i.test(uri) || !/^https?:/i.test(uri)))
  );
}

/** VS Code adds the device grant, claude.ai jwt-bearer: drop what is unknown beside something known. */
function keepSupported(body: RegistrationBody, member: string, supported: readonly string[]): void {
  const values = body[member];
  if (!Array.isArray(values)) return;
  const kept = values.filter((value): value is string => typeof value === 'string' && supported.includes(value));
  if (kept.length > 0) body[member] = [...new Set(kept)];
}
