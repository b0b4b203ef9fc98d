import type { RegisteredMethod } from './client-authentication.ts';

/** A service that does not register by itself: whoever sets it up pastes a client id and a secret into its settings. */
export interface KnownService {
  readonly name: string;
  /** What its redirect URIs, fields and ways are known from. */
  readonly seen: string;
  /** How it sends its secret when nobody changes its settings; the token endpoint takes the other way too. */
  readonly tokenEndpointAuthMethod: RegisteredMethod;
  /** Where it asks for its answers. `{origin}`: where its own installation is, which only the person knows. */
  readonly redirectUris: readonly string[];
  /** How redirect URIs begin that it makes up when it is set up; null: it makes none up. */
  readonly madeUpBelow: string | null;
  /** Where in it the fields are. */
  readonly where: string;
  /** Its own names of the fields, with what goes into each. */
  readonly fields: Readonly<Record<string, FieldValue | { readonly literally: string }>>;
  /** What else has to be known, a sentence each. */
  readonly notes: readonly string[];
}

/** What of a registration, or of this server, goes into a field. */
export type FieldValue = 'clientId' | 'clientSecret' | 'server' | 'authorizationUrl' | 'tokenUrl' | 'scopes';

export const SERVICE_KEYS = ['m365-copilot', 'copilot-studio', 'n8n', 'claude', 'gemini-enterprise'] as const;
export type ServiceKey = (typeof SERVICE_KEYS)[number];

const PKCE = 'It has to use PKCE (S256): what asks without is refused, with or without a secret.';

/** By the name it is asked for by. */
export const KNOWN_SERVICES: Readonly<Record<ServiceKey, KnownService>> = {
  'm365-copilot': {
    name: 'Microsoft 365 Copilot',
    seen: 'learn.microsoft.com/microsoft-365/copilot/extensibility/plugin-authentication-oauth (one redirect URI for all plugins, PKCE by default)',
    tokenEndpointAuthMethod: 'client_secret_post',
    redirectUris: ['https://teams.microsoft.com/api/platform/v1.0/oAuthRedirect'],
    madeUpBelow: null,
    where: 'Teams developer portal, Tools, OAuth client registration',
    fields: {
      'Base URL': 'server',
      'Client ID': 'clientId',
      'Client secret': 'clientSecret',
      'Authorization endpoint': 'authorizationUrl',
      'Token endpoint': 'tokenUrl',
      'Refresh endpoint': 'tokenUrl',
      Scope: 'scopes',
      'Enable Proof Key for Code Exchange (PKCE)': { literally: 'on' },
    },
    notes: ['The registration id that the portal answers goes into the manifest of the plugin, as OAuthPluginVault.'],
  },
  'copilot-studio': {
    name: 'Copilot Studio',
    seen: 'learn.microsoft.com/microsoft-copilot-studio/mcp-add-existing-server-to-agent, PowerPlatformConnectors #4214, activepieces #14397',
    tokenEndpointAuthMethod: 'client_secret_post',
    redirectUris: ['https://global.consent.azure-apim.net/redirect'],
    madeUpBelow: 'https://global.consent.azure-apim.net/redirect/',
    where: 'the agent, Tools, Add a tool, New tool, Model Context Protocol, OAuth 2.0, Manual',
    fields: {
      'Server URL': 'server',
      'Client ID': 'clientId',
      'Client secret': 'clientSecret',
      'Authorization URL': 'authorizationUrl',
      'Token URL template': 'tokenUrl',
      'Refresh URL': 'tokenUrl',
      Scopes: 'scopes',
    },
    notes: [
      PKCE,
      'Where Manual offers no PKCE choose Dynamic discovery instead, which needs nothing of this.',
      'Having been created it shows a redirect URL of its own, which has to be added before anybody connects.',
    ],
  },
  n8n: {
    name: 'n8n',
    seen: 'n8n-io/n8n packages/cli/src/oauth/oauth.service.ts and packages/@n8n/client-oauth2; n8n #21791 (callback of n8n cloud)',
    tokenEndpointAuthMethod: 'client_secret_basic',
    redirectUris: ['{origin}/rest/oauth2-credential/callback'],
    madeUpBelow: null,
    where: 'Credentials, MCP OAuth2 API, Use Dynamic Client Registration off',
    fields: {
      'Grant Type': { literally: 'PKCE' },
      'Authorization URL': 'authorizationUrl',
      'Access Token URL': 'tokenUrl',
      'Client ID': 'clientId',
      'Client Secret': 'clientSecret',
      Scope: 'scopes',
      Authentication: { literally: 'Header' },
    },
    notes: ['With Use Dynamic Client Registration on it needs nothing of this.'],
  },
  claude: {
    name: 'claude.ai',
    seen: 'claude.com/docs/connectors/building/authentication (both hosts), claude-ai-mcp #667 (client_secret_post whatever is listed)',
    tokenEndpointAuthMethod: 'client_secret_post',
    redirectUris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    madeUpBelow: null,
    where: 'Settings, Connectors, Add custom connector, Advanced settings',
    fields: { 'Remote MCP server URL': 'server', 'OAuth Client ID': 'clientId', 'OAuth Client Secret': 'clientSecret' },
    notes: ['With the advanced settings empty it needs nothing of this.'],
  },
  'gemini-enterprise': {
    name: 'Gemini Enterprise',
    seen: 'docs.cloud.google.com/gemini/enterprise/docs/connectors/custom-mcp-server/set-up-custom-mcp-server, CData Connect AI (asks with PKCE)',
    tokenEndpointAuthMethod: 'client_secret_post',
    redirectUris: ['https://vertexaisearch.cloud.google.com/oauth-redirect'],
    madeUpBelow: null,
    where: 'Google Cloud console, Gemini Enterprise, Data stores, Custom MCP server',
    fields: {
      'MCP server URL': 'server',
      'Authorization URL': 'authorizationUrl',
      'Token URL': 'tokenUrl',
      'Client ID': 'clientId',
      'Client secret': 'clientSecret',
      Scopes: 'scopes',
    },
    notes: [PKCE],
  },
};

/**
 * The redirect URIs a service is registered with.
 *
 * @param origin of its own installation, without a slash at its end, for one that has {@link needsOrigin}
 * Not checked: whether they may be registered (redirect-policy.ts).
 */
export function redirectUrisOf({ redirectUris }: KnownService, origin: string | null): readonly string[] {
  return redirectUris.map((uri) => uri.replace('{origin}', origin ?? ''));
}

/** Whether its redirect URIs depend on where its own installation is. */
export function needsOrigin({ redirectUris }: KnownService): boolean {
  return redirectUris.some((uri) => uri.startsWith('{origin}'));
}
