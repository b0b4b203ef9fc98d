import { publicClient } from '../support/families.ts';
import type { ClientProfile } from '../support/profile.ts';

const TEAMS = 'https://teams.microsoft.com/api/platform/v1.0/oAuthRedirect';
const STUDIO = 'https://global.consent.azure-apim.net/redirect/cr1f2-5fresumes-5f7a1b2c3d4e5f6071';

const common = {
  probes: [
    'POST /mcp 401',
    'GET {challenge} 200',
    'GET /.well-known/oauth-authorization-server 200',
    'GET /.well-known/openid-configuration/mcp 200',
  ],
  revision: '2025-06-18',
  stepUp: 'none',
} satisfies Partial<ClientProfile>;

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'Microsoft 365 Copilot',
    sources: ['learn.microsoft.com/microsoft-365/copilot/extensibility/plugin-authentication-dynamic-client-registration (wants a secret)'],
    identity: {
      kind: 'registers',
      body: publicClient('Microsoft 365 Copilot', TEAMS, { token_endpoint_auth_method: 'client_secret_post' }),
    },
    redirectUri: TEAMS,
    authorize: { scope: '{scopes} offline_access' },
    token: {},
    refresh: {},
  },
  {
    ...common,
    name: 'Microsoft 365 Copilot with pasted credentials',
    sources: ['learn.microsoft.com/microsoft-365/copilot/extensibility/plugin-authentication-oauth'],
    identity: { kind: 'by_hand', body: publicClient('Copilot', TEAMS, { token_endpoint_auth_method: 'client_secret_post' }) },
    redirectUri: TEAMS,
    authorize: { scope: '{scopes} offline_access' },
    token: {},
    refresh: { scope: '{scopes} offline_access' },
  },
  {
    ...common,
    name: 'Copilot Studio',
    sources: ['turbo-ea #1307 (dynamic discovery)', 'anythingmcp v0.2.4 (path-appended metadata)', 'XSUAA redirect patterns of SAP'],
    identity: { kind: 'by_hand', body: publicClient('Copilot Studio', STUDIO, { token_endpoint_auth_method: 'client_secret_basic' }) },
    redirectUri: STUDIO,
    authorize: { scope: '{supported}', resource: '{resource}' },
    token: { resource: '{resource}' },
    refresh: { scope: '{supported}' },
    credentials: 'body',
  },
];
