import type { Service } from '../service.ts';
import { createScopeRegistry, RESUME_SCOPE_REGISTRY, type ScopeRegistry } from './scopes.ts';

/** Every name the server has for itself. Built once from configuration, never from a request. */
export interface Identifiers {
  /** RFC 8414 issuer: the public address, no trailing slash. */
  readonly issuer: string;
  /** Scheme, host and port of the issuer, as browsers name it in `Origin`. */
  readonly origin: string;
  /** The path of the issuer: `''`, or `/vitae` where the server stands below one. Our own paths never have it; what leaves does. */
  readonly base: string;
  /** What our cookies' names begin with. `__Host-` binds them to this host and to https, but takes no path. */
  readonly cookiePrefix: string;
  /** RFC 8707 resource identifier of the MCP endpoint and the only `aud` the resource server accepts. */
  readonly resource: string;
  /** RFC 9728 document that challenges point to: below the base, which every proxy passes on that passes anything. */
  readonly resourceMetadataUrl: string;
  readonly authBasePath: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly registrationEndpoint: string;
  readonly revocationEndpoint: string;
  readonly userInfoEndpoint: string;
  readonly jwksUri: string;
  /** Of the MCP endpoint; what people read it is called. */
  readonly resourceName: string;
  /** Where people read how to connect. */
  readonly documentationUrl: string;
  readonly scopes: ScopeRegistry;
}

export const AUTH_BASE_PATH = '/api/auth';
const MCP_PATH = '/mcp';

/**
 * @param appUrl the public address from {@link Env}, e.g. `https://vitae.example` or `https://example.org/vitae`
 * @param service in the place of resumes
 * @throws TypeError for a service whose scopes can't be called so
 */
export function buildIdentifiers(appUrl: string, service?: Pick<Service, 'title' | 'scopes'>): Identifiers {
  const { origin, pathname, protocol } = new URL(appUrl);
  const base = pathname === '/' ? '' : pathname;
  const endpoint = (name: string) => `${appUrl}${AUTH_BASE_PATH}/${name}`;
  return Object.freeze({
    issuer: appUrl,
    origin,
    base,
    cookiePrefix: protocol !== 'https:' ? 'vitae' : base === '' ? '__Host-vitae' : '__Secure-vitae',
    resource: `${appUrl}${MCP_PATH}`,
    resourceMetadataUrl: `${appUrl}/.well-known/oauth-protected-resource${MCP_PATH}`,
    authBasePath: AUTH_BASE_PATH,
    authorizationEndpoint: endpoint('oauth2/authorize'),
    tokenEndpoint: endpoint('oauth2/token'),
    registrationEndpoint: endpoint('oauth2/register'),
    revocationEndpoint: endpoint('oauth2/revoke'),
    userInfoEndpoint: endpoint('oauth2/userinfo'),
    jwksUri: endpoint('jwks'),
    resourceName: service?.title ?? 'Vitae resumes',
    documentationUrl: service === undefined ? `${appUrl}/connect` : `${appUrl}/`,
    scopes: service === undefined ? RESUME_SCOPE_REGISTRY : createScopeRegistry(Object.keys(service.scopes)),
  });
}
