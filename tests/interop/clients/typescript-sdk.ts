import { SDK_V1, SDK_V2, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'http://localhost:8090/callback';
const { token_endpoint_auth_method: _method, ...withoutMethod } = publicClient('My client', CALLBACK);

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'a client on the TypeScript SDK 1 without a method',
    sources: ['typescript-sdk 1.30 src/client/auth.ts'],
    identity: { kind: 'registers', body: withoutMethod },
    redirectUri: CALLBACK,
  },
  {
    ...SDK_V2,
    name: 'a client on the TypeScript SDK 2',
    sources: ['typescript-sdk packages/client/src/client/auth.ts 3924de9'],
    identity: { kind: 'registers', body: publicClient('My client', CALLBACK, { application_type: 'native', scope: '{scopes}' }) },
    redirectUri: CALLBACK,
  },
  {
    ...SDK_V1,
    name: 'a client of 2025-03-26 that guesses the endpoints',
    sources: ['MCP 2025-03-26, "Fallbacks for Servers without Metadata Discovery"', 'vscode #261120', 'claude-ai-mcp #82'],
    identity: { kind: 'registers', body: publicClient('My client', CALLBACK) },
    redirectUri: CALLBACK,
    probes: ['POST /mcp 401'],
    authorize: {},
    token: {},
    refresh: {},
    credentials: 'empty_secret',
    revision: '2025-03-26',
    stepUp: 'none',
  },
];
