import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'Roo Code',
    sources: ['RooCodeInc/Roo-Code src/services/mcp/McpOAuthClientProvider.ts'],
    // It calls itself what the person called the server, and registers before it calls.
    identity: { kind: 'registers', body: publicClient('resumes', 'http://localhost:53682/callback') },
    // The id is kept, the port is not.
    redirectUri: 'http://localhost:60871/callback',
    probes: [
      'GET /.well-known/oauth-protected-resource/mcp 200',
      'GET /.well-known/oauth-authorization-server 200',
      'POST /mcp 401',
      'GET {challenge} 200',
    ],
    authorize: { ...SDK_V1.authorize, state: '9f86d081884c7d65' },
    token: {},
    refresh: {},
  },
];
