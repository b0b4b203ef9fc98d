import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'workbuddy://workbuddy/mcp/connector%3A/oauth/callback';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'WorkBuddy',
    sources: ['TREK #2227'],
    identity: { kind: 'registers', body: publicClient('WorkBuddy Connector', CALLBACK) },
    redirectUri: CALLBACK,
  },
];
