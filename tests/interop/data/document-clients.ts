/** A client that names itself by a metadata document, as it is seen on the wire. */
export interface DocumentClient {
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>> & { readonly client_id: string };
  /** Where it asks for its answer at run time. */
  readonly redirectUri: string;
  /** Documents it asks for before anything else, in its order. */
  readonly probes: readonly string[];
  /** What it puts into the authorize URL beside client, redirect URI, state and PKCE. `{origin}` is the server's. */
  readonly authorize: Readonly<Record<string, string>>;
  /** What it adds to token and refresh requests. */
  readonly token: Readonly<Record<string, string>>;
  readonly refresh: Readonly<Record<string, string>>;
  readonly protocolVersion: string;
  readonly authentication: 'none' | 'private_key_jwt';
}

const CODE_AND_REFRESH = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };
const RESOURCE_METADATA = '/.well-known/oauth-protected-resource/mcp';
const SERVER_METADATA = '/.well-known/oauth-authorization-server';
const RESUME_SCOPES = 'resumes:read resumes:write resumes:publish resumes:delete';

const chatGpt: Omit<DocumentClient, 'name' | 'authentication'> = {
  document: {
    client_id: 'https://chatgpt.com/oauth/client.json',
    client_uri: 'https://chatgpt.com/',
    redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    ...CODE_AND_REFRESH,
    client_name: 'ChatGPT',
    logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
  },
  redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
  probes: [RESOURCE_METADATA, '/.well-known/oauth-protected-resource', SERVER_METADATA, '/.well-known/openid-configuration'],
  authorize: { scope: '', resource: '{origin}/mcp' },
  token: { resource: '{origin}/mcp' },
  refresh: { resource: '{origin}/mcp' },
  protocolVersion: '2025-06-18',
};

/** From the clients' sources and published documents as of September 2026. */
export const DOCUMENT_CLIENTS: readonly DocumentClient[] = [
  {
    name: 'claude.ai',
    document: {
      client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
      client_name: 'Claude',
      client_uri: 'https://claude.ai',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    probes: [RESOURCE_METADATA, SERVER_METADATA],
    authorize: { scope: ` ${RESUME_SCOPES} offline_access`, resource: '{origin}/mcp', prompt: 'consent' },
    token: { resource: '{origin}/mcp' },
    refresh: {},
    protocolVersion: '2025-11-25',
    authentication: 'none',
  },
  {
    name: 'Claude Code',
    document: {
      client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
      client_name: 'Claude Code',
      client_uri: 'https://claude.ai',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      ...CODE_AND_REFRESH,
      token_endpoint_auth_method: 'none',
    },
    redirectUri: 'http://localhost:3118/callback',
    probes: [RESOURCE_METADATA, SERVER_METADATA],
    authorize: { scope: `${RESUME_SCOPES} offline_access`, resource: '{origin}/mcp', prompt: 'consent' },
    token: { resource: '{origin}/mcp' },
    refresh: { resource: '{origin}/mcp' },
    protocolVersion: '2025-11-25',
    authentication: 'none',
  },
  { ...chatGpt, name: 'ChatGPT without credentials', authentication: 'none' },
  { ...chatGpt, name: 'ChatGPT with its key', authentication: 'private_key_jwt' },
  {
    name: 'VS Code',
    document: {
      client_id: 'https://vscode.dev/oauth/client-metadata.json',
      client_name: 'Visual Studio Code',
      logo_uri: 'https://code.visualstudio.com/assets/branding/code-stable.png',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      client_uri: 'https://vscode.dev/product',
      redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
    },
    redirectUri: 'http://127.0.0.1:51234/',
    probes: [RESOURCE_METADATA, SERVER_METADATA, '/.well-known/openid-configuration'],
    authorize: { scope: RESUME_SCOPES, resource: '{origin}/mcp' },
    token: { resource: '{origin}/mcp' },
    refresh: { resource: '{origin}/mcp' },
    protocolVersion: '2025-11-25',
    authentication: 'none',
  },
  {
    name: 'Codex',
    document: {
      client_id: 'https://chatgpt.com/oauth/codex/client.json',
      client_name: 'Codex',
      redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
      ...CODE_AND_REFRESH,
      token_endpoint_auth_method: 'none',
    },
    redirectUri: 'http://127.0.0.1:41239/callback',
    probes: [
      RESOURCE_METADATA,
      '/mcp/.well-known/oauth-protected-resource',
      '/.well-known/oauth-authorization-server/mcp',
      '/mcp/.well-known/oauth-authorization-server',
      SERVER_METADATA,
    ],
    authorize: { scope: `${RESUME_SCOPES} offline_access`, resource: '{origin}/mcp' },
    token: { resource: '{origin}/mcp' },
    refresh: { scope: `${RESUME_SCOPES} offline_access` },
    protocolVersion: '2025-06-18',
    authentication: 'none',
  },
  {
    name: 'Zed',
    document: {
      client_id: 'https://zed.dev/oauth/client-metadata.json',
      client_name: 'Zed',
      client_uri: 'https://zed.dev',
      redirect_uris: ['http://127.0.0.1/callback'],
      ...CODE_AND_REFRESH,
      token_endpoint_auth_method: 'none',
    },
    redirectUri: 'http://127.0.0.1:60123/callback',
    probes: [RESOURCE_METADATA, SERVER_METADATA],
    authorize: { scope: RESUME_SCOPES, resource: '{origin}/mcp' },
    token: { resource: '{origin}/mcp' },
    refresh: { resource: '{origin}/mcp' },
    protocolVersion: '2025-11-25',
    authentication: 'none',
  },
  {
    name: 'Goose',
    document: {
      client_id: 'https://goose-docs.ai/oauth/client-metadata.json',
      client_name: 'Goose',
      redirect_uris: ['http://127.0.0.1/oauth_callback', 'http://[::1]/oauth_callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'openid profile email',
      code_challenge_methods_supported: ['S256'],
    },
    redirectUri: 'http://127.0.0.1:49152/oauth_callback',
    probes: ['/.well-known/oauth-protected-resource', SERVER_METADATA],
    authorize: { scope: `${RESUME_SCOPES} offline_access`, resource: '{origin}/mcp' },
    token: { resource: '{origin}/mcp' },
    refresh: {},
    protocolVersion: '2025-03-26',
    authentication: 'none',
  },
];
