import { publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'https://callback.mistral.ai/v1/integrations_auth/oauth2_callback';

export const lives: readonly ClientProfile[] = [
  {
    name: 'Le Chat',
    sources: [
      'odoo-mcp-pro #22 (wants a secret, sends it by Basic)',
      'aws-samples/mistral-on-aws',
      'docs.mistral.ai/le-chat (MCP connectors)',
    ],
    identity: { kind: 'registers', body: publicClient('Le Chat', CALLBACK, { token_endpoint_auth_method: 'client_secret_basic' }) },
    redirectUri: CALLBACK,
    probes: [
      'POST /mcp 401',
      'GET /.well-known/oauth-protected-resource/mcp 200',
      'GET /.well-known/oauth-authorization-server 200',
      'GET /.well-known/openid-configuration 200',
    ],
    authorize: { scope: '{scopes}', resource: '{resource}' },
    token: { resource: '{resource}' },
    refresh: {},
    revision: '2025-11-25',
    stepUp: 'none',
  },
];
