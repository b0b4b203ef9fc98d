import { createHmac, randomBytes } from 'node:crypto';
import {
  CompactSign,
  SignJWT,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { createAccessTokenVerifier } from '../../src/resource-server/access-token.ts';

const identifiers = buildIdentifiers('https://vitae.example');
const NOW = new Date('2026-11-25T12:00:00Z');
const nowSeconds = NOW.getTime() / 1000;

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let own: Keys;
let foreign: Keys;
let loads = 0;
let clock = NOW;

async function loadKeys() {
  loads += 1;
  return { keys: [{ ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'ES256' }] };
}

function createVerifier(load: () => Promise<JSONWebKeySet> = loadKeys) {
  loads = 0;
  clock = NOW;
  return createAccessTokenVerifier(identifiers, load, () => clock);
}

const CLAIMS: JWTPayload = {
  iss: 'https://vitae.example',
  sub: 'user-1',
  aud: 'https://vitae.example/mcp',
  client_id: 'client-1',
  grant_id: 'grant-1',
  jti: 'token-1',
  scope: 'resumes:read offline_access',
  iat: nowSeconds - 10,
  exp: nowSeconds + 890,
};
const HEADER: JWTHeaderParameters = { alg: 'ES256', typ: 'at+jwt', kid: 'own' };

function without(member: string): JWTPayload {
  return Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => name !== member));
}

function sign(claims: JWTPayload = CLAIMS, header: JWTHeaderParameters = HEADER, key = own.privateKey) {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function reasonOf(token: string): Promise<string> {
  const result = await createVerifier().verify(token);
  return result.ok ? 'accepted' : result.reason;
}

beforeAll(async () => {
  own = await generateKeyPair('ES256', { extractable: true });
  foreign = await generateKeyPair('ES256', { extractable: true });
});

describe('JWT access tokens (RFC 9068 §4)', () => {
  // proves resource-server:jwt
  it('accepts our own and answers who is behind it', async () => {
    const result = await createVerifier().verify(await sign());
    expect(result).toMatchObject({
      ok: true,
      issuedAt: nowSeconds - 10,
      principal: { method: 'access_token', userId: 'user-1', clientId: 'client-1', grantId: 'grant-1', tokenId: 'token-1' },
    });
    expect(result.ok && [...result.principal.scopes]).toEqual(['resumes:read']);
  });

  // security cases 155, 156, 157, 158, 166, 191
  // proves resource-server:jwt
  it.each([
    ['no audience', without('aud'), 'wrong_audience'],
    ['the bare origin as audience', { ...CLAIMS, aud: 'https://vitae.example' }, 'wrong_audience'],
    ['an audience with a trailing slash', { ...CLAIMS, aud: 'https://vitae.example/mcp/' }, 'wrong_audience'],
    ['an audience in other case', { ...CLAIMS, aud: 'https://VITAE.example/mcp' }, 'wrong_audience'],
    ['a foreign audience beside ours', { ...CLAIMS, aud: ['https://vitae.example/mcp', 'https://evil.example'] }, 'wrong_audience'],
    ['another resource of the same issuer', { ...CLAIMS, aud: 'https://vitae.example/other' }, 'wrong_audience'],
    ['another issuer', { ...CLAIMS, iss: 'https://evil.example' }, 'wrong_issuer'],
    ['the issuer with a slash', { ...CLAIMS, iss: 'https://vitae.example/' }, 'wrong_issuer'],
    ['the issuer over http', { ...CLAIMS, iss: 'http://vitae.example' }, 'wrong_issuer'],
    ['no expiry', without('exp'), 'bad_claims'],
    ['an expiry in the past', { ...CLAIMS, exp: nowSeconds - 1 }, 'expired'],
    ['a negative expiry', { ...CLAIMS, exp: -1 }, 'expired'],
    ['an issue time in the future', { ...CLAIMS, iat: nowSeconds + 61 }, 'bad_claims'],
    ['a start in the future', { ...CLAIMS, nbf: nowSeconds + 61 }, 'bad_claims'],
    ['no subject', without('sub'), 'bad_claims'],
    ['no client', without('client_id'), 'bad_claims'],
    ['no grant', without('grant_id'), 'bad_claims'],
    ['no token id', without('jti'), 'bad_claims'],
    ['no scope', without('scope'), 'bad_claims'],
    ['a list as scope', { ...CLAIMS, scope: ['resumes:read'] }, 'bad_claims'],
    ['a number as scope', { ...CLAIMS, scope: 1 }, 'bad_claims'],
  ])('refuses %s', async (_what, claims, reason) => {
    expect(await reasonOf(await sign(claims))).toBe(reason);
  });

  // proves resource-server:audience
  it('accepts the userinfo endpoint beside ours in the audience, as openid tokens have it', async () => {
    expect(await reasonOf(await sign({ ...CLAIMS, aud: [identifiers.resource, identifiers.userInfoEndpoint] }))).toBe('accepted');
  });

  // security cases 159, 160
  it.each(['JWT', 'logout+jwt', 'dpop+jwt', undefined])('refuses typ %s', async (typ) => {
    expect(await reasonOf(await sign(CLAIMS, { alg: 'ES256', kid: 'own', ...(typ !== undefined && { typ }) }))).toBe('wrong_type');
  });

  // security case 147
  // proves resource-server:algorithms
  it.each(['none', 'None', 'NONE', ''])('refuses alg "%s" without a signature', async (alg) => {
    expect(await reasonOf(`${encode({ ...HEADER, alg })}.${encode(CLAIMS)}.`)).toBe('malformed');
    expect(await reasonOf(`${encode({ ...HEADER, alg })}.${encode(CLAIMS)}.AA`)).toBe('malformed');
  });

  // security case 148
  // proves resource-server:algorithms
  it('refuses HS256 keyed with our public key in any form', async () => {
    const jwk = await exportJWK(own.publicKey);
    for (const secret of [await exportSPKI(own.publicKey), JSON.stringify(jwk), jwk.x ?? '']) {
      const input = `${encode({ ...HEADER, alg: 'HS256' })}.${encode(CLAIMS)}`;
      expect(await reasonOf(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`)).toBe('malformed');
    }
  });

  // security cases 149, 165
  it('refuses a token signed by another key under our key id', async () => {
    expect(await reasonOf(await sign(CLAIMS, HEADER, foreign.privateKey))).toBe('bad_signature');
  });

  // security case 150
  it.each([['x'.repeat(10_000)], ['../../dev/null'], ["' OR 1=1--"], ['__proto__'], ['https://evil.example/jwks']])(
    'refuses the key id %.20s',
    async (kid) => {
      expect(['unknown_key', 'malformed']).toContain(await reasonOf(await sign(CLAIMS, { ...HEADER, kid }, foreign.privateKey)));
    },
  );

  // security case 152
  it('ignores keys that the token brings along', async () => {
    const jwk = await exportJWK(foreign.publicKey);
    expect(await reasonOf(await sign(CLAIMS, { ...HEADER, jwk, jku: 'https://evil.example' }, foreign.privateKey))).toBe('bad_signature');
  });

  // security case 153
  it('refuses a critical header it does not understand', async () => {
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(CLAIMS)))
      .setProtectedHeader({ ...HEADER, crit: ['x'], x: 1 })
      .sign(own.privateKey, { crit: { x: false } });
    expect(await reasonOf(token)).toBe('malformed');
  });

  it('refuses a token that does not name its key, which could not be withdrawn', async () => {
    const { kid: _kid, ...header } = HEADER;
    expect(await reasonOf(await sign(CLAIMS, header))).toBe('unknown_key');
  });

  // security cases 154, 162, 163
  it('refuses everything that is not exactly three base64url parts with a whole signature', async () => {
    const token = await sign();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const zeros = Buffer.alloc(64).toString('base64url');
    for (const bad of [
      '',
      'a',
      'a.b',
      `${token}.x`,
      `${token}.`,
      ` ${token}`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}=`,
      '{"a":1}',
    ]) {
      expect(await reasonOf(bad)).toBe('malformed');
    }
    // 64 bytes leave four bits of the last character unused: the next letter of the alphabet decodes to the same bytes.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelt = `${signature.slice(0, -1)}${alphabet[alphabet.indexOf(signature.slice(-1)) + 1]}`;
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
    for (const bad of [signature.slice(0, -2), zeros, respelt]) {
      expect(await reasonOf(`${header}.${payload}.${bad}`)).not.toBe('accepted');
    }
  });

  // security case 151
  // proves resource-server:unknown-keys
  it('loads the keys at most twice in ten seconds, whatever key ids are named', async () => {
    const verifier = createVerifier();
    for (let index = 0; index < 200; index += 1) {
      if (index === 100) clock = new Date(NOW.getTime() + 10_000);
      await verifier.verify(await sign(CLAIMS, { ...HEADER, kid: randomBytes(8).toString('hex') }, foreign.privateKey));
    }
    expect(loads).toBe(2);
  });

  it('finds a key that was published after the keys were loaded', async () => {
    const published = [own];
    const verifier = createAccessTokenVerifier(
      identifiers,
      async () => ({
        keys: await Promise.all(
          published.map(async (pair, index) => ({ ...(await exportJWK(pair.publicKey)), kid: `key-${index}`, alg: 'ES256' })),
        ),
      }),
      () => clock,
    );
    clock = NOW;
    expect((await verifier.verify(await sign(CLAIMS, { ...HEADER, kid: 'key-0' }))).ok).toBe(true);
    published.push(foreign);
    const rotated = await sign(CLAIMS, { ...HEADER, kid: 'key-1' }, foreign.privateKey);
    expect((await verifier.verify(rotated)).ok).toBe(false);
    clock = new Date(NOW.getTime() + 11_000);
    expect((await verifier.verify(rotated)).ok).toBe(true);
  });

  // proves resource-server:away-is-503
  it('rejects when the keys cannot be loaded, so that nobody takes it for a bad token', async () => {
    const failing = createAccessTokenVerifier(
      identifiers,
      () => Promise.reject(new Error('away')),
      () => NOW,
    );
    await expect(failing.verify(await sign())).rejects.toThrow('away');
  });
});

describe('a token that was verified before', () => {
  // proves resource-server:jwt
  it('is accepted until the second it expires, and not after', async () => {
    const verifier = createVerifier();
    const token = await sign();
    const first = await verifier.verify(token);
    clock = new Date((nowSeconds + 889) * 1000);
    expect(await verifier.verify(token)).toEqual(first);
    clock = new Date((nowSeconds + 890) * 1000);
    expect(await verifier.verify(token)).toEqual({ ok: false, reason: 'expired' });
    expect(await verifier.verify(token)).toEqual({ ok: false, reason: 'expired' });
  });

  it('is refused when the clock was set back to before its issue', async () => {
    const verifier = createVerifier();
    const token = await sign();
    await verifier.verify(token);
    clock = new Date((nowSeconds - 3600) * 1000);
    expect((await verifier.verify(token)).ok).toBe(false);
  });

  it('is refused once its key has been withdrawn, also when the clock was set back since the keys were read', async () => {
    let published = true;
    const verifier = createVerifier(async () => ({ keys: published ? (await loadKeys()).keys : [] }));
    clock = new Date(NOW.getTime() + 5 * 60 * 1000);
    const token = await sign();
    expect((await verifier.verify(token)).ok).toBe(true);
    published = false;
    clock = NOW;
    expect(await verifier.verify(token)).toEqual({ ok: false, reason: 'unknown_key' });
  });

  it('is refused once its key has been withdrawn and the keys were read again', async () => {
    let published = true;
    const verifier = createVerifier(async () => ({ keys: published ? (await loadKeys()).keys : [] }));
    const token = await sign();
    expect((await verifier.verify(token)).ok).toBe(true);
    published = false;
    clock = new Date(NOW.getTime() + 5 * 60 * 1000 + 1);
    expect(await verifier.verify(token)).toEqual({ ok: false, reason: 'unknown_key' });
  });

  it('is refused at once when the keys are to be forgotten, and those under way are not kept', async () => {
    let published = true;
    const verifier = createVerifier(async () => ({ keys: published ? (await loadKeys()).keys : [] }));
    const token = await sign();
    const underWay = verifier.verify(token);
    verifier.forget();
    published = false;
    expect(await underWay).toEqual({ ok: false, reason: 'unknown_key' });
    published = true;
    verifier.forget();
    expect((await verifier.verify(token)).ok).toBe(true);
    published = false;
    verifier.forget();
    expect(await verifier.verify(token)).toEqual({ ok: false, reason: 'unknown_key' });
  });

  it('is no reason to accept another spelling of it', async () => {
    const verifier = createVerifier();
    const token = await sign();
    await verifier.verify(token);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const other = Buffer.from(signature, 'base64url');
    other[0] = (other[0] ?? 0) ^ 1;
    expect(await verifier.verify(`${header}.${payload}.${other.toString('base64url')}`)).toEqual({ ok: false, reason: 'bad_signature' });
    expect((await verifier.verify(`${token}=`)).ok).toBe(false);
  });
});
