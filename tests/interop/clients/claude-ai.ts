import { connectThroughSignIn, connectThroughSignUp, registerAnewWhenForgotten } from '../support/habits.ts';
import type { ClientProfile } from '../support/profile.ts';

const REDIRECT_URI = 'https://claude.ai/api/mcp/auth_callback';

const common = {
  redirectUri: REDIRECT_URI,
  headers: { 'user-agent': 'python-httpx/0.28.1' },
  mcpHeaders: { 'user-agent': 'Claude-User' },
  discoveryRevision: '2025-11-25',
  token: { resource: '{resource}' },
  refresh: {},
  revision: '2025-11-25',
  stepUp: 'union',
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'claude.ai, Claude Desktop and mobile',
    sources: ['claude.com/docs/connectors/building/authentication', 'claude-ai-mcp #433 (`none` must be listed)', 'claude-ai-mcp #96'],
    identity: {
      kind: 'document',
      document: {
        client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
        client_name: 'Claude',
        client_uri: 'https://claude.ai',
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      },
    },
    probes: ['POST /mcp 401', 'GET {challenge} 200', 'GET /.well-known/oauth-authorization-server 200'],
    // The space in front is as it was logged.
    authorize: { scope: ' {scopes} offline_access', resource: '{resource}', prompt: 'consent' },
    besides: {
      'connects a person whose session is over, at the second password': connectThroughSignIn,
      'connects somebody who makes an account on the way': connectThroughSignUp,
    },
  },
  {
    ...common,
    name: 'claude.ai before it had a document',
    sources: ['better-auth #8588', 'PostHog #48397', 'claude-ai-mcp #667', 'keeperhub #963', 'videoq #774 (root document)'],
    identity: {
      kind: 'registers',
      body: {
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        client_name: 'Claude',
        scope: 'offline_access resumes:read',
      },
    },
    probes: [
      'POST /mcp 401',
      'GET /.well-known/oauth-protected-resource/mcp 200',
      'GET /.well-known/oauth-protected-resource 200',
      'GET /.well-known/oauth-authorization-server 200',
    ],
    authorize: { scope: '{scopes} offline_access', resource: '{resource}', prompt: 'consent' },
    besides: { 'registers anew when the server has forgotten it': registerAnewWhenForgotten },
  },
  {
    ...common,
    name: 'claude.ai with pasted credentials',
    sources: ['claude-ai-mcp #667 (client_secret_post whatever is listed)', 'claude.com/docs/connectors/building/authentication'],
    identity: {
      kind: 'by_hand',
      body: {
        client_name: 'Claude',
        redirect_uris: [REDIRECT_URI, 'https://claude.com/api/mcp/auth_callback'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    },
    probes: ['POST /mcp 401', 'GET {challenge} 200', 'GET /.well-known/oauth-authorization-server 200'],
    redirectUri: 'https://claude.com/api/mcp/auth_callback',
    authorize: { scope: '{scopes} offline_access', resource: '{resource}', prompt: 'consent' },
    credentials: 'body',
  },
];
