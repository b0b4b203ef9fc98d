import { SDK_V1, publicClient } from '../support/families.ts';
import { connectThroughSignUp, giveTokensBack, refreshFromFiveProcesses } from '../support/habits.ts';
import type { ClientProfile } from '../support/profile.ts';

const common = {
  ...SDK_V1,
  // offline_access although neither challenge nor registration names it, and `prompt` with it.
  authorize: { scope: '{scopes} offline_access', resource: '{resource}', prompt: 'consent' },
  stepUp: 'union',
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'Claude Code',
    sources: [
      'claude-code #37747 #41011 #64705 (port)',
      '#41610 (offline_access)',
      '#95270 (root metadata)',
      '#89862 (refresh without scope)',
    ],
    identity: {
      kind: 'document',
      document: {
        ...publicClient('Claude Code', ['http://localhost/callback', 'http://127.0.0.1/callback'], { client_uri: 'https://claude.ai' }),
        client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
      },
    },
    redirectUri: 'http://localhost:3118/callback',
    besides: {
      'refreshes one token from five processes at once': refreshFromFiveProcesses,
      'signs out and gives its tokens back': giveTokensBack,
      'connects somebody who makes an account on the way': connectThroughSignUp,
    },
  },
  {
    ...common,
    name: 'Claude Code that registers itself',
    sources: ['archestra #3664', 'getmunin #744 (scope beyond the registered one)', 'claude-code #52871 (slash)'],
    identity: { kind: 'registers', body: publicClient('Claude Code (resumes)', 'http://localhost:3118/callback', { scope: '{scopes}' }) },
    redirectUri: 'http://localhost:49321/callback',
    authorize: { ...common.authorize, resource: '{origin}/' },
    token: { resource: '{origin}/' },
    refresh: {},
  },
];
