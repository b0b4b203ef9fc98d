import { SDK_V1, publicClient } from '../support/families.ts';
import { refreshFromFiveProcesses, registerAnewWhenForgotten } from '../support/habits.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'https://chat.example.org/api/mcp/resumes/oauth/callback';
const LOCAL = 'http://localhost:3080/api/mcp/resumes/oauth/callback';

const common = {
  ...SDK_V1,
  sources: ['LibreChat packages/api/src/mcp/oauth/handler.ts', 'LibreChat #14583 (parallel refresh), #12610, #9705'],
  // Its flow id.
  authorize: { scope: '{scopes}', resource: '{resource}', state: '65f1c0de9a3b4c0012d4e8aa:resumes' },
  refresh: { scope: '{scopes}' },
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'LibreChat',
    identity: {
      kind: 'registers',
      body: publicClient('LibreChat MCP Client', CALLBACK, { token_endpoint_auth_method: 'client_secret_basic' }),
    },
    redirectUri: CALLBACK,
    besides: {
      'refreshes one token from five processes at once': refreshFromFiveProcesses,
      'registers anew when the server has forgotten it': registerAnewWhenForgotten,
    },
  },
  {
    ...common,
    name: 'LibreChat on this computer, which sends its secret in the body',
    identity: {
      kind: 'registers',
      body: publicClient('LibreChat MCP Client', LOCAL, { token_endpoint_auth_method: 'client_secret_basic' }),
    },
    redirectUri: LOCAL,
    credentials: 'body',
  },
];
