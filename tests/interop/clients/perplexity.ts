import { publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACKS = [
  'https://www.perplexity.ai/rest/connections/oauth_callback',
  'https://enterprise.perplexity.ai/rest/connections/oauth_callback',
];
const { token_endpoint_auth_method: _method, ...withoutMethod } = publicClient('Perplexity', CALLBACKS);

export const lives: readonly ClientProfile[] = [
  {
    name: 'Perplexity',
    sources: ['worldmonitor #8305 (redirect URIs)', 'community.perplexity.ai 5172 (wants a secret)'],
    // Without a method it is one with a secret (RFC 7591 §2).
    identity: { kind: 'registers', body: withoutMethod },
    redirectUri: CALLBACKS[0] ?? '',
    probes: ['POST /mcp 401', 'GET {challenge} 200', 'GET /.well-known/oauth-authorization-server 200'],
    authorize: { scope: '{supported}', resource: '{resource}' },
    token: { resource: '{resource}' },
    refresh: {},
    credentials: 'body',
    revision: '2025-06-18',
    stepUp: 'none',
  },
];
