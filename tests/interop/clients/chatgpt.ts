import { publicClient } from '../support/families.ts';
import { giveTokensBack, registerAnewWhenForgotten } from '../support/habits.ts';
import type { ClientProfile } from '../support/profile.ts';

const REDIRECT_URI = 'https://chatgpt.com/connector_platform_oauth_redirect';

const common = {
  sources: [
    'developers.openai.com/apps-sdk/build/auth',
    'engram #1633, django-oauth-toolkit #1845 (method by negotiation)',
    'fastmcp #1794 (empty scope)',
  ],
  headers: { 'user-agent': 'openai-mcp/1.0.0' },
  probes: [
    'POST /mcp 401',
    'GET {challenge} 200',
    'GET /.well-known/oauth-protected-resource 200',
    'GET /.well-known/oauth-authorization-server 200',
    'GET /.well-known/openid-configuration 200',
  ],
  authorize: { scope: '', resource: '{resource}' },
  token: { resource: '{resource}' },
  refresh: { resource: '{resource}' },
  revision: '2025-06-18',
  stepUp: 'none',
} satisfies Partial<ClientProfile>;

const document = {
  ...publicClient('ChatGPT', REDIRECT_URI, { client_uri: 'https://chatgpt.com/' }),
  client_id: 'https://chatgpt.com/oauth/client.json',
  logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
  token_endpoint_auth_signing_alg: 'RS256',
  jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
};

export const lives: readonly ClientProfile[] = [
  { ...common, name: 'ChatGPT', identity: { kind: 'document', document }, redirectUri: REDIRECT_URI },
  {
    ...common,
    name: 'ChatGPT with its key',
    identity: { kind: 'document', document, isKeyed: true },
    redirectUri: REDIRECT_URI,
    besides: { 'signs out and gives its tokens back': giveTokensBack },
  },
  {
    ...common,
    name: 'ChatGPT, a registration for each connector',
    identity: { kind: 'registers', body: publicClient('ChatGPT', 'https://chatgpt.com/connector/oauth/abc123') },
    redirectUri: 'https://chatgpt.com/connector/oauth/abc123',
    authorize: { scope: '{scopes} offline_access', resource: '{resource}' },
    besides: { 'registers anew when the server has forgotten it': registerAnewWhenForgotten },
  },
];
