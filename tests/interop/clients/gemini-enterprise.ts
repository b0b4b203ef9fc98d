import { publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'https://vertexaisearch.cloud.google.com/oauth-redirect';

export const lives: readonly ClientProfile[] = [
  {
    name: 'Gemini Enterprise',
    sources: ['cloud.google.com/gemini/enterprise/docs (custom MCP data stores)'],
    identity: { kind: 'by_hand', body: publicClient('Gemini Enterprise', CALLBACK, { token_endpoint_auth_method: 'client_secret_post' }) },
    redirectUri: CALLBACK,
    probes: ['POST /mcp 401'],
    authorize: { scope: 'resumes:read resumes:write resumes:publish resumes:delete offline_access', prompt: 'consent' },
    token: {},
    refresh: {},
    revision: '2025-06-18',
    stepUp: 'none',
  },
];
