import { OFFLINE_ACCESS, isScope, parseScopeList } from '../scopes.ts';
import { canonicalizeResource } from './resource.ts';

/** Parameters of an authorization request as the library parsed them: repeated ones are arrays. */
export type AuthorizeParameters = Record<string, unknown>;

/**
 * Makes an authorization request of a real client one that the library understands, in place. Nothing is widened: what is
 * dropped would have been refused, what is added is asked of the person on the consent page.
 *
 * @param parameters the parsed query or form, changed in place
 * @param resource the canonical resource identifier
 * Not checked: client, redirect URI, PKCE, prompt; the library does.
 */
export function tolerateAuthorize(parameters: AuthorizeParameters, resource: string): void {
  for (const [name, value] of Object.entries(parameters)) {
    // An empty parameter means an absent one (RFC 6749 §3.1); ChatGPT sends `scope=`.
    if (value === '' && name !== 'state') delete parameters[name];
  }
  const canonical = canonicalizeResource(parameters['resource'], resource);
  if (canonical !== null) parameters['resource'] = canonical;
  if (typeof parameters['scope'] === 'string') {
    const supported = parseScopeList(parameters['scope']).filter(isScope);
    // Claude has asked for ` offline_access` alone, which by itself is a connection that may do nothing: it means no scope in particular.
    if (supported.every((scope) => scope === OFFLINE_ACCESS) && supported.length > 0) delete parameters['scope'];
    // mcp-remote falls back to scopes of its own, Claude has sent `claudeai`: keep what we know while anything is left.
    else if (supported.length > 0) {
      const withRefresh = supported.includes(OFFLINE_ACCESS) ? supported : [...supported, OFFLINE_ACCESS];
      parameters['scope'] = withRefresh.join(' ');
    }
  }
}
