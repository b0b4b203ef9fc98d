import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { startMetadataHost, type MetadataHost } from '../support/metadata-host.ts';
import { consent, createOAuthClient } from '../support/oauth.ts';

const REDIRECT = 'https://client.test/callback';

let host: MetadataHost;
let app: TestApp;
let ada: Person;
let key: CryptoKey;
beforeAll(async () => {
  host = await startMetadataHost(['client.test', 'crowd.test', 'other.test']);
  app = await createTestApp({ clientMetadata: { network: host.network } });
  ada = await signUp(app);
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  host.serve('https://client.test/jwks.json', { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] });
});
afterAll(async () => {
  await app.close();
  await host.close();
});

const serve = (url: string, members: Readonly<Record<string, unknown>> = {}) =>
  host.serve(url, { client_id: url, client_name: 'Document client', redirect_uris: [REDIRECT], ...members });
const createClient = (url: string, authentication?: oauth.ClientAuth) =>
  createOAuthClient(app, { client_id: url, redirect_uris: [REDIRECT] }, { redirectUri: REDIRECT, authentication });

describe('a client assertion (RFC 7523 §3)', () => {
  const url = 'https://client.test/signing.json';
  beforeAll(() =>
    serve(url, {
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri: 'https://client.test/jwks.json',
    }),
  );
  /** A redemption that is right in everything but what `spoil` does to its assertion. */
  const redeemWith = async (spoil: (claims: Record<string, unknown>, now: number) => void) => {
    const modify: oauth.ModifyAssertionFunction = (_header, payload) => spoil(payload, Math.floor(Date.now() / 1000));
    const client = await createClient(url, oauth.PrivateKeyJwt({ key, kid: 'k1' }, { [oauth.modifyAssertion]: modify }));
    const request = await client.createRequest();
    return request.redeem(await consent(ada, request));
  };

  // security case 229
  it.each<[string, (claims: Record<string, unknown>, now: number) => void]>([
    ['another audience', (claims) => void (claims['aud'] = 'https://other.example/token')],
    ['an end beyond five minutes', (claims, now) => void (claims['exp'] = now + 3_600)],
    ['an end that is past', (claims, now) => void (claims['exp'] = now - 120)],
    ['no end', (claims) => void delete claims['exp']],
    ['no name of its own', (claims) => void delete claims['jti']],
    ['another issuer', (claims) => void (claims['iss'] = 'https://client.test/other.json')],
    ['another subject', (claims) => void (claims['sub'] = 'https://client.test/other.json')],
  ])('is refused with %s', async (_what, spoil) => {
    await expect(redeemWith(spoil)).rejects.toMatchObject({ status: 401 });
  });

  it('is taken when nothing is wrong with it', async () => {
    expect((await redeemWith(() => undefined)).access_token).toBeTypeOf('string');
  });
});

describe('two hundred documents in a minute', () => {
  // security case 46
  it('are fetched up to the budget of their host, while known clients and other hosts go on', async () => {
    const ask = async (url: string) => {
      serve(url);
      return (await app.createBrowser().open((await (await createClient(url)).createRequest()).url)).url.pathname;
    };
    const paths: string[] = [];
    for (let index = 0; index < 200; index += 1) paths.push(await ask(`https://crowd.test/${index}.json`));
    expect(paths.filter((path) => path === '/sign-in')).toHaveLength(30);
    expect(paths.filter((path) => path === '/error')).toHaveLength(170);
    expect(host.requests.filter((url) => url.startsWith('https://crowd.test/'))).toHaveLength(30);
    expect(await ask('https://crowd.test/0.json')).toBe('/sign-in');
    expect(await ask('https://other.test/0.json')).toBe('/sign-in');
  });
});
