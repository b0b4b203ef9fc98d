import * as oauth from 'oauth4webapi';
import type { Person } from './app.ts';
import type { Page, Site } from './browser.ts';
import type { FormInput } from './html-form.ts';

const ALL_RESUME_SCOPES = 'resumes:read resumes:write resumes:publish resumes:delete';
const REDIRECT_URI = 'http://127.0.0.1:33418/callback';

/** Somebody else's OAuth client (oauth4webapi), registered with the site and ready to send a person through it. */
export interface TestOAuthClient {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly redirectUri: string;
  /** A fresh authorization request: state, PKCE S256 and the MCP resource. `overrides` win; an empty value leaves one out. */
  createRequest(overrides?: Readonly<Record<string, string>>): Promise<AuthorizationRequest>;
  refresh(refreshToken: string, parameters?: Readonly<Record<string, string>>): Promise<oauth.TokenEndpointResponse>;
  revoke(token: string): Promise<void>;
}

export interface AuthorizationRequest {
  readonly url: URL;
  readonly state: string;
  readonly codeVerifier: string;
  /** Checks the answer on the redirect URI (state and RFC 9207 `iss` included) and exchanges its code. */
  redeem(callback: URL): Promise<oauth.TokenEndpointResponse>;
}

/**
 * Discovers the site by RFC 8414 and registers by RFC 7591; with a `client_id` in the metadata it needs no registration (metadata
 * document). Every rejection is oauth4webapi's own.
 */
export async function createOAuthClient(
  site: Site,
  metadata: Partial<oauth.OmitSymbolProperties<oauth.Client>> = {},
  given: { readonly authentication?: oauth.ClientAuth; readonly redirectUri?: string } = {},
): Promise<TestOAuthClient> {
  const http = {
    // Marked deprecated only to stand out; the sites under test are on loopback, without TLS.
    // oxlint-disable-next-line typescript/no-deprecated
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url: string, init: oauth.CustomFetchOptions<string, string | URLSearchParams | undefined>) =>
      site.fetch(new Request(url, init)),
  };
  const issuer = new URL(site.origin);
  const resource = `${site.origin}/mcp`;
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...http, algorithm: 'oauth2' }));
  const registration = {
    client_name: 'Test client',
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...metadata,
  };
  const { client_id: documentUrl } = metadata;
  const client: oauth.Client =
    documentUrl === undefined
      ? await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(server, registration, http))
      : { ...registration, client_id: documentUrl };
  const authentication =
    given.authentication ?? (typeof client.client_secret === 'string' ? oauth.ClientSecretPost(client.client_secret) : oauth.None());
  const redirectUri = given.redirectUri ?? registration.redirect_uris[0] ?? REDIRECT_URI;
  return {
    server,
    client,
    redirectUri,
    async createRequest(overrides = {}) {
      const state = oauth.generateRandomState();
      const codeVerifier = oauth.generateRandomCodeVerifier();
      const url = new URL(server.authorization_endpoint ?? '');
      const parameters = {
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: redirectUri,
        scope: `${ALL_RESUME_SCOPES} offline_access`,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        resource,
        ...overrides,
      };
      for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value);
      return {
        url,
        state,
        codeVerifier,
        async redeem(callback) {
          const answer = oauth.validateAuthResponse(server, client, callback, state);
          const response = await oauth.authorizationCodeGrantRequest(server, client, authentication, answer, redirectUri, codeVerifier, {
            ...http,
            additionalParameters: { resource },
          });
          return oauth.processAuthorizationCodeResponse(server, client, response);
        },
      };
    },
    async refresh(refreshToken, parameters = { resource }) {
      const options = { ...http, additionalParameters: { ...parameters } };
      const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options);
      return oauth.processRefreshTokenResponse(server, client, response);
    },
    async revoke(token) {
      await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, authentication, token, http));
    },
  };
}

/**
 * Takes a signed-in person through the request to its end.
 *
 * @param choices what to tick and untick on the consent page, by label
 * @returns where the person was sent: the redirect URI with the answer
 * @throws Error with what the page said when it does not lead back to the client
 */
export async function consent(person: Person, request: AuthorizationRequest, choices: FormInput = {}, button = 'Allow'): Promise<URL> {
  const asked = await person.browser.open(request.url);
  const answered: Page = asked.leavesTo === null ? await asked.press(button, choices) : asked;
  if (answered.leavesTo === null) throw new Error(`no way back to the client: ${answered.status} ${answered.text()}`);
  return answered.leavesTo;
}

export interface Connected {
  readonly oauth: TestOAuthClient;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly scope: string;
}

/** Registration to tokens in one step, for tests about what comes after. @param scope defaults to everything, offline included */
export async function connect(
  site: Site,
  person: Person,
  options: { readonly scope?: string; readonly choices?: FormInput } = {},
): Promise<Connected> {
  const client = await createOAuthClient(site);
  const request = await client.createRequest(options.scope === undefined ? {} : { scope: options.scope });
  const tokens = await request.redeem(await consent(person, request, options.choices));
  return {
    oauth: client,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? '',
    scope: tokens.scope ?? request.url.searchParams.get('scope') ?? '',
  };
}
