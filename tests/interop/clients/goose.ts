import { RMCP, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACKS = ['http://127.0.0.1/oauth_callback', 'http://[::1]/oauth_callback'];
const CLIENT_ID = 'https://goose-docs.ai/oauth/client-metadata.json';

const common = {
  ...RMCP,
  headers: { 'user-agent': 'goose/1.38.0' },
  // Refreshes at every start.
  revision: '2025-03-26',
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'Goose',
    sources: ['aaif-goose/goose documentation/static/oauth/client-metadata.json', 'crates/goose/src/oauth/mod.rs, agents/mcp_client.rs'],
    identity: {
      kind: 'document',
      document: {
        ...publicClient('goose', CALLBACKS, { scope: 'openid profile email', code_challenge_methods_supported: ['S256'] }),
        client_id: CLIENT_ID,
      },
    },
    redirectUri: 'http://127.0.0.1:49152/oauth_callback',
  },
  {
    ...common,
    name: 'Goose where only IPv6 answers',
    sources: ['aaif-goose/goose crates/goose/src/oauth/mod.rs'],
    identity: { kind: 'registers', body: publicClient('goose', 'http://[::1]:49153/oauth_callback', { application_type: 'native' }) },
    redirectUri: 'http://[::1]:49154/oauth_callback',
    probes: ['POST /mcp 401', 'GET /.well-known/oauth-protected-resource 200', 'GET /.well-known/oauth-authorization-server 200'],
  },
];
