import { SDK_V1, SDK_V2, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CLIENT_URI = 'https://github.com/modelcontextprotocol/inspector';
const CALLBACK = 'http://localhost:6274/oauth/callback';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'MCP Inspector 1, in its page',
    sources: ['inspector client/src/lib/auth.ts', 'inspector #675 #758 #852 #930 (CORS)', 'Infisical #5192', 'sentry-mcp #509'],
    identity: {
      kind: 'registers',
      body: publicClient('MCP Inspector', [CALLBACK, `${CALLBACK}/debug`], { client_uri: CLIENT_URI, scope: '' }),
    },
    redirectUri: CALLBACK,
    pageOrigin: 'http://localhost:6274',
    probes: [
      'POST /mcp 401',
      'GET /.well-known/oauth-protected-resource/mcp 200',
      'GET /.well-known/oauth-authorization-server 200',
      'GET /.well-known/openid-configuration 200',
    ],
    authorize: { scope: '{scopes} offline_access', resource: '{resource}', prompt: 'consent' },
  },
  {
    ...SDK_V2,
    name: 'MCP Inspector 2, through its own backend',
    sources: ['inspector v2 (createRemoteFetch)', 'typescript-sdk packages/client/src/client/auth.ts 3924de9'],
    identity: {
      kind: 'registers',
      body: publicClient('MCP Inspector', CALLBACK, { client_uri: CLIENT_URI, scope: '', application_type: 'native' }),
    },
    redirectUri: CALLBACK,
    // 64 hexadecimal digits.
    authorize: { ...SDK_V2.authorize, state: 'f0e1d2c3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f' },
  },
  {
    ...SDK_V2,
    name: 'MCP Inspector 2, in a terminal',
    sources: ['inspector v2 (TUI and CLI)'],
    identity: {
      kind: 'registers',
      body: publicClient('MCP Inspector', 'http://127.0.0.1:6276/oauth/callback', { application_type: 'native' }),
    },
    redirectUri: 'http://127.0.0.1:6276/oauth/callback',
  },
];
