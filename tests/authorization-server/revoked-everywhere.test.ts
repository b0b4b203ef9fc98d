import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apikey, user } from '../../src/db/schema/auth.ts';
import { createApiKey, createTestApp, signUp, type TestApp } from '../support/app.ts';
import { connect } from '../support/oauth.ts';

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
    expect(await app.db.orm.$count(user)).toBe(1);
  });
});
