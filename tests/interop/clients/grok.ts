import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACKS = ['https://grok.com/connectors-oauth-exchange-code/', 'https://console.x.ai/connectors-oauth-exchange-code/'];
const redirectUri = CALLBACKS[0] ?? '';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'Grok',
    sources: ['grok.com/oauth/mcp-client.json, as in worldmonitor #8305'],
    identity: {
      kind: 'document',
      document: { ...publicClient('Grok', CALLBACKS), client_id: 'https://grok.com/oauth/mcp-client.json' },
    },
    redirectUri,
    revision: '2025-06-18',
    stepUp: 'none',
  },
  {
    ...SDK_V1,
    name: 'Grok that registers itself',
    sources: ['unraid #390', 'worldmonitor #8307 (slash at the end)'],
    identity: { kind: 'registers', body: publicClient('Grok', redirectUri) },
    redirectUri,
    revision: '2025-06-18',
    stepUp: 'none',
  },
];
