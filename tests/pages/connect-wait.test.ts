import { describe, expect, it } from 'vitest';
import { createTestApp, signUp } from '../support/app.ts';
import { connect } from '../support/oauth.ts';
import { createFixture, NOW } from './fixture.ts';

/** After how many seconds the page opens itself anew without a script; null: it does not. */
const readRefresh = (html: string) => /<noscript><meta http-equiv="refresh" content="(\d+)"\/?><\/noscript>/.exec(html)?.[1] ?? null;

const MINUTE = 60_000;

describe('waiting for an app', () => {
  it('sends a visitor to sign in and back, and begins when the person asks', async () => {
    const visitor = await createFixture({ session: null }).get('/connect/wait');
    expect(visitor.headers.get('location')).toBe('/sign-in?next=%2Fconnect%2Fwait');
    const owner = await createFixture().get('/connect/wait');
    expect([owner.status, owner.headers.get('location')]).toEqual([303, `/connect/wait?since=${NOW.getTime()}`]);
  });

  it.each([
    [0, '5'],
    [9, '5'],
    [10, null],
    [-1, null],
  ])('looks again by itself after %i minutes: %s', async (minutes, refresh) => {
    const answer = await createFixture().get(`/connect/wait?since=${NOW.getTime() - minutes * MINUTE}`);
    expect([answer.status, readRefresh(await answer.text())]).toEqual([200, refresh]);
  });

  it.each(['', 'x', '-1', '1e3', '9'.repeat(40)])('does not wait since %j', async (since) => {
    const answer = await createFixture().get(`/connect/wait?since=${since}`);
    expect([answer.status, readRefresh(await answer.text())]).toEqual([200, null]);
  });

  // proves connections:wait
  it('turns green once an app has its first token, and then looks no more', async () => {
    const app = await createTestApp();
    const person = await signUp(app);
    await connect(app, person);
    const waiting = await (await person.browser.open('/connect')).follow('Wait until an app has connected');
    expect([waiting.heading(), readRefresh(waiting.html)]).toEqual(['Waiting for an app', '5']);
    await connect(app, await signUp(app, 'Grace Hopper'));
    expect((await person.browser.open(waiting.url)).heading()).toBe('Waiting for an app');
    await connect(app, person);
    const found = await person.browser.open(waiting.url);
    expect([found.heading(), readRefresh(found.html)]).toEqual(['An app has connected', null]);
    expect(found.text()).toContain('Test client is connected and can begin.');
    expect((await found.follow('See what it may do')).status).toBe(200);
    await app.close();
  });
});
