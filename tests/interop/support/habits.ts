import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { toTokens } from './connect.ts';
import type { Life } from './life.ts';

/** Several processes or windows share one stored refresh token and find it expired at the same moment. */
export async function refreshFromFiveProcesses(life: Life): Promise<void> {
  const { refreshToken } = life.tokens;
  const answers = await Promise.all(Array.from({ length: 5 }, () => life.refresh(refreshToken)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body['refresh_token'])).size).toBe(1);
  life.tokens = toTokens(answers[0] ?? (await life.refresh()));
  expect((await life.call('tools/list')).status).toBe(200);
}

/** The server has lost the client, e.g. by a restored backup: the error has to be the one that makes it register. */
export async function registerAnewWhenForgotten(life: Life): Promise<void> {
  const stale = life.client.id;
  await life.app.db.orm.execute(sql`delete from oauth_client where client_id = ${stale}`);
  expect(await life.refresh()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect((await life.identify()).id).not.toBe(stale);
  await life.connect();
  expect((await life.call('tools/list')).status).toBe(200);
}

/** The person signs out in the client, which gives its tokens back (RFC 7009), and connects again. */
export async function giveTokensBack(life: Life): Promise<void> {
  const { accessToken, refreshToken } = life.tokens;
  const revoked = await life.revoke(refreshToken);
  expect(revoked.status).toBe(200);
  expect((await life.call('tools/list', {}, { accessToken })).status).toBe(401);
  expect(await life.refresh(refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  await life.connect();
  expect((await life.call('tools/list')).status).toBe(200);
}

/** The person's session is over: signing in comes in between, the wrong password first. */
export async function connectThroughSignIn(life: Life): Promise<void> {
  const { person } = life;
  person.browser.cookies.clear();
  const { page, url, verifier } = await life.ask({ prompt: 'consent' });
  const again = await page.press('Sign in', { Email: person.email, Password: 'not the password' });
  expect(again.leavesTo).toBeNull();
  const asked = await again.press('Sign in', { Email: person.email, Password: person.password });
  expect(asked.heading()).toContain(life.clientName);
  life.tokens = toTokens(await life.exchange(await life.allow({ page: asked, url, verifier })));
  expect((await life.call('tools/list')).status).toBe(200);
}

/** Somebody without an account, who makes one on the way. */
export async function connectThroughSignUp(life: Life): Promise<void> {
  life.person.browser.cookies.clear();
  const { page, url, verifier } = await life.ask();
  const form = await page.follow('Create account');
  const email = `new-${randomUUID()}@example.org`;
  const asked = await form.press('Create account', { Name: 'Grace Hopper', Email: email, Password: 'a password of hers' });
  expect(asked.heading()).toContain(life.clientName);
  life.tokens = toTokens(await life.exchange(await life.allow({ page: asked, url, verifier })));
  expect((await life.call('tools/list')).status).toBe(200);
}
