import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'Claude Code in the Claude desktop app',
    sources: ['claude-code #93671', 'RevenueCat ai-toolkit #58'],
    identity: { kind: 'registers', body: publicClient('Claude Code (resumes)', 'claude://claude.ai/mcp-auth-callback/sdk') },
    redirectUri: 'claude://claude.ai/mcp-auth-callback/sdk',
    authorize: { scope: '{scopes} offline_access', resource: '{resource}', prompt: 'consent' },
    stepUp: 'union',
  },
  {
    ...SDK_V1,
    name: 'Claude Desktop, by its installer',
    sources: ['registrations logged by servers (getmunin #744, claude-code #41610)'],
    identity: { kind: 'registers', body: publicClient('Claude Desktop (resumes)', 'http://127.0.0.1:53280/callback') },
    redirectUri: 'http://127.0.0.1:53280/callback',
  },
];
