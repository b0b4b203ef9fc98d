import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'GitHub Copilot CLI',
    sources: ['github/copilot-cli #4793 (port)', 'github/copilot-cli #2717'],
    identity: {
      kind: 'document',
      document: {
        ...publicClient('GitHub Copilot CLI', 'http://127.0.0.1:33418/'),
        client_id: 'https://github.com/copilot/cli/client-metadata.json',
      },
    },
    redirectUri: 'http://127.0.0.1:56093/',
  },
];
