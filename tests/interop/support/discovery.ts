import { expect } from 'vitest';
import { z } from 'zod';
import type { Discovered, Life } from './life.ts';
import type { ClientProfile } from './profile.ts';
import type { WireAnswer } from './wire.ts';

/** What the strictest clients demand of RFC 9728 metadata. */
const resourceSchema = z.object({
  resource: z.url(),
  authorization_servers: z.array(z.url()).length(1),
  scopes_supported: z.array(z.string()),
});

/** What the strictest clients demand of RFC 8414 metadata: SDK v2, rmcp, Zed (S256), claude.ai (`none`), ChatGPT (`iss`). */
const serverSchema = z.object({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  registration_endpoint: z.url(),
  response_types_supported: z.tuple([z.literal('code')]),
  grant_types_supported: z.array(z.string()).refine((grants) => grants.includes('refresh_token')),
  code_challenge_methods_supported: z.tuple([z.literal('S256')]),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  scopes_supported: z.array(z.string()).refine((scopes) => scopes.includes('offline_access')),
  authorization_response_iss_parameter_supported: z.literal(true),
  client_id_metadata_document_supported: z.literal(true),
});

/**
 * Sends the client's probes in its order and reads the endpoints from what they lead to, with the checks that strict clients make.
 *
 * @throws AssertionError or ZodError when an answer is not the one the probe expects, or no client would go on with it
 */
export async function walkToEndpoints(life: Life): Promise<Discovered> {
  const { app, profile } = life;
  const found: { challenge?: Challenge; resource?: z.infer<typeof resourceSchema>; server?: z.infer<typeof serverSchema> } = {};
  for (const probe of profile.probes) {
    const [method = '', target = '', expected = ''] = probe.split(' ');
    const path = target === '{challenge}' ? (found.challenge?.resourceMetadata ?? '') : target;
    const { status, headers, body } = await sendProbe(life, method, path);
    expect(`${method} ${target} ${status}`).toBe(`${method} ${target} ${expected}`);
    if (status === 401) found.challenge = parseChallenge(headers);
    else if (method === 'GET') expect(headers.get('content-type')).toMatch(/^application\/json/);
    if (status === 200 && path.includes('oauth-protected-resource')) found.resource ??= resourceSchema.parse(body);
    if (status === 200 && /oauth-authorization-server|openid-configuration/.test(path)) found.server ??= serverSchema.parse(body);
  }
  const { challenge, resource, server } = found;
  if (resource !== undefined) expect(resource).toMatchObject({ resource: app.mcpUrl, authorization_servers: [app.origin] });
  if (server !== undefined) {
    expect(server.issuer).toBe(app.origin);
    expect(server.token_endpoint_auth_methods_supported).toContain(methodOf(profile));
  }
  return {
    resource: resource?.resource ?? app.mcpUrl,
    scopes: challenge?.scope ?? resource?.scopes_supported.join(' ') ?? '',
    supported: server?.scopes_supported.join(' ') ?? '',
    // MCP 2025-03-26, "Fallbacks for Servers without Metadata Discovery".
    endpoints: {
      authorize: server?.authorization_endpoint ?? `${app.origin}/authorize`,
      token: server?.token_endpoint ?? `${app.origin}/token`,
      register: server?.registration_endpoint ?? `${app.origin}/register`,
    },
  };
}

/** How the client means to authenticate at the token endpoint. */
export function methodOf({ identity }: ClientProfile): string {
  if (identity.kind !== 'document') return identity.body.token_endpoint_auth_method ?? 'client_secret_basic';
  return identity.isKeyed === true ? 'private_key_jwt' : 'none';
}

interface Challenge {
  readonly resourceMetadata: string;
  readonly scope: string;
}

async function sendProbe(life: Life, method: string, path: string): Promise<WireAnswer> {
  if (method !== 'POST') return life.request(method, path);
  const first = life.profile.revision === '2026-07-28' ? 'server/discover' : 'initialize';
  const { status, headers } = await life.call(first, {}, { accessToken: null, path });
  return { status, headers, body: {} };
}

/** As strictly as any client reads it: scheme first, quoted, absolute. */
function parseChallenge(headers: Headers): Challenge {
  const header = headers.get('www-authenticate') ?? '';
  expect(header).toMatch(/^Bearer .*resource_metadata="https?:\/\/[^"]+"/);
  const parameter = (name: string) => new RegExp(`[ ,]${name}="([^"]+)"`).exec(header)?.[1] ?? '';
  return { resourceMetadata: parameter('resource_metadata'), scope: parameter('scope') };
}
