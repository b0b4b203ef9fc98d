import { createHash, randomBytes } from 'node:crypto';
import type { Site } from '../../support/browser.ts';

/** Parameters of a form or query: a list repeats the name, null leaves it out. */
export type Parameters = Readonly<Record<string, string | readonly string[] | null>>;

export const PATHS = {
  register: '/api/auth/oauth2/register',
  authorize: '/api/auth/oauth2/authorize',
  token: '/api/auth/oauth2/token',
  revoke: '/api/auth/oauth2/revoke',
} as const;

function encode(parameters: Parameters): URLSearchParams {
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) for (const each of [value ?? []].flat()) encoded.append(name, each);
  return encoded;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Members of a JSON answer; empty for any other. */
  readonly body: Readonly<Record<string, unknown>>;
}

export async function send(site: Site, request: Request): Promise<WireAnswer> {
  const response = await site.fetch(request);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  const body: unknown = isJson ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, body: typeof body === 'object' && body !== null ? { ...body } : {} };
}

export function postForm(
  site: Site,
  path: string,
  parameters: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Promise<WireAnswer> {
  return send(
    site,
    new Request(new URL(path, site.origin), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: encode(parameters).toString(),
    }),
  );
}

export function register(site: Site, metadata: unknown, path: string = PATHS.register): Promise<WireAnswer> {
  return send(
    site,
    new Request(new URL(path, site.origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
    }),
  );
}

/** A client as its registration was answered. */
export interface RegisteredClient {
  readonly id: string;
  readonly secret: string | null;
  readonly method: string;
  readonly redirectUri: string;
}

export async function registerClient(
  site: Site,
  metadata: Readonly<Record<string, unknown>>,
  redirectUri: string,
  path: string = PATHS.register,
): Promise<RegisteredClient> {
  const { status, body } = await register(site, metadata, path);
  if (status !== 201) throw new Error(`registration answered ${status}: ${JSON.stringify(body)}`);
  const secret = body['client_secret'];
  return {
    id: String(body['client_id']),
    secret: typeof secret === 'string' ? secret : null,
    method: String(body['token_endpoint_auth_method']),
    redirectUri,
  };
}

/** How a client sends its credentials to the token endpoint, whatever it is registered for. */
export type CredentialStyle = 'registered' | 'body' | 'basic_raw' | 'basic_encoded' | 'id_only' | 'empty_secret' | 'basic_empty_secret';

export function present(
  client: RegisteredClient,
  style: CredentialStyle,
): { readonly parameters: Parameters; readonly headers: Readonly<Record<string, string>> } {
  const basic = (id: string, secret: string) => ({
    parameters: {},
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
  });
  const secret = client.secret ?? '';
  switch (style) {
    case 'registered':
      if (client.secret === null) return present(client, 'id_only');
      return present(client, client.method === 'client_secret_post' ? 'body' : 'basic_raw');
    case 'body':
      return { parameters: { client_id: client.id, client_secret: secret }, headers: {} };
    case 'basic_raw':
      return basic(client.id, secret);
    case 'basic_encoded':
      return basic(encodeURIComponent(client.id), encodeURIComponent(secret));
    case 'id_only':
      return { parameters: { client_id: client.id }, headers: {} };
    case 'empty_secret':
      return { parameters: { client_id: client.id, client_secret: '' }, headers: {} };
    case 'basic_empty_secret':
      return basic(client.id, '');
  }
}

export interface Verifier {
  readonly verifier: string;
  readonly challenge: string;
}

export function createVerifier(): Verifier {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** An authorization URL; `overrides` win. */
export function authorizeUrl(
  site: Site,
  client: RegisteredClient,
  challenge: string,
  overrides: Parameters = {},
  path: string = PATHS.authorize,
): URL {
  const url = new URL(path, site.origin);
  url.search = encode({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    state: randomBytes(16).toString('hex'),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...overrides,
  }).toString();
  return url;
}
