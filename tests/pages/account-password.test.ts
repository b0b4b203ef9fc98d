import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';

const NEW_PASSWORD = 'a wholly new password';

describe('the form for another password', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.close());

  const enter = async (email: string, password: string, browser = app.createBrowser()) => ({
    browser,
    page: await (await browser.open('/sign-in')).press('Sign in', { Email: email, Password: password }),
  });

  // security case 128
  it('keeps this browser and ends every other session and every connection', async () => {
    const person = await signUp(app);
    const elsewhere = (await enter(person.email, person.password)).browser;
    const { accessToken } = await connect(app, person);
    const done = await (
      await person.browser.open('/account')
    ).press('Change password', {
      'Current password': person.password,
      'New password': NEW_PASSWORD,
    });
    expect(done.text()).toContain('Your password is changed. Every other session and every connection has ended.');
    expect((await elsewhere.open('/account')).url.pathname).toBe('/sign-in');
    expect((await person.browser.open('/account')).url.pathname).toBe('/account');
    const call = buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${accessToken}` });
    expect((await app.fetch(call)).status).toBe(401);
    expect((await enter(person.email, person.password)).page.status).toBe(401);
    expect((await enter(person.email, NEW_PASSWORD)).page.url.pathname).toBe('/');
  });

  it.each([
    ['This is not your password.', 'not my password', NEW_PASSWORD],
    ['Choose a password of at least 8 characters.', null, 'short'],
    ['Choose a password of at most 128 characters.', null, 'x'.repeat(129)],
  ])('changes nothing and says: %s', async (text, current, wanted) => {
    const person = await signUp(app);
    const { accessToken } = await connect(app, person);
    const refused = await (
      await person.browser.open('/account')
    ).press('Change password', {
      'Current password': current ?? person.password,
      'New password': wanted,
    });
    expect(refused.text()).toContain(text);
    const call = buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${accessToken}` });
    expect((await app.fetch(call)).status).toBe(200);
    expect((await enter(person.email, person.password)).page.url.pathname).toBe('/');
  });
});
