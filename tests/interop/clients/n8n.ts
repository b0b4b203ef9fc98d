import { publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'https://n8n.example.org/rest/oauth2-credential/callback';

const common = {
  sources: ['n8n-io/n8n packages/cli/src/oauth/oauth.service.ts, packages/@n8n/client-oauth2', 'n8n #21791 (callback of n8n cloud)'],
  redirectUri: CALLBACK,
  // A credential is made before anything is called.
  probes: ['GET /.well-known/oauth-protected-resource/mcp 200', 'GET /.well-known/oauth-authorization-server 200'],
  authorize: { scope: '{scopes}', resource: '{resource}' },
  token: { resource: '{resource}' },
  refresh: { resource: '{resource}' },
  revision: '2025-11-25',
  stepUp: 'none',
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'n8n',
    identity: {
      kind: 'registers',
      body: publicClient('n8n', CALLBACK, { client_uri: 'https://n8n.io/', scope: '{scopes}' }),
      isPerFlow: true,
    },
  },
  {
    ...common,
    name: 'n8n with pasted credentials',
    identity: { kind: 'by_hand', body: publicClient('n8n', CALLBACK, { token_endpoint_auth_method: 'client_secret_basic' }) },
    authorize: { scope: 'resumes:read resumes:write resumes:publish resumes:delete' },
    token: {},
    refresh: {},
  },
];
