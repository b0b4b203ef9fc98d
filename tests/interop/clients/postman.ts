import { publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'https://oauth.pstmn.io/v1/callback';

export const lives: readonly ClientProfile[] = [
  {
    name: 'Postman',
    sources: ['learning.postman.com/docs/sending-requests/authorization/oauth-20 (callback, Basic by default)'],
    identity: { kind: 'by_hand', body: publicClient('Postman', CALLBACK, { token_endpoint_auth_method: 'client_secret_post' }) },
    redirectUri: CALLBACK,
    probes: ['POST /mcp 401'],
    authorize: { scope: 'resumes:read resumes:write resumes:publish resumes:delete' },
    token: {},
    refresh: {},
    credentials: 'basic_raw',
    revision: '2025-06-18',
    stepUp: 'none',
  },
];
