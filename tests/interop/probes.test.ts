import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';

describe('what clients try before they have anything', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.close());

  const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
    app.fetch(new Request(`${app.origin}${path}`, { method, headers }));

  // proves discovery:probes
  it.each(['GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'PATCH'])(
    '%s at the endpoint, with and without a slash, is a whole challenge',
    async (method) => {
      for (const path of ['/mcp', '/mcp/']) {
        const response = await ask(method, path, { accept: 'text/html' });
        expect([response.status, response.headers.get('content-type')]).toEqual([401, 'application/json']);
        expect(response.headers.get('www-authenticate')).toBe(
          `Bearer resource_metadata="${app.origin}/.well-known/oauth-protected-resource/mcp", scope="resumes:read resumes:write resumes:publish resumes:delete"`,
        );
        expect(await response.text()).toMatch(method === 'HEAD' ? /^$/ : /^\{/);
      }
    },
  );

  // proves discovery:probes
  it.each([
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/',
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/oauth-protected-resource/mcp/',
    '/mcp/.well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/oauth-authorization-server/api/auth',
    '/mcp/.well-known/oauth-authorization-server',
    '/api/auth/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/.well-known/openid-configuration/mcp',
    '/.well-known/openid-configuration/api/auth',
    '/mcp/.well-known/openid-configuration',
    '/api/auth/.well-known/openid-configuration',
  ])('%s is there, whatever revision is named, to a browser of another origin and to HEAD', async (path) => {
    for (const revision of ['2024-11-05', '2026-07-28', 'nonsense']) {
      const response = await ask('GET', path, { 'mcp-protocol-version': revision, origin: 'https://elsewhere.example' });
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
      const document = (await response.json()) as Readonly<Record<string, unknown>>;
      expect(document['resource'] ?? document['issuer']).toBe(path.includes('protected') ? app.mcpUrl : app.origin);
      expect(JSON.stringify(document)).not.toContain('null');
    }
    const head = await ask('HEAD', path);
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  // proves discovery:probes
  it.each(['/token', '/register', '/api/auth/oauth2/token', '/api/auth/oauth2/register', '/api/auth/oauth2/revoke'])(
    '%s says which method it takes, and lets browsers ask first',
    async (path) => {
      for (const method of ['GET', 'HEAD', 'PUT']) {
        const response = await ask(method, path);
        expect([response.status, response.headers.get('allow'), response.headers.get('content-type')]).toEqual([
          405,
          'POST',
          'application/json',
        ]);
      }
      const preflight = await ask('OPTIONS', path, { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
      const allowed = preflight.headers.get('access-control-allow-headers') ?? '';
      for (const name of [
        'authorization',
        'content-type',
        'accept',
        'mcp-protocol-version',
        'mcp-session-id',
        'mcp-method',
        'mcp-name',
        'last-event-id',
      ])
        expect(allowed).toContain(name);
    },
  );

  // proves discovery:probes
  it.each([
    ['/token', 'application/json', '{"grant_type":"refresh_token"}', 'invalid_request'],
    ['/api/auth/oauth2/token', 'multipart/form-data; boundary=x', '--x--', 'invalid_request'],
    ['/api/auth/oauth2/revoke', 'application/json', '{"token":"x"}', 'invalid_request'],
    ['/register', 'application/x-www-form-urlencoded', 'redirect_uris=x', 'invalid_client_metadata'],
  ])('%s tells a client that sends %s so in the words of OAuth', async (path, contentType, body, error) => {
    const response = await app.fetch(
      new Request(`${app.origin}${path}`, { method: 'POST', headers: { 'content-type': contentType }, body }),
    );
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error, error_description: expect.stringContaining('Content-Type') });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toContain('no-store');
  });
});
