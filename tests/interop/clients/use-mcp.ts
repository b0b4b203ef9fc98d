import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const ORIGIN = 'http://localhost:5173';

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'a page with use-mcp, under development',
    sources: ['modelcontextprotocol/use-mcp src/auth/browser-provider.ts', 'mcp-use/mcp-use libraries/typescript (the same provider)'],
    // Its page is its website.
    identity: { kind: 'registers', body: publicClient('MCP Browser Client', `${ORIGIN}/oauth/callback`, { client_uri: ORIGIN }) },
    redirectUri: `${ORIGIN}/oauth/callback`,
    pageOrigin: ORIGIN,
  },
];
