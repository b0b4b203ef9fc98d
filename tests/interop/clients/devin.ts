import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'https://api.devin.ai/mcp/oauth/callback';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'Devin',
    sources: ['docs.devin.ai, as in worldmonitor #8305'],
    identity: { kind: 'registers', body: publicClient('Devin', CALLBACK) },
    redirectUri: CALLBACK,
  },
];
