/** A copy of a vendor's metadata document. */
export interface WellKnownDocument {
  readonly document: { readonly client_id: string; readonly [member: string]: unknown };
  /** Where the members come from, and when they were last compared. */
  readonly source: string;
  readonly asOf: string;
}

const CODE_AND_REFRESH = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] } as const;

/**
 * Copies that go on when a vendor's host can't be heard, which for some hosts is every cloud provider's address. Only members
 * that decide something are kept: no logos. See docs/decisions/0010 for what trust this takes.
 */
export const WELL_KNOWN_DOCUMENTS: readonly WellKnownDocument[] = [
  {
    document: {
      client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
      client_name: 'Claude',
      client_uri: 'https://claude.ai',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      token_endpoint_auth_method: 'none',
      ...CODE_AND_REFRESH,
    },
    source: 'the published document',
    asOf: '2026-09-21',
  },
  {
    document: {
      client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
      client_name: 'Claude Code',
      client_uri: 'https://claude.ai',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      token_endpoint_auth_method: 'none',
      ...CODE_AND_REFRESH,
    },
    source: 'the published document',
    asOf: '2026-09-21',
  },
  {
    document: {
      client_id: 'https://vscode.dev/oauth/client-metadata.json',
      client_name: 'Visual Studio Code',
      client_uri: 'https://vscode.dev/product',
      redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      ...CODE_AND_REFRESH,
    },
    source: 'the published document',
    asOf: '2026-09-21',
  },
  {
    document: {
      client_id: 'https://chatgpt.com/oauth/client.json',
      client_name: 'ChatGPT',
      client_uri: 'https://chatgpt.com/',
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
      ...CODE_AND_REFRESH,
    },
    source: 'the published document',
    asOf: '2026-09-21',
  },
  {
    document: {
      client_id: 'https://chatgpt.com/oauth/codex/client.json',
      client_name: 'Codex',
      client_uri: 'https://chatgpt.com/',
      redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
      token_endpoint_auth_method: 'none',
      ...CODE_AND_REFRESH,
    },
    source: 'the redirect URIs that openai/codex uses with its metadata document',
    asOf: '2026-09-21',
  },
  {
    document: {
      client_id: 'https://zed.dev/oauth/client-metadata.json',
      client_name: 'Zed',
      client_uri: 'https://zed.dev',
      redirect_uris: ['http://127.0.0.1/callback'],
      token_endpoint_auth_method: 'none',
      ...CODE_AND_REFRESH,
    },
    source: 'the redirect URI that zed-industries/zed uses with its metadata document',
    asOf: '2026-09-21',
  },
  {
    document: {
      client_id: 'https://goose-docs.ai/oauth/client-metadata.json',
      client_name: 'Goose',
      redirect_uris: ['http://127.0.0.1/oauth_callback', 'http://[::1]/oauth_callback', 'http://localhost/oauth_callback'],
      token_endpoint_auth_method: 'none',
      ...CODE_AND_REFRESH,
    },
    source: 'documentation/static/oauth/client-metadata.json of aaif-goose/goose, and the redirect URIs of its source',
    asOf: '2026-09-21',
  },
];
