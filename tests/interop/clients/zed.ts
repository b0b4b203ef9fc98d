import { publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const common = {
  sources: ['zed-industries/zed crates/context_server/src/oauth.rs'],
  probes: ['POST /mcp 401', 'GET {challenge} 200', 'GET /.well-known/oauth-authorization-server 200'],
  authorize: { scope: '{scopes}', resource: '{resource}' },
  token: { resource: '{resource}' },
  refresh: { resource: '{resource}' },
  revision: '2025-11-25',
  stepUp: 'none',
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'Zed',
    identity: {
      kind: 'document',
      document: {
        ...publicClient('Zed', 'http://127.0.0.1/callback', { client_uri: 'https://zed.dev' }),
        client_id: 'https://zed.dev/oauth/client-metadata.json',
      },
    },
    redirectUri: 'http://127.0.0.1:60123/callback',
  },
  {
    ...common,
    name: 'Zed that registers itself',
    identity: { kind: 'registers', body: publicClient('Zed', 'http://127.0.0.1:60124/callback'), isPerFlow: true },
    redirectUri: 'http://127.0.0.1:60124/callback',
  },
];
