import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthConsent } from '../../src/db/schema/auth.ts';
import { oauthGrant, oauthGrantCode } from '../../src/db/schema/grants.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createOAuthClient } from '../support/oauth.ts';

describe('a consent', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
  });
  afterAll(() => app.close());

  const countRows = async () => {
    const counts = await Promise.all([oauthGrant, oauthGrantCode, oauthConsent].map((table) => app.db.orm.$count(table)));
    return { grants: counts[0], codes: counts[1], consents: counts[2] };
  };

  // security cases 91, 99
  // proves consent:answered-once
  it('answers one request once, however often Allow is pressed', async () => {
    const client = await createOAuthClient(app);
    const before = await countRows();
    const request = await client.createRequest();
    const asked = await ada.browser.open(request.url);
    const answers = await Promise.all([asked.press('Allow'), asked.press('Allow'), asked.press('Allow')]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(2);
    const again = await asked.press('Allow');
    expect(again.status).toBe(400);
    expect(again.text()).toContain('start again');
    expect(await countRows()).toEqual({
      grants: (before.grants ?? 0) + 1,
      codes: (before.codes ?? 0) + 1,
      consents: (before.consents ?? 0) + 1,
    });
  });
});
