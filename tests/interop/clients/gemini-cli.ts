import { publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const common = {
  probes: [
    'HEAD /mcp 401',
    'GET {challenge} 200',
    'GET /.well-known/oauth-authorization-server 200',
    'GET /.well-known/openid-configuration 200',
  ],
  // Every scope there is.
  authorize: { scope: '{supported}', resource: '{origin}/mcp' },
  token: { resource: '{origin}/mcp' },
  refresh: { scope: '{supported}', resource: '{origin}/mcp' },
  revision: '2025-06-18',
  stepUp: 'none',
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'Gemini CLI',
    sources: ['google-gemini/gemini-cli packages/core/src/mcp/oauth-provider.ts, oauth-utils.ts'],
    identity: {
      kind: 'registers',
      body: publicClient('Gemini CLI MCP Client', 'http://localhost:7777/oauth/callback', { scope: '{supported}' }),
      isPerFlow: true,
    },
    redirectUri: 'http://localhost:7777/oauth/callback',
  },
  {
    ...common,
    name: 'Antigravity',
    sources: ['antigravity.google/docs/mcp', 'worldmonitor #8305'],
    identity: {
      kind: 'registers',
      body: publicClient('Antigravity', 'https://antigravity.google/oauth-callback', { scope: '' }),
      isPerFlow: true,
    },
    redirectUri: 'https://antigravity.google/oauth-callback',
  },
];
