import { isScope, parseScopeList } from '../scopes.ts';
import { canonicalizeResource } from './resource.ts';

/** Parameters of a token request as the library parsed the form. */
export type TokenParameters = Record<string, unknown>;

/**
 * Makes a token request of a real client one that the library understands, in place.
 *
 * `scope` on refresh: Codex (rmcp), Gemini CLI (oauth-provider.ts) and LibreChat (oauth/handler.ts) repeat the list they began with. What
 * nobody here knows is dropped beside something known, as it was when they asked; what the person did not allow is left to
 * refresh-tokens.ts, which takes it as said before and never grants it.
 *
 * @param parameters the parsed form, changed in place
 * @param resource the canonical resource identifier
 * Not checked: client authentication, code, verifier, refresh token.
 */
export function tolerateToken(parameters: TokenParameters, resource: string): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '') delete parameters[name];
  }
  if (typeof parameters['scope'] === 'string') {
    const known = parseScopeList(parameters['scope']).filter(isScope);
    if (known.length > 0) parameters['scope'] = known.join(' ');
  }
  if (parameters['resource'] === undefined) return;
  const canonical = canonicalizeResource(parameters['resource'], resource);
  if (canonical !== null) parameters['resource'] = canonical;
}
