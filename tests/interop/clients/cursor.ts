import { connectThroughSignIn } from '../support/habits.ts';
import type { ClientProfile } from '../support/profile.ts';

const cursor = (name: string, redirectUri: string): ClientProfile => ({
  name,
  sources: ['cursor.com/docs/context/mcp', 'acfw #111', 'plane #159', 'TanStack #652', 'openwork #3059'],
  identity: {
    kind: 'registers',
    // All of them in one body: if one is refused, nobody signs in.
    body: {
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
  },
  redirectUri,
  probes: [
    'POST /mcp 401',
    'GET /.well-known/oauth-protected-resource/mcp 200',
    'GET /.well-known/oauth-protected-resource 200',
    'GET /.well-known/oauth-authorization-server 200',
  ],
  authorize: { scope: '{supported}', resource: '{resource}' },
  token: { resource: '{resource}' },
  refresh: { resource: '{resource}' },
  revision: '2025-11-25',
  stepUp: 'refresh',
  besides: { 'connects a person whose session is over, at the second password': connectThroughSignIn },
});

export const lives: readonly ClientProfile[] = [
  cursor('Cursor', 'http://localhost:8787/callback'),
  cursor('Cursor up to 3.10', 'cursor://anysphere.cursor-mcp/oauth/callback'),
  cursor('Cursor agents on the web', 'https://www.cursor.com/agents/mcp/oauth/callback'),
];
