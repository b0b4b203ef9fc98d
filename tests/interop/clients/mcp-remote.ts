import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const common = {
  ...SDK_V1,
  identity: {
    kind: 'registers',
    body: publicClient('MCP CLI Proxy', 'http://localhost:3334/oauth/callback', {
      client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
      software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
      software_version: '0.1.38',
      scope: 'openid email profile',
    }),
  },
  probes: ['GET /mcp 401', 'GET {challenge} 200', 'GET /.well-known/oauth-authorization-server 200'],
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'mcp-remote',
    sources: ['punkpeye/mcp-remote 0.1.38 src/lib/node-oauth-client-provider.ts', 'mcp-remote #204', 'mcp-server-cloudflare #457'],
    redirectUri: 'http://localhost:3334/oauth/callback',
    authorize: { ...SDK_V1.authorize, scope: '{scopes} offline_access', state: '3f1d1a9e-7c53-4a43-9e54-0b8f6f2f1c11', prompt: 'consent' },
  },
  {
    ...common,
    name: 'mcp-remote with `--disable-resource-parameter`, port taken',
    sources: ['punkpeye/mcp-remote README'],
    redirectUri: 'http://localhost:24871/oauth/callback',
    authorize: { scope: '{scopes}' },
    token: {},
    refresh: {},
  },
];
