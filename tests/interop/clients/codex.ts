import { expect } from 'vitest';
import { RMCP, publicClient } from '../support/families.ts';
import { refreshFromFiveProcesses } from '../support/habits.ts';
import type { ClientProfile } from '../support/profile.ts';

const headers = { 'user-agent': 'codex-mcp-client/0.131.0' };

export const lives: readonly ClientProfile[] = [
  {
    ...RMCP,
    name: 'Codex',
    sources: [
      'openai/codex codex-rs/rmcp-client/src/perform_oauth_login.rs',
      'codex #46028 (one token, several processes)',
      'codex #31658',
    ],
    identity: {
      kind: 'document',
      document: {
        ...publicClient('Codex', ['http://127.0.0.1/callback', 'http://localhost/callback']),
        client_id: 'https://chatgpt.com/oauth/codex/client.json',
      },
    },
    redirectUri: 'http://127.0.0.1:41239/callback',
    headers,
    probes: ['GET /mcp 401', 'GET {challenge} 200', 'GET /.well-known/oauth-authorization-server 200'],
    refresh: { ...RMCP.refresh, scope: '{scopes} offline_access' },
    besides: { 'refreshes one token from five processes at once': refreshFromFiveProcesses },
  },
  {
    ...RMCP,
    name: 'Codex that registers itself',
    sources: ['codex #30460 (callback id)', 'codex #33403 (refresh without resource)', 'codex #35716 (slash)', 'openwork #2641'],
    identity: {
      kind: 'registers',
      body: publicClient('Codex', 'http://127.0.0.1:49152/callback/AbCdEf123456', { application_type: 'native' }),
    },
    redirectUri: 'http://127.0.0.1:50123/callback/AbCdEf123456',
    headers,
    probes: [
      'GET /mcp 401',
      'GET {challenge} 200',
      'GET /mcp/.well-known/oauth-protected-resource 200',
      'GET /.well-known/oauth-authorization-server/mcp 200',
      'GET /mcp/.well-known/oauth-authorization-server 200',
      'GET /.well-known/oauth-authorization-server 200',
    ],
    authorize: { ...RMCP.authorize, resource: '{origin}/mcp/' },
    refresh: { scope: '{scopes} offline_access' },
    besides: {
      'asks with a configured `oauth_resource` beside its own': async (life) => {
        await life.connect({ resource: [life.app.mcpUrl, life.app.mcpUrl] });
        expect((await life.call('tools/list')).status).toBe(200);
      },
    },
  },
];
