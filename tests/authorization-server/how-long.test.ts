import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { connect, consent } from '../support/oauth.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

describe('how long a connection lasts', () => {
  let app: TestApp;
  let person: Person;
  beforeAll(async () => {
    app = await createTestApp();
    person = await signUp(app);
  });
  afterEach(() => void vi.useRealTimers());
  afterAll(() => app.close());

  const passes = (milliseconds: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
  const count = async () => {
    const { connections } = (await (await person.browser.fetch('/api/v1/connections')).json()) as { connections: unknown[] };
    return connections.length;
  };

  // proves consent:duration
  it('ends when the person said: no token is issued any more, and the consent page is shown again', async () => {
    const { oauth, refreshToken } = await connect(app, person, { choices: { '1 day': true } });
    passes(DAY - HOUR);
    const { refresh_token: second } = await oauth.refresh(refreshToken);
    expect(await count()).toBe(1);
    passes(2 * HOUR);
    await expect(oauth.refresh(String(second))).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await count()).toBe(0);
    const asked = await person.browser.open((await oauth.createRequest()).url);
    expect(asked.leavesTo).toBeNull();
    expect(asked.text()).toContain('You allowed it on');
    expect(asked.text()).toContain('That connection ended on');
  });

  it('ends after a year when nothing shorter was chosen', async () => {
    const { oauth } = await connect(app, person);
    const { connections } = (await (await person.browser.fetch('/api/v1/connections')).json()) as {
      connections: { createdAt: string; expiresAt: string }[];
    };
    const [newest] = connections;
    expect(Date.parse(newest?.expiresAt ?? '') - Date.parse(newest?.createdAt ?? '')).toBe(365 * DAY);
    const asked = await person.browser.open((await oauth.createRequest()).url);
    expect(asked.text()).toContain('That connection is still open, and stays as it is.');
  });

  it('shows nobody what another person has allowed', async () => {
    const { oauth } = await connect(app, person);
    const other = await signUp(app, 'Grace Hopper');
    const asked = await other.browser.open((await oauth.createRequest()).url);
    expect(asked.text()).toContain('First time');
  });

  it.each(['ever', '', 86_400, null])('takes no duration of %j, and issues nothing', async (duration) => {
    const { oauth } = await connect(app, person);
    const before = await count();
    const request = await oauth.createRequest();
    const page = await person.browser.open(request.url);
    const answer = await person.browser.fetch('/api/auth/oauth2/consent', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: app.origin },
      body: JSON.stringify({ accept: true, oauth_query: page.url.search.slice(1), duration }),
    });
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })]);
    await request.redeem(await consent(person, request));
    expect(await count()).toBe(before + 1);
  });
});
