import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'http://127.0.0.1:19876/mcp/oauth/callback';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'OpenCode',
    sources: ['sst/opencode packages/opencode/src/mcp/oauth-provider.ts', 'opencode #50510 (its document names another path)'],
    identity: { kind: 'registers', body: publicClient('OpenCode', CALLBACK, { client_uri: 'https://opencode.ai' }) },
    redirectUri: CALLBACK,
  },
];
