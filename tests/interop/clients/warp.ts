import { RMCP, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

export const lives: readonly ClientProfile[] = [
  {
    ...RMCP,
    name: 'Warp',
    sources: ['warp #9088 (redirect URI)', 'warpdotdev/docs #422 (no `resource`)', 'warp #8019 (no protected-resource metadata)'],
    identity: { kind: 'registers', body: publicClient('Warp', 'warp://mcp/oauth2callback') },
    redirectUri: 'warp://mcp/oauth2callback',
    probes: ['POST /mcp 401', 'GET /.well-known/oauth-authorization-server/mcp 200'],
    authorize: { scope: '{supported}' },
    token: {},
    refresh: {},
    stepUp: 'none',
  },
];
