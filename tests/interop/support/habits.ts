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
