import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Page } from '../support/browser.ts';
import { readChecksums } from './support/attack.ts';
import { issueCode, redemption } from './support/codes.ts';
import { authorizePath, createVerifier, navigation, register } from './support/requests.ts';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

async function deleteAccount(person: Person): Promise<void> {
  const response = await person.browser.fetch('/api/auth/delete-user', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password: person.password }),
  });
  if (response.status !== 200) throw new Error(`the account was not deleted: ${response.status}`);
}

describe('an account that is deleted on the way', () => {
  let person: Person;
  const openConsent = async (): Promise<Page> => {
    const { client_id } = await register(app);
    return person.browser.open(authorizePath(app, client_id, createVerifier().challenge));
  };
  beforeAll(async () => {
    person = await signUp(app);
  });

  // security case 82
  it('allows nothing on a page that was open before, and gets no tokens for a code', async () => {
    const page = await openConsent();
    const issued = await issueCode(app, person);
    const cookie = person.browser.cookies.header() ?? '';
    await deleteAccount(person);
    const answered = await page.press('Allow');
    expect(answered.leavesTo).toBeNull();
    expect(answered.url.pathname).toBe('/sign-in');
    const again = await app.fetch(navigation(app, authorizePath(app, issued.clientId, createVerifier().challenge), { cookie }));
    expect(again.headers.get('location')).toMatch(/^(?:http:\/\/localhost:3000)?\/sign-in\?/);
    const response = await app.fetch(redemption(app, issued));
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
  });
});

describe('a flood of authorization requests', () => {
  // security case 101
  it('leaves nothing behind, signed in or not', async () => {
    const ada = await signUp(app);
    const { client_id } = await register(app);
    const before = await readChecksums(app.db);
    for (let request = 0; request < 100; request += 1) {
      const path = authorizePath(app, client_id, createVerifier().challenge, { state: `state-${request}` });
      const cookie: Record<string, string> = request % 2 === 0 ? {} : { cookie: ada.browser.cookies.header() ?? '' };
      expect((await app.fetch(navigation(app, path, cookie))).status).toBe(302);
    }
    expect(await readChecksums(app.db)).toEqual(before);
  });
});
