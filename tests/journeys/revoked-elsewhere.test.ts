import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, type Person } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { askCommand } from '../support/command.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { createHttpSite, sendOver } from '../support/http-site.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { consent, createOAuthClient, type TestOAuthClient } from '../support/oauth.ts';
import { startServer, type ServerProcess } from '../support/process.ts';

interface Connection {
  readonly person: Person;
  readonly oauth: TestOAuthClient;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Exchanges the code of the connection a second time. */
  readonly replayCode: () => Promise<unknown>;
}

const settings = { AUTH_SECRET: 'one-secret-for-both-of-the-two-processes', APP_URL: 'http://localhost:3000' };

// Only one process may use the embedded database, so there is nothing to show on it.
describe.runIf(testDatabaseKind() === 'postgres')('what ends a connection at one process', () => {
  const cleanups: (() => Promise<void>)[] = [];
  let here: Site;
  let elsewhere: string;
  let databaseUrl: string;

  beforeAll(async () => {
    const { url, drop } = await createTestPostgres({ empty: true });
    cleanups.push(drop);
    databaseUrl = url;
    const servers: ServerProcess[] = [];
    for (let count = 0; count < 2; count += 1) {
      const server = await startServer({ ...settings, DATABASE_URL: url });
      cleanups.push(() => server.dispose());
      servers.push(server);
    }
    const [first = '', second = ''] = servers.map((server) => `http://127.0.0.1:${server.settings['PORT']}`);
    here = createHttpSite(settings.APP_URL, () => first);
    elsewhere = second;
  }, 180_000);
  afterAll(async () => {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  });

  const connect = async (): Promise<Connection> => {
    const person = await signUp(here);
    const oauth = await createOAuthClient(here);
    const request = await oauth.createRequest();
    const callback = await consent(person, request);
    const tokens = await request.redeem(callback);
    return {
      person,
      oauth,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token ?? '',
      replayCode: () => request.redeem(callback).catch((error: unknown) => error),
    };
  };
  const callElsewhere = async (accessToken: string) => {
    const headers = { authorization: `Bearer ${accessToken}` };
    return (await sendOver(elsewhere, buildMcpRequest(`${here.origin}/mcp`, 'legacy', 'tools/list', {}, headers))).status;
  };
  const postJson = async (person: Person, path: string, body: object) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    expect((await person.browser.fetch(path, init)).status).toBe(200);
  };
  /** Moves the end of every replay window into the past. */
  const endReplayWindows = async () => {
    const client = new pg.Client(databaseUrl);
    await client.connect();
    await client.query(`update oauth_refresh_token set rotation_replay_expires_at = now() at time zone 'utc' - interval '1 minute'`);
    await client.end();
  };

  const ways: readonly [string, (connection: Connection) => Promise<unknown>][] = [
    ['Disconnect on the page', async ({ person }) => (await person.browser.open('/connections')).press('Disconnect')],
    ['the refresh token revoked (RFC 7009)', ({ oauth, refreshToken }) => oauth.revoke(refreshToken)],
    ['the access token revoked (RFC 7009)', ({ oauth, accessToken }) => oauth.revoke(accessToken)],
    ['its code used twice', ({ replayCode }) => replayCode()],
    [
      'a refresh token used again after its window',
      async ({ oauth, refreshToken }) => {
        await oauth.refresh(refreshToken);
        await endReplayWindows();
        await oauth.refresh(refreshToken).catch((error: unknown) => error);
      },
    ],
    [
      'a new password',
      ({ person }) =>
        postJson(person, '/api/auth/change-password', { currentPassword: person.password, newPassword: 'a wholly new password' }),
    ],
    [
      'the account closed by a command',
      ({ person }) => askCommand(['users', 'ban', person.email], { ...settings, DATABASE_URL: databaseUrl }),
    ],
    ['the account deleted', ({ person }) => postJson(person, '/api/auth/delete-user', { password: person.password })],
  ];

  // security case 139
  // proves revoke:within-a-second
  it.each(ways)('ends it at the other: %s', async (way, end) => {
    const connection = await connect();
    expect(await callElsewhere(connection.accessToken)).toBe(200);
    await end(connection);
    const endedAt = performance.now();
    await expect.poll(() => callElsewhere(connection.accessToken), { timeout: 5_000, interval: 10 }).toBe(401);
    process.stdout.write(`refused elsewhere ${Math.round(performance.now() - endedAt)} ms after: ${way}\n`);
    await expect(connection.oauth.refresh(connection.refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});
