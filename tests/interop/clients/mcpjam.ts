import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'http://localhost:6274/oauth/callback';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'MCPJam',
    sources: ['MCPJam/inspector mcpjam-inspector/client/src/lib/oauth/mcp-oauth.ts, sdk/src/oauth/state-machines'],
    identity: { kind: 'registers', body: publicClient('MCPJam - resumes', CALLBACK) },
    redirectUri: CALLBACK,
    pageOrigin: 'http://localhost:6274',
    probes: [
      'POST /mcp 401',
      'GET {challenge} 200',
      'GET /.well-known/oauth-authorization-server 200',
      'GET /.well-known/openid-configuration 200',
    ],
    stepUp: 'none',
  },
];
