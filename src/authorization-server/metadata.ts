import { LANGUAGES } from '../language.ts';
import type { Identifiers } from './identifiers.ts';

/** Discovery documents as bytes, built once: requests for them never reach the database. */
export interface MetadataDocuments {
  /** RFC 8414 and OpenID Connect Discovery: one document serves both. */
  readonly authorizationServer: string;
  /** RFC 9728. */
  readonly protectedResource: string;
}

/** Endpoints and features the library lists that this server has switched off. */
const WITHDRAWN: readonly string[] = [
  'end_session_endpoint',
  'backchannel_logout_supported',
  'backchannel_logout_session_supported',
  'dpop_signing_alg_values_supported',
];

/**
 * Builds the discovery documents from what the library says of itself, so that they follow its options.
 *
 * @param library the library's own OpenID configuration
 * @throws TypeError when the library states another issuer than configured: every client would refuse us
 */
export function buildMetadata(identifiers: Identifiers, library: Readonly<Record<string, unknown>>): MetadataDocuments {
  if (library['issuer'] !== identifiers.issuer) throw new TypeError(`the library's issuer is ${String(library['issuer'])}`);
  const kept = Object.entries(library).filter(([name, value]) => value !== undefined && !WITHDRAWN.includes(name));
  return {
    authorizationServer: JSON.stringify({
      ...Object.fromEntries(kept),
      scopes_supported: identifiers.scopes.supported,
      // Public clients revoke their own tokens too (RFC 7009 §2.1); the library lists only methods with a secret.
      revocation_endpoint_auth_methods_supported: library['token_endpoint_auth_methods_supported'],
      // OpenID Connect Discovery §3: what `ui_locales` may ask for.
      ui_locales_supported: LANGUAGES,
      service_documentation: identifiers.documentationUrl,
    }),
    protectedResource: JSON.stringify({
      resource: identifiers.resource,
      authorization_servers: [identifiers.issuer],
      scopes_supported: identifiers.scopes.own,
      bearer_methods_supported: ['header'],
      resource_name: identifiers.resourceName,
      resource_documentation: identifiers.documentationUrl,
    }),
  };
}
