import { canonicalizeResource } from './resource.ts';

/** Parameters of a token request as the library parsed the form. */
export type TokenParameters = Record<string, unknown>;

/**
 * Makes a token request of a real client one that the library understands, in place.
 *
 * @param parameters the parsed form, changed in place
 * @param resource the canonical resource identifier
 * Not checked: client authentication, code, verifier, refresh token.
 */
export function tolerateToken(parameters: TokenParameters, resource: string): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '') delete parameters[name];
  }
  if (parameters['resource'] === undefined) return;
  const canonical = canonicalizeResource(parameters['resource'], resource);
  if (canonical !== null) parameters['resource'] = canonical;
}
