import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeRedirectUri } from '../../src/authorization-server/redirect-policy.ts';
import { register } from '../interop/support/wire.ts';
import { createTestApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const REDIRECT_URI = 'https://client.example/cb';
const ofLength = (bytes: number) => `https://client.example/${'a'.repeat(bytes - 'https://client.example/'.length)}`;

async function storedClient(clientId: unknown): Promise<Readonly<Record<string, unknown>>> {
  const result: unknown = await app.db.orm.execute(sql`select * from oauth_client where client_id = ${String(clientId)}`);
  const [row] = (result as { readonly rows: readonly Record<string, unknown>[] }).rows;
  if (row === undefined) throw new Error('no such client');
  return row;
}

describe('the redirect policy', () => {
  it.each([
    ['https://claude.ai/api/mcp/auth_callback', 'web'],
    ['https://chat.example.org:8443/cb?tenant=1', 'web'],
    ['http://localhost/callback', 'loopback'],
    ['http://LOCALHOST:3118/callback', 'loopback'],
    ['http://127.0.0.1:0/', 'loopback'],
    ['http://[::1]:8080/cb', 'loopback'],
    ['com.example.app:/oauth2redirect', 'private_use'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'known_client'],
    ['claude://claude.ai/mcp-auth-callback/sdk', 'known_client'],
    [`vscode://saoudrizwan.claude-dev/mcp-auth/callback/${'0a'.repeat(32)}`, 'known_client'],
    ['warp://mcp/oauth2callback', 'known_client'],
    [ofLength(2048), 'web'],
  ])('takes %s as %s', (uri, kind) => {
    expect(judgeRedirectUri(uri)).toEqual({ ok: true, kind });
  });

  const refused: readonly (readonly [string, readonly string[]])[] = [
    // security case 1
    [
      'scheme',
      ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'blob:https://a.example/x'],
    ],
    [
      'not_an_absolute_uri',
      ['\tjavascript:alert(1)', 'java\nscript:alert(1)', '/callback', 'callback', '', 'https://a.example/\u202Ecb', 'https:\\\\a.example'],
    ],
    // security cases 2, 6
    [
      'http_elsewhere',
      ['http://evil.example/cb', 'http://127.1/', 'http://0x7f000001/', 'http://2130706433/', 'http://[::ffff:127.0.0.1]/'],
    ],
    [
      'http_elsewhere',
      ['http://localhost.evil.example/', 'http://localhost./', 'http://127.0.0.2/', 'http://169.254.169.254/', 'http://0.0.0.0/'],
    ],
    // security case 3
    ['fragment', ['https://a.example/cb#x', 'https://a.example/cb#', 'com.example.app:/cb#x']],
    // security case 4
    [
      'userinfo',
      ['https://claude.ai@evil.example/cb', 'https://a:b@evil.example/', 'http://localhost@evil.example/', 'https://@evil.example/'],
    ],
    // security case 5
    ['wildcard', ['https://*.evil.example/cb', 'https://a.example/*', 'http://localhost/*']],
    // security case 7
    [
      'scheme',
      ['myapp:/cb', 'myapp://cb', 'com.example.app://h/cb', 'com.example.app:cb', 'vscode://vendor.extension/cb', 'cursor://other/cb'],
    ],
    [
      'scheme',
      [
        `vscode://saoudrizwan.claude-dev/mcp-auth/callback/${'0a'.repeat(31)}`,
        `vscode://saoudrizwan.claude-dev/mcp-auth/callback/${'0a'.repeat(32)}/`,
        `other://saoudrizwan.claude-dev/mcp-auth/callback/${'0a'.repeat(32)}`,
        'claude://claude.ai/mcp-auth-callback/sdk?x=1',
        'warp://mcp/oauth2callback/../x',
        'WARP://mcp/oauth2callback',
      ],
    ],
    [
      'https_on_loopback',
      ['https://localhost/cb', 'https://127.0.0.1/cb', 'https://[::1]/cb', 'https://localhost./cb', 'https://a.localhost/'],
    ],
    // security case 9
    ['too_long', [ofLength(2049), `https://client.example/${'ü'.repeat(1100)}`]],
  ];

  it.each(refused.flatMap(([reason, uris]) => uris.map((uri) => [uri.slice(0, 60), uri, reason] as const)))(
    'refuses %s, at the endpoint too',
    async (_shown, uri, reason) => {
      expect(judgeRedirectUri(uri)).toEqual({ ok: false, reason });
      const answer = await register(app, { redirect_uris: [REDIRECT_URI, uri], token_endpoint_auth_method: 'none' });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } });
    },
  );

  // security case 8
  it.each([[undefined], [[]], [REDIRECT_URI], [{ '0': REDIRECT_URI }], [[null]], [[REDIRECT_URI, 7]], [[[REDIRECT_URI]]]])(
    'refuses redirect_uris that are %j',
    async (uris) => {
      expect(await register(app, { redirect_uris: uris })).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } });
    },
  );

  // security case 9
  it('takes ten URIs of 2,048 bytes and refuses eleven', async () => {
    const uris = Array.from({ length: 11 }, (_, index) => `${ofLength(2046)}${String(index).padStart(2, '0')}`);
    expect((await register(app, { redirect_uris: uris.slice(0, 10) })).status).toBe(201);
    expect(await register(app, { redirect_uris: uris })).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } });
  });

  it('holds for redirect URIs after sign-out too, which are never stored', async () => {
    const hostile = await register(app, { redirect_uris: [REDIRECT_URI], post_logout_redirect_uris: ['javascript:alert(1)'] });
    expect(hostile).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } });
    const { body } = await register(app, { redirect_uris: [REDIRECT_URI], post_logout_redirect_uris: ['https://client.example/bye'] });
    expect((await storedClient(body['client_id']))['post_logout_redirect_uris']).toBeNull();
  });
});

describe('what a stranger may have stored', () => {
  const attempt = (metadata: Readonly<Record<string, unknown>>) => register(app, { redirect_uris: [REDIRECT_URI], ...metadata });

  // security case 19
  it.each([
    ['10 kB', 'x'.repeat(10_240)],
    ['81 characters', 'x'.repeat(81)],
    ['a bidi override', 'Claude \u202Eevil'],
    ['zero width', 'Cla\u200Bude'],
    ['a blank letter', '\u3164'],
    ['a control character', 'Claude\u0007'],
    ['a line break', 'Claude\nofficial'],
    ['blanks', '   '],
    ['a number', 7],
    ['a list', ['Claude']],
  ])('refuses a client_name of %s', async (_case, clientName) => {
    expect(await attempt({ client_name: clientName })).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
  });

  it.each(['x'.repeat(80), '<img src=x onerror=alert(1)>', 'Клод', '👩 Claude'])('takes %s as a name, as text', async (clientName) => {
    const { status, body } = await attempt({ client_name: ` ${clientName} ` });
    expect(status).toBe(201);
    expect(body['client_name']).toBe(clientName);
  });

  // security case 18
  it.each(['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'])('refuses a %s that is no https URL', async (member) => {
    const hostile = [
      'javascript:alert(1)',
      'data:text/html,x',
      'http://169.254.169.254/',
      'https://a@b.example/',
      'https://a.example/\u202E',
      'x',
      7,
    ];
    for (const value of hostile) {
      expect(await attempt({ [member]: value })).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
    }
    expect((await attempt({ [member]: 'https://client.example/about' })).status).toBe(201);
  });

  // security cases 12, 13, 33, 55
  it('ignores members that are unknown, privileged or of the prototype', async () => {
    const metadata = {
      redirect_uris: [REDIRECT_URI],
      skip_consent: true,
      require_pkce: false,
      disabled: true,
      client_id: 'chosen-by-me',
      client_secret: 'chosen-by-me',
      userId: 'somebody',
      user_id: 'somebody',
      referenceId: 'somebody',
      reference_id: 'somebody',
      metadata: { admin: true },
      clientCredentialsScopes: ['resumes:delete'],
      resource: 'https://other.example',
      resources: ['https://other.example'],
      subject_type: 'pairwise',
      foo: 'bar',
      constructor: { prototype: { polluted: true } },
    };
    const { status, body } = await register(app, `{"__proto__":{"polluted":true},${JSON.stringify(metadata).slice(1)}`);
    expect({ status, body }).toMatchObject({ status: 201 });
    expect(body['client_id']).not.toBe('chosen-by-me');
    expect('polluted' in {}).toBe(false);
    const row = await storedClient(body['client_id']);
    expect(row).toMatchObject({ skip_consent: null, disabled: false, user_id: null, reference_id: null, metadata: null });
    expect(row['require_pkce']).not.toBe(false);
    expect(row['client_credentials_scopes']).toEqual([]);
    expect(row['client_secret']).not.toContain('chosen-by-me');
    expect(JSON.stringify(row)).not.toMatch(/foo|polluted|pairwise|other\.example/);
  });

  // security case 55
  it('refuses a back-channel logout URI, which would be called', async () => {
    const answer = await attempt({ backchannel_logout_uri: 'http://169.254.169.254/' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
  });

  const key = {
    kty: 'EC',
    crv: 'P-256',
    x: 'WKn-ZIGevcwGIyyrzFoZNBdaq9_TsqzGl96oc0CWuis',
    y: 'y77t-RvAHRKTsSGdIYUfweuOvwrvDD-Q3Hv5J0fSKbE',
  };
  // security case 17
  it.each([
    ['a private key', { keys: [{ ...key, d: 'Hndv7ZZjs_ke8o9zXYo3iq-Yr8SewI5vrqd0pAvEPqg' }] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }],
    ['no keys', { keys: [] }],
    ['a bare list', [key]],
    ['text', 'keys'],
    ['far too many', { keys: Array.from({ length: 200 }, () => key) }],
  ])('refuses jwks of %s', async (_case, jwks) => {
    const answer = await attempt({ token_endpoint_auth_method: 'private_key_jwt', jwks });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
  });

  // security case 17
  it('refuses jwks beside jwks_uri', async () => {
    const answer = await attempt({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [key] },
      jwks_uri: 'https://client.example/jwks.json',
    });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
  });

  it.each([
    ['contacts', Array.from({ length: 21 }, () => 'a@b.example')],
    ['contacts', ['a'.repeat(300)]],
    ['contacts', 'a@b.example'],
    ['grant_types', Array.from({ length: 21 }, (_, index) => `urn:example:${index}`)],
    ['software_id', 'x'.repeat(300)],
    ['software_version', '1\u0000'],
    ['scope', ['resumes:read']],
  ])('refuses %s without bounds', async (member, value) => {
    const answer = await attempt({ [member]: value });
    expect(answer).toMatchObject({ status: 400 });
  });

  it.each(['null', '[]', '"text"', '7', '{', ''])('refuses the body %s', async (body) => {
    expect((await register(app, body)).status).toBe(400);
  });
});
