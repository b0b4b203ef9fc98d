import { describe, expect, it } from 'vitest';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { RESUME_SCOPES } from '../../src/authorization-server/scopes.ts';
import { createAuthenticator } from '../../src/resource-server/authenticate.ts';
import { buildChallenge } from '../../src/resource-server/challenge.ts';
import { createAccessTokenJudge } from '../../src/resource-server/judge-access-token.ts';

const identifiers = buildIdentifiers('https://vitae.example');
const API_KEY = `vitae_${'a'.repeat(48)}`;

const authenticator = createAuthenticator({
  scopes: RESUME_SCOPES,
  judgeAccessToken: createAccessTokenJudge(
    {
      verify: async (token) =>
        token.startsWith('good')
          ? {
              ok: true,
              issuedAt: 1,
              keyId: token.endsWith('withdrawn') ? 'withdrawn' : 'k',
              principal: {
                method: 'access_token',
                userId: 'u',
                clientId: 'c',
                grantId: token,
                tokenId: 't',
                expiresAt: 2,
                grantedScopes: [],
                scopes: new Set(),
              },
            }
          : { ok: false, reason: 'bad_signature' },
    },
    {
      isRevoked: async (grantId) => grantId === 'good-but-revoked',
      allowedScopes: () => null,
      isKeyWithdrawn: (keyId) => keyId === 'withdrawn',
      isEndedForPerson: () => false,
    },
  ),
  verifyApiKey: async (key) =>
    key === API_KEY
      ? { ok: true, key: { id: 'k', name: 'Script', userId: 'u', scopes: ['resumes:read'] } }
      : { ok: false, reason: 'unknown' },
  loadSession: async (headers) =>
    headers.get('cookie') === 'session' ? { sessionId: 's', userId: 'u', userName: 'Ann', userEmail: 'ann@example.com' } : null,
});

async function outcome(headers: Record<string, string>, url = 'https://vitae.example/mcp') {
  const result = await authenticator.authenticateMcp(new Request(url, { headers }));
  if (result.ok) return { principal: result.principal.method };
  const response = buildChallenge(result.failure, identifiers, 'mcp');
  return { status: response.status, challenge: response.headers.get('www-authenticate') };
}

async function authenticate(headers: Record<string, string>) {
  const result = await authenticator.authenticateApi(new Request('https://vitae.example/api/v1/resumes', { headers }));
  return result.ok ? result.principal.method : buildChallenge(result.failure, identifiers, 'api').status;
}

const BARE =
  'Bearer resource_metadata="https://vitae.example/.well-known/oauth-protected-resource/mcp", scope="resumes:read resumes:write resumes:publish resumes:delete"';

describe('credentials at the MCP endpoint (RFC 6750 §2, §3)', () => {
  // security cases 169, 176, 178
  // proves resource-server:bare-challenge
  it.each([
    ['nothing', {}, undefined],
    ['a session cookie', { cookie: 'session' }, undefined],
    ['a token in the query', {}, 'https://vitae.example/mcp?access_token=good'],
  ])('answers %s with a bare challenge', async (_what, headers, url) => {
    expect(await outcome(headers, url)).toEqual({ status: 401, challenge: BARE });
  });

  // security case 170
  // proves resource-server:invalid-token
  it.each([
    ['a bad token', { authorization: 'Bearer bad' }],
    ['a revoked token', { authorization: 'Bearer good-but-revoked' }],
    ['a token of a withdrawn key', { authorization: 'Bearer good-but-withdrawn' }],
    ['a token with parts after it', { authorization: 'Bearer good good' }],
    ['no token', { authorization: 'Bearer' }],
    ['another scheme', { authorization: 'Basic Z29vZDo=' }],
    ['an unknown API key', { 'x-api-key': `vitae_${'b'.repeat(48)}` }],
    ['a malformed API key', { 'x-api-key': 'x' }],
  ])('answers %s with invalid_token', async (_what, headers) => {
    const { status, challenge } = await outcome(headers);
    expect(status).toBe(401);
    expect(challenge).toMatch(/^Bearer error="invalid_token", error_description="[^"]+", resource_metadata="https:/);
  });

  it('takes a good token, with the scheme in any case', async () => {
    expect(await outcome({ authorization: 'Bearer good' })).toEqual({ principal: 'access_token' });
    expect(await outcome({ authorization: 'bearer good' })).toEqual({ principal: 'access_token' });
  });

  // proves resource-server:api-key
  it('takes a good API key', async () => {
    expect(await outcome({ 'x-api-key': API_KEY })).toEqual({ principal: 'api_key' });
  });

  // security case 177
  // proves resource-server:one-credential
  it('lets a bad token decide, whatever else is sent, and refuses two good credentials', async () => {
    expect(await outcome({ authorization: 'Bearer bad', 'x-api-key': API_KEY })).toMatchObject({ status: 401 });
    expect(await outcome({ authorization: 'Bearer good', 'x-api-key': API_KEY })).toEqual({ status: 400, challenge: null });
  });
});

describe('credentials at the API', () => {
  it('takes a session cookie or an API key', async () => {
    expect(await authenticate({ cookie: 'session' })).toBe('session');
    expect(await authenticate({ 'x-api-key': API_KEY })).toBe('api_key');
  });

  // proves resource-server:tokens-for-mcp-only
  it('refuses an access token, also beside a session', async () => {
    expect(await authenticate({ authorization: 'Bearer good' })).toBe(401);
    expect(await authenticate({ authorization: 'Bearer good', cookie: 'session' })).toBe(401);
  });
});
