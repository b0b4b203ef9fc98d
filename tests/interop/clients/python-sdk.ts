import { SDK_V1, SDK_V2, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'http://localhost:3030/callback';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'a client on the Python SDK 1',
    sources: ['modelcontextprotocol/python-sdk src/mcp/shared/auth.py (client_secret_post), src/mcp/client/auth'],
    identity: {
      kind: 'registers',
      body: publicClient('My client', CALLBACK, { token_endpoint_auth_method: 'client_secret_post', scope: 'user' }),
    },
    redirectUri: CALLBACK,
    // A 403 makes it ask again.
    stepUp: 'union',
  },
  {
    ...SDK_V1,
    name: 'a client on the Python SDK 1, the address typed with a slash',
    sources: ['modelcontextprotocol/python-sdk src/mcp/client/auth (keeps the slash in paths)', 'vscode #255255'],
    identity: { kind: 'registers', body: publicClient('My client', CALLBACK, { token_endpoint_auth_method: 'client_secret_post' }) },
    redirectUri: CALLBACK,
    mcpPath: '/mcp/',
    probes: [
      'POST /mcp/ 401',
      'GET /.well-known/oauth-protected-resource/mcp/ 200',
      'GET /.well-known/oauth-authorization-server/mcp/ 200',
      'GET /mcp/.well-known/openid-configuration 200',
      'GET /.well-known/oauth-authorization-server 200',
    ],
    authorize: { scope: '{scopes}', resource: '{origin}/mcp/' },
    token: { resource: '{origin}/mcp/' },
    refresh: { resource: '{origin}/mcp/' },
    stepUp: 'union',
  },
  {
    ...SDK_V2,
    name: 'a client on the Python SDK 2',
    sources: ['modelcontextprotocol/python-sdk v2 src/mcp/client/auth (percent-encoded Basic, exact issuer)'],
    identity: {
      kind: 'registers',
      body: publicClient('My client', CALLBACK, { token_endpoint_auth_method: 'client_secret_basic', application_type: 'native' }),
    },
    redirectUri: CALLBACK,
    credentials: 'basic_encoded',
  },
];
