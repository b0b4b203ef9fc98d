/** Every name the server has for itself. Built once from configuration, never from a request. */
export interface Identifiers {
  /** RFC 8414 issuer: the bare origin, no trailing slash. */
  readonly issuer: string;
  /** RFC 8707 resource identifier of the MCP endpoint and the only `aud` the resource server accepts. */
  readonly resource: string;
  /** RFC 9728 document that challenges point to. */
  readonly resourceMetadataUrl: string;
  readonly authBasePath: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly registrationEndpoint: string;
  readonly revocationEndpoint: string;
  readonly userInfoEndpoint: string;
  readonly jwksUri: string;
}

export const AUTH_BASE_PATH = '/api/auth';
const MCP_PATH = '/mcp';

/** @param appUrl the public origin from {@link Env}, e.g. `https://vitae.example` */
export function buildIdentifiers(appUrl: string): Identifiers {
  const endpoint = (name: string) => `${appUrl}${AUTH_BASE_PATH}/${name}`;
  return Object.freeze({
    issuer: appUrl,
    resource: `${appUrl}${MCP_PATH}`,
    resourceMetadataUrl: `${appUrl}/.well-known/oauth-protected-resource${MCP_PATH}`,
    authBasePath: AUTH_BASE_PATH,
    authorizationEndpoint: endpoint('oauth2/authorize'),
    tokenEndpoint: endpoint('oauth2/token'),
    registrationEndpoint: endpoint('oauth2/register'),
    revocationEndpoint: endpoint('oauth2/revoke'),
    userInfoEndpoint: endpoint('oauth2/userinfo'),
    jwksUri: endpoint('jwks'),
  });
}
