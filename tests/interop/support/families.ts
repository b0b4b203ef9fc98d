import type { ClientProfile, Metadata } from './profile.ts';

/** What clients have in common that are built on the same library. Everything in it can be overridden. */
type Family = Pick<ClientProfile, 'probes' | 'authorize' | 'token' | 'refresh' | 'revision' | 'stepUp'> & Partial<ClientProfile>;

/**
 * TypeScript SDK 1.x: path-inserted documents, the root ones only for a root issuer; scopes of the challenge; a 403 makes it refresh,
 * which widens nothing (typescript-sdk src/client/auth.ts).
 */
export const SDK_V1: Family = {
  probes: ['POST /mcp 401', 'GET {challenge} 200', 'GET /.well-known/oauth-authorization-server 200'],
  discoveryRevision: '2025-11-25',
  authorize: { scope: '{scopes}', resource: '{resource}' },
  token: { resource: '{resource}' },
  refresh: { resource: '{resource}' },
  revision: '2025-11-25',
  stepUp: 'refresh',
};

/** TypeScript SDK 2.x: as 1.x, with offline_access, `prompt` and a real step-up, and the newest revision. */
export const SDK_V2: Family = {
  ...SDK_V1,
  discoveryRevision: '2026-07-28',
  authorize: { scope: '{scopes} offline_access', resource: '{resource}', prompt: 'consent' },
  revision: '2026-07-28',
  stepUp: 'union',
};

/** rmcp, the Rust SDK: an old revision in the header of discovery, `resource` on refresh too (rust-sdk src/transport/auth.rs). */
export const RMCP: Family = {
  probes: ['POST /mcp 401', 'GET {challenge} 200', 'GET /.well-known/oauth-authorization-server 200'],
  discoveryRevision: '2024-11-05',
  authorize: { scope: '{scopes} offline_access', resource: '{origin}/mcp' },
  token: { resource: '{origin}/mcp' },
  refresh: { resource: '{origin}/mcp' },
  revision: '2025-06-18',
  stepUp: 'union',
};

/** The body nearly every client registers with. */
export function publicClient(name: string, redirectUris: string | readonly string[], more: Partial<Metadata> = {}): Metadata {
  return {
    client_name: name,
    redirect_uris: [redirectUris].flat(),
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...more,
  };
}
