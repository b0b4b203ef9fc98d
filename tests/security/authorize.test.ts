import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { attack } from './support/attack.ts';
import { expectLocalError } from './support/authorization.ts';
import { connectClient, issueCode } from './support/codes.ts';
import { REDIRECT_URI, authorizePath, createVerifier, navigation, register, type Parameters } from './support/requests.ts';

let app: TestApp;
let ada: Person;
let clientId: string;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
  clientId = (await register(app)).client_id;
});
afterAll(() => app.close());

function ask(overrides: Parameters = {}, headers: Readonly<Record<string, string>> = {}): Request {
  return navigation(app, authorizePath(app, clientId, createVerifier().challenge, overrides), headers);
}

function cookieOf(person: Person): { readonly cookie: string } {
  return { cookie: person.browser.cookies.header() ?? '' };
}

describe('consent stands before every code', () => {
  // security cases 77, 92
  // proves consent:before-every-code
  it('asks again for a second client although the first was allowed', async () => {
    await issueCode(app, ada, { clientId });
    const other = await register(app, { client_name: 'Other client' });
    const replayed = await ada.browser.open(authorizePath(app, other.client_id, createVerifier().challenge));
    expect(replayed.url.pathname).toBe('/consent');
    expect(replayed.heading()).toContain('Other client');
    expect(replayed.leavesTo).toBeNull();
  });

  // security cases 77, 86
  // proves consent:get-mints-nothing
  it('gives a signed-in person a page and no code, whatever is read with GET or HEAD', async () => {
    const fresh = await register(app);
    const authorize = authorizePath(app, fresh.client_id, createVerifier().challenge);
    const consentPage = (await ada.browser.open(authorize)).url;
    const paths = [
      authorize,
      consentPage.href,
      `/sign-in${consentPage.search}`,
      `/api/auth/oauth2/consent${consentPage.search}&accept=true`,
    ];
    paths.push(`/api/auth/oauth2/continue${consentPage.search}&postLogin=true`, `/authorize?${authorize.split('?')[1]}`);
    for (const path of paths) {
      for (const method of ['GET', 'HEAD']) {
        const refusal = await attack(app, new Request(navigation(app, path, cookieOf(ada)), { method }));
        expect(refusal.location?.searchParams.has('code') ?? false).toBe(false);
        expect(refusal.location?.origin ?? app.origin).toBe(app.origin);
        expect(refusal.body).not.toContain('code=');
      }
    }
  });

  // security cases 77, 92
  it.each<[string, Parameters]>([
    ['a wider scope', { scope: 'resumes:read resumes:write offline_access' }],
    ['another redirect URI', { redirect_uri: 'https://client.example/other' }],
  ])('asks again for %s', async (_what, overrides) => {
    const client = await register(app, { redirect_uris: [REDIRECT_URI, 'https://client.example/other'] });
    await connectClient(app, ada, { clientId: client.client_id });
    const again = await ada.browser.open(authorizePath(app, client.client_id, createVerifier().challenge, overrides));
    expect(again.url.pathname).toBe('/consent');
    expect(again.leavesTo).toBeNull();
  });

  it('goes on without asking for the same client, redirect URI and scope on the web', async () => {
    const client = await register(app);
    await connectClient(app, ada, { clientId: client.client_id });
    const again = await ada.browser.open(authorizePath(app, client.client_id, createVerifier().challenge));
    expect(again.leavesTo?.searchParams.has('code')).toBe(true);
  });

  // security case 68
  it('shows the page to a client that asks for it although consent is stored', async () => {
    const client = await register(app);
    await connectClient(app, ada, { clientId: client.client_id });
    const asked = await ada.browser.open(authorizePath(app, client.client_id, createVerifier().challenge, { prompt: 'consent' }));
    expect(asked.url.pathname).toBe('/consent');
    expect((await asked.press('Allow')).leavesTo?.searchParams.has('code')).toBe(true);
  });

  // security case 85
  it('asks although a registration called itself trusted', async () => {
    const client = await register(app, { skip_consent: true, trusted: true, skipConsent: true });
    const asked = await ada.browser.open(authorizePath(app, client.client_id, createVerifier().challenge));
    expect(asked.url.pathname).toBe('/consent');
  });
});

describe('the client and its redirect URI', () => {
  // security case 57
  it.each([null, 'nobody', '<script>alert(1)</script>', 'a\0b', 'x'.repeat(10_000)])(
    'refuses the client id %.20s on our own page',
    async (id) => {
      await expectLocalError(app, ask({ client_id: id }));
    },
  );

  // security case 58
  // proves authorize:redirect-uri-exact
  it.each([
    'https://client.example/call',
    'https://client.example/callback/more',
    'https://client.example/callback?x=1',
    'https://client.example/callback#x',
    'https://client.example/x/../callback',
    'https://client.example/%63allback',
    'https://client.example/Callback',
    'https://client.example/callback/',
    'https://client.example:8443/callback',
    'https://client.example.evil.example/callback',
    'https://client.example@evil.example/callback',
    'http://client.example/callback',
    'https://CLIENT.example/callback\\@evil.example',
    'https://evil.example/callback',
    'javascript:alert(1)',
    '//evil.example/callback',
  ])('refuses the unregistered redirect URI %s on our own page', async (uri) => {
    await expectLocalError(app, ask({ redirect_uri: uri }));
    await expectLocalError(app, ask({ redirect_uri: uri }, cookieOf(ada)));
  });

  describe('on loopback (RFC 8252 §7.3)', () => {
    let native: string;
    beforeAll(async () => {
      native = (await register(app, { redirect_uris: ['http://127.0.0.1:33418/callback'], application_type: 'native' })).client_id;
    });

    // security case 59
    // proves authorize:loopback-port
    it('takes another port', async () => {
      const answered = await app.fetch(ask({ client_id: native, redirect_uri: 'http://127.0.0.1:50123/callback' }, cookieOf(ada)));
      expect(new URL(answered.headers.get('location') ?? '', app.origin).pathname).toBe('/consent');
    });

    // security case 59
    it.each([
      'http://127.0.0.1:33418/other',
      'http://localhost:33418/callback',
      'https://127.0.0.1:33418/callback',
      'http://127.0.0.1:33418/callback?x=1',
      'http://127.0.0.1.evil.example:33418/callback',
      'http://127.0.0.2:33418/callback',
    ])('refuses %s', async (uri) => {
      await expectLocalError(app, ask({ client_id: native, redirect_uri: uri }));
    });

    it('asks again although the same program was allowed before (RFC 8252 §8.6)', async () => {
      const redirectUri = 'http://127.0.0.1:33418/callback';
      await connectClient(app, ada, { clientId: native, overrides: { redirect_uri: redirectUri } });
      const again = await ada.browser.open(authorizePath(app, native, createVerifier().challenge, { redirect_uri: redirectUri }));
      expect(again.url.pathname).toBe('/consent');
    });
  });
});
