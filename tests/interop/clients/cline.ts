import { SDK_V1, publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const common = { client_uri: 'https://cline.bot', software_id: 'cline' };
const CALLBACK = 'http://127.0.0.1:1456/mcp/oauth/callback';
const SERVER_HASH = '6f0c1f27b2e8a9d4c35e71906b8fa2dd4e95c70b13a86cf2e7d90415ab3c8e6f';
const IN_VS_CODE = `vscode://saoudrizwan.claude-dev/mcp-auth/callback/${SERVER_HASH}`;
const IN_CURSOR = IN_VS_CODE.replace('vscode:', 'cursor:');

const older = (name: string, redirectUri: string): ClientProfile => ({
  ...SDK_V1,
  name,
  sources: ['cline/cline src/services/mcp/McpOAuthManager.ts, src/utils/mcpAuth.ts', 'jarvis-registry #430 (refused scheme)'],
  identity: { kind: 'registers', body: publicClient('Cline', redirectUri, common) },
  redirectUri,
});

export const lives: readonly ClientProfile[] = [
  {
    ...SDK_V1,
    name: 'Cline',
    sources: ['cline/cline sdk/packages/core/src/extensions/mcp/oauth.ts'],
    identity: { kind: 'registers', body: publicClient('Cline', CALLBACK) },
    // Whichever of 1456 to 1461 is free.
    redirectUri: 'http://127.0.0.1:1459/mcp/oauth/callback',
  },
  older('Cline before it had a callback server', IN_VS_CODE),
  older('Cline in Cursor, likewise', IN_CURSOR),
];
