import { expect } from 'vitest';
import { publicClient } from '../support/families.ts';
import type { Life } from '../support/life.ts';
import type { ClientProfile } from '../support/profile.ts';

const CALLBACK = 'https://chat.example.org/oauth/clients/mcp:resumes/callback';

const common = {
  sources: ['open-webui/open-webui backend/open_webui/utils/oauth.py', 'plane-mcp-server #220'],
  redirectUri: CALLBACK,
  probes: [
    'POST /mcp 401',
    'GET {challenge} 200',
    'GET /.well-known/oauth-authorization-server 200',
    // Again before each refresh.
    'GET /.well-known/oauth-authorization-server 200',
  ],
  authorize: { scope: '{supported}', resource: '{resource}' },
  token: { resource: '{resource}' },
  refresh: { resource: '{resource}' },
  revision: '2025-06-18',
  stepUp: 'none',
} satisfies Partial<ClientProfile>;

/** It opens each authorization URL itself first, without cookies, to see whether its registration still stands. */
async function tryWithoutBrowser(life: Life): Promise<void> {
  const { url } = await life.ask();
  expect((await life.request('GET', url.href)).status).toBeLessThan(400);
  url.searchParams.set('client_id', 'forgotten');
  const response = await life.site.fetch(new Request(url));
  const location = response.headers.get('location');
  const page = location === null ? response : await life.site.fetch(new Request(new URL(location, url)));
  expect(page.status).toBeGreaterThanOrEqual(400);
  // What it looks for before it registers anew.
  expect((await page.text()).toLowerCase()).toMatch(/invalid_client|invalid client|client id/);
}

export const lives: readonly ClientProfile[] = [
  {
    ...common,
    name: 'Open WebUI',
    identity: {
      kind: 'registers',
      // The Python SDK's model: no method means client_secret_post there.
      body: publicClient('Open WebUI', CALLBACK, { token_endpoint_auth_method: 'client_secret_post', scope: '{supported}' }),
    },
    besides: { 'opens each authorization URL without a browser first': tryWithoutBrowser },
  },
  {
    ...common,
    name: 'Open WebUI with pasted credentials',
    identity: { kind: 'by_hand', body: publicClient('Open WebUI', CALLBACK, { token_endpoint_auth_method: 'client_secret_post' }) },
    authorize: { resource: '{resource}' },
  },
];
