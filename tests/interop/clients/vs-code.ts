import { connectThroughSignIn, giveTokensBack } from '../support/habits.ts';
import type { ClientProfile } from '../support/profile.ts';

const common = {
  sources: ['microsoft/vscode src/vs/base/common/oauth.ts, extHostMcp.ts', 'vscode #278512 (port taken)', 'vscode #255255 (resource)'],
  probes: [
    'POST /mcp 401',
    'GET {challenge} 200',
    'GET /.well-known/oauth-authorization-server 200',
    'GET /.well-known/openid-configuration 200',
  ],
  discoveryRevision: '2025-11-25',
  isSilentAboutRevision: true,
  // Never offline_access: a refresh token has to come without it.
  authorize: { scope: '{scopes}', resource: '{resource}' },
  token: { resource: '{resource}' },
  refresh: { resource: '{resource}' },
  revision: '2025-11-25',
  // It treats 403 like 401: the challenge says what to ask for.
  stepUp: 'challenge',
} satisfies Partial<ClientProfile>;

const registration = {
  client_name: 'Visual Studio Code',
  client_uri: 'https://code.visualstudio.com',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  redirect_uris: ['https://insiders.vscode.dev/redirect', 'https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'],
  scope: 'openid',
  token_endpoint_auth_method: 'none',
  application_type: 'native',
};

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'VS Code with Copilot',
    identity: {
      kind: 'document',
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
    },
    redirectUri: 'http://127.0.0.1:51234/',
    besides: {
      'signs out and gives its tokens back': giveTokensBack,
      'connects a person whose session is over, at the second password': connectThroughSignIn,
    },
  },
  {
    ...common,
    name: 'VS Code in the browser',
    identity: { kind: 'registers', body: registration },
    redirectUri: 'https://vscode.dev/redirect',
  },
  {
    ...common,
    name: 'VS Code that registers, its port taken',
    identity: { kind: 'registers', body: registration },
    redirectUri: 'http://127.0.0.1:60001/',
  },
];
