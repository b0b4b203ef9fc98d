import { createHash, randomBytes } from 'node:crypto';
import type { Site } from '../../support/browser.ts';

export const REDIRECT_URI = 'https://client.example/callback';

/** Parameters of a form or query: a list repeats the name, null leaves it out. */
export type Parameters = Readonly<Record<string, string | readonly string[] | null>>;

function encode(parameters: Parameters): URLSearchParams {
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) for (const each of [value ?? []].flat()) encoded.append(name, each);
  return encoded;
}

export function form(site: Site, path: string, parameters: Parameters | string, headers: Readonly<Record<string, string>> = {}): Request {
  return new Request(new URL(path, site.origin), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof parameters === 'string' ? parameters : encode(parameters).toString(),
  });
}

export function json(site: Site, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Request {
  return new Request(new URL(path, site.origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** A top-level navigation, as a browser sends it: only those are answered with a redirect. */
export function navigation(site: Site, path: string | URL, headers: Readonly<Record<string, string>> = {}): Request {
  return new Request(new URL(path, site.origin), {
    headers: {
      accept: 'text/html,*/*;q=0.8',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': 'none',
      ...headers,
    },
    redirect: 'manual',
  });
}

export const REGISTER = '/api/auth/oauth2/register';
export const AUTHORIZE = '/api/auth/oauth2/authorize';
export const CONSENT = '/api/auth/oauth2/consent';
export const TOKEN = '/api/auth/oauth2/token';
export const REVOKE = '/api/auth/oauth2/revoke';
export const INTROSPECT = '/api/auth/oauth2/introspect';

/** A public web client, each one another; `metadata` wins. */
export function registration(
  site: Site,
  metadata: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Request {
  return json(
    site,
    REGISTER,
    {
      client_name: 'Web client',
      software_version: randomBytes(8).toString('hex'),
      redirect_uris: [REDIRECT_URI, `https://client.example/${randomBytes(6).toString('hex')}`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    },
    headers,
  );
}

export interface RegisteredClient {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly token_endpoint_auth_method?: string;
  readonly redirect_uris: readonly string[];
}

export async function register(site: Site, metadata: Readonly<Record<string, unknown>> = {}): Promise<RegisteredClient> {
  const response = await site.fetch(registration(site, metadata));
  const body = await response.text();
  if (response.status !== 201) throw new Error(`registration answered ${response.status}: ${body}`);
  return JSON.parse(body) as RegisteredClient;
}

export function createVerifier(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: challengeOf(verifier) };
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** The path and query of a complete authorization request; `overrides` win, null leaves a parameter out, a list repeats it. */
export function authorizePath(site: Site, clientId: string, challenge: string, overrides: Parameters = {}): string {
  const parameters = encode({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: 'resumes:read offline_access',
    state: 'state-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    resource: `${site.origin}/mcp`,
    ...overrides,
  });
  return `${AUTHORIZE}?${parameters.toString()}`;
}
