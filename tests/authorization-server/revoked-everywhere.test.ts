import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type TestApp } from '../support/app.ts';
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
});
