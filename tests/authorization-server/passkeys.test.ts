import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passkey } from '../../src/db/schema/auth.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { TestBrowser } from '../support/browser.ts';

const RESPONSE = {
  id: 'abc',
  rawId: 'abc',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'e30', transports: [] },
};

/** What has a use only with an authenticator is in tests/journeys/passkeys.test.ts. */
describe('passkeys without an authenticator', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
  });
  afterAll(() => app.close());

  const post = (browser: TestBrowser, endpoint: string, body: unknown) =>
    browser.fetch(`/api/auth/passkey/${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('are bound to this host, and ask for a verified person', async () => {
    const response = await ada.browser.fetch('/api/auth/passkey/generate-register-options');
    expect(await response.json()).toMatchObject({
      rp: { id: 'localhost', name: 'Vitae' },
      attestation: 'none',
      authenticatorSelection: { userVerification: 'required', residentKey: 'required' },
    });
    expect((await app.createBrowser().fetch('/api/auth/passkey/generate-register-options')).status).toBe(401);
  });

  it.each([
    {},
    { response: null },
    { response: 'x' },
    { response: { id: 'abc' } },
    { response: { ...RESPONSE, id: { $ne: '' } } },
    { response: { ...RESPONSE, id: 'nul\0' } },
    { response: { ...RESPONSE, id: 'x'.repeat(5_000) } },
    { response: { ...RESPONSE, response: { transports: 'x' } } },
    { response: { ...RESPONSE, response: { attestationObject: '!', clientDataJSON: '!' } } },
    { response: RESPONSE },
    { response: RESPONSE, name: 'x'.repeat(65) },
  ])('are refused what no authenticator says: %.60j', async (body) => {
    const stranger = app.createBrowser();
    for (const [browser, ceremony] of [
      [ada.browser, 'register'],
      [stranger, 'authenticate'],
    ] as const) {
      expect((await browser.fetch(`/api/auth/passkey/generate-${ceremony}-options`)).status).toBe(200);
      const response = await post(browser, ceremony === 'register' ? 'verify-registration' : 'verify-authentication', body);
      expect([ceremony, [400, 401].includes(response.status), response.status]).toEqual([ceremony, true, response.status]);
    }
    expect(await app.db.orm.$count(passkey)).toBe(0);
    expect((await stranger.open('/account')).url.pathname).toBe('/sign-in');
  });

  it.each(['', 'x', '{}', '[]', '{"id":1}'])('tell the person when the form holds %j', async (credential) => {
    const body = new URLSearchParams({ credential, problem: '' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await app.createBrowser().fetch('/sign-in/passkey', { method: 'POST', headers, body });
    expect([response.status, (await response.text()).includes('answer could not be used')]).toEqual([400, true]);
  });

  it('let nobody touch the passkeys of another', async () => {
    const page = await ada.browser.open('/account/passkeys');
    expect(page.text()).toContain('You have no passkey');
    expect((await post(ada.browser, 'delete-passkey', { id: 'of-another' })).status).toBe(404);
    expect((await post(app.createBrowser(), 'delete-passkey', { id: 'x' })).status).toBe(401);
  });
});
