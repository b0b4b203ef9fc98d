import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';

const AUTHORIZATION_SERVER_PATHS = ['oauth-authorization-server', 'openid-configuration'].flatMap((document) => [
  `/.well-known/${document}`,
  `/.well-known/${document}/api/auth`,
  `/.well-known/${document}/mcp`,
  `/api/auth/.well-known/${document}`,
  `/mcp/.well-known/${document}`,
]);
const PROTECTED_RESOURCE_PATHS = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/mcp/.well-known/oauth-protected-resource',
];

describe('discovery', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp({ settings: { METRICS_TOKEN: 'a-token-of-sixteen-or-more' } });
  });
  afterAll(() => app.close());
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.fetch(new Request(`${app.origin}${path}`, { headers, method }));

  // proves discovery:aliases
  // proves discovery:aliases
  it.each([[AUTHORIZATION_SERVER_PATHS], [PROTECTED_RESOURCE_PATHS]])(
    'answers the same bytes at every alias (RFC 8414, RFC 9728)',
    async (paths) => {
      const bodies = await Promise.all(
        paths.map(async (path) => {
          const response = await get(path);
          expect([path, response.status, response.headers.get('content-type')]).toEqual([path, 200, 'application/json']);
          expect(response.headers.get('access-control-allow-origin')).toBe('*');
          return response.text();
        }),
      );
      expect(new Set(bodies).size).toBe(1);
    },
  );

  // proves discovery:one-issuer
  it('names one issuer everywhere, whatever the request claims (security cases 74, 214)', async () => {
    const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
    const server = (await (await get('/.well-known/oauth-authorization-server', forged)).json()) as Record<string, unknown>;
    const resource = (await (await get('/.well-known/oauth-protected-resource', forged)).json()) as Record<string, unknown>;
    expect(server['issuer']).toBe(app.origin);
    expect(server['code_challenge_methods_supported']).toEqual(['S256']);
    expect(server['response_types_supported']).toEqual(['code']);
    expect(server['grant_types_supported']).toEqual(['authorization_code', 'refresh_token']);
    expect(server['client_id_metadata_document_supported']).toBe(true);
    expect(server['token_endpoint_auth_methods_supported']).toContain('none');
    expect(server['scopes_supported']).toContain('offline_access');
    expect(resource).toMatchObject({ resource: app.mcpUrl, authorization_servers: [app.origin], bearer_methods_supported: ['header'] });
    expect(resource['scopes_supported']).toEqual(['resumes:read', 'resumes:write', 'resumes:publish', 'resumes:delete']);
    expect(JSON.stringify([server, resource])).not.toContain('evil.example');
  });

  // proves discovery:real-endpoints
  it('lists only endpoints that are there', async () => {
    const server = (await (await get('/.well-known/openid-configuration')).json()) as Record<string, unknown>;
    const endpoints = Object.entries(server).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri');
    expect(endpoints.length).toBeGreaterThan(5);
    for (const [name, url] of endpoints) {
      const response = await app.fetch(new Request(String(url), { headers: { accept: 'text/html' }, redirect: 'manual' }));
      expect([name, response.status]).not.toEqual([name, 404]);
    }
  });

  // proves discovery:json-404
  // proves discovery:json-404
  it('answers unknown well-known names with a JSON 404', async () => {
    const response = await get('/.well-known/anything/else', { accept: 'text/html' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  // security cases 168, 189, 206
  it('lets caches keep documents and keys, and answers 304 to who has them', async () => {
    for (const path of [
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-protected-resource/mcp',
      '/api/auth/jwks',
      '/api/openapi.json',
    ]) {
      const first = await get(path);
      const etag = first.headers.get('etag') ?? '';
      expect([path, first.headers.get('cache-control')]).toEqual([path, 'public, max-age=300']);
      expect((await get(path, { 'if-none-match': `"other", W/${etag}` })).status).toBe(304);
      expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
      const head = await get(path, {}, 'HEAD');
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect((await get(path, {}, 'POST')).headers.get('allow')).toBe('GET, HEAD');
    }
  });

  it('publishes public key members alone', async () => {
    const { keys } = (await (await get('/api/auth/jwks')).json()) as { keys: Record<string, unknown>[] };
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'x', 'y']);
  });

  // proves discovery:cors
  it('answers preflights without credentials', async () => {
    for (const path of ['/mcp', '/mcp/', '/token', '/register', '/api/auth/oauth2/token', '/.well-known/oauth-protected-resource']) {
      const response = await get(path, { origin: 'https://client.example', 'access-control-request-method': 'POST' }, 'OPTIONS');
      expect([path, response.status, response.headers.get('access-control-allow-origin')]).toEqual([path, 204, '*']);
      expect(response.headers.has('access-control-allow-credentials')).toBe(false);
    }
  });

  // security case 223
  // proves discovery:cors
  it('lets no other origin read what a session opens', async () => {
    for (const path of ['/', '/consent', '/api/v1/resumes', '/api/auth/get-session', '/api/auth/oauth2/authorize']) {
      const response = await get(path, { origin: 'https://evil.example' });
      expect([path, response.headers.get('access-control-allow-origin')]).toEqual([path, null]);
    }
  });

  // proves process:metrics
  it('shows metrics to who holds the token', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.7' };
    expect((await get('/metrics', forwarded)).status).toBe(404);
    expect((await get('/metrics', { ...forwarded, authorization: 'Bearer wrong' })).status).toBe(404);
    expect((await get('/metrics', { ...forwarded, authorization: 'Bearer a-token-of-sixteen-or-more' })).status).toBe(200);
  });
});
