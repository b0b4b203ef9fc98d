import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOCK_SKEW_SECONDS } from '../../src/authorization-server/lifetimes.ts';
import { apikey, user } from '../../src/db/schema/auth.ts';
import { createApiKey, createTestApp, signUp, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';
import { waitUntil } from '../support/wait.ts';

describe('the end of a connection', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.close());

  const userInfo = (token: string) =>
    app.fetch(new Request(`${app.origin}/api/auth/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } }));

  // security case 128
  it('comes with a new password, for every token at every endpoint', async () => {
    const person = await signUp(app);
    const { accessToken, refreshToken, oauth } = await connect(app, person, { scope: 'openid email resumes:read' });
    expect((await userInfo(accessToken)).status).toBe(200);
    const changed = await person.browser.fetch('/api/auth/change-password', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ currentPassword: person.password, newPassword: 'another long password' }),
    });
    expect(changed.status).toBe(200);
    const refused = await userInfo(accessToken);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    await expect(oauth.refresh(refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  // security cases 128, 139
  it.each(['a new password', 'the end of every connection'])(
    'comes with %s although the clock there goes behind that of the token',
    async (way) => {
      const slow = await createTestApp({ db: app.db, clock: () => new Date(Date.now() - CLOCK_SKEW_SECONDS * 1000) });
      const person = await signUp(app);
      const { accessToken } = await connect(app, person);
      const list = () => app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${accessToken}` }));
      expect((await list()).status).toBe(200);
      const browser = slow.createBrowser();
      const signedIn = await (await browser.open('/sign-in')).press('Sign in', { Email: person.email, Password: person.password });
      expect(signedIn.status).toBe(200);
      if (way !== 'a new password') await (await browser.open('/connections/disconnect-all')).press('End every connection');
      else {
        const passwords = { 'Current password': person.password, 'New password': 'another long password' };
        await (await browser.open('/account')).press('Change password', passwords);
      }
      await waitUntil(async () => (await list()).status === 401);
      await slow.close();
    },
  );

  // security cases 145, 161
  // proves revoke:account
  it('comes with the end of the account, for tokens and API keys', async () => {
    const person = await signUp(app);
    const { accessToken, refreshToken, oauth } = await connect(app, person, { scope: 'openid resumes:read' });
    const key = await createApiKey(person);
    const whoami = (headers: Record<string, string>) => app.fetch(new Request(`${app.origin}/api/v1/whoami`, { headers }));
    expect((await whoami({ 'x-api-key': key })).status).toBe(200);
    const deleted = await person.browser.fetch('/api/auth/delete-user', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: person.password }),
    });
    expect(deleted.status).toBe(200);
    expect((await userInfo(accessToken)).status).toBe(401);
    await expect(oauth.refresh(refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await whoami({ 'x-api-key': key })).status).toBe(401);
    expect(await app.db.orm.$count(apikey)).toBe(0);
    expect(await app.db.orm.select({ email: user.email }).from(user)).not.toContainEqual({ email: person.email });
  });
});
