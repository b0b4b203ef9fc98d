import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'Amp',
    sources: ['ampcode.com/manual (MCP OAuth)'],
    identity: { kind: 'registers', body: publicClient('Amp', 'http://localhost:41592/oauth/callback') },
    redirectUri: 'http://localhost:41592/oauth/callback',
  },
];
