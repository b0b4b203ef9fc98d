import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { oauthClient, oauthRefreshToken, user } from '../../src/db/schema/auth.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { attack } from './support/attack.ts';
import { connectClient, issueCode, readTokens, refreshing, type Connection } from './support/codes.ts';
import { register } from './support/requests.ts';

let app: TestApp;
let ada: Person;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
});
afterEach(() => vi.useRealTimers());
afterAll(() => app.close());

const refresh = ({ clientId, refresh_token }: Connection, overrides = {}) => app.fetch(refreshing(app, clientId, refresh_token, overrides));
const callMcp = ({ access_token }: { readonly access_token: string }) =>
  app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${access_token}` }));

async function expectInvalidGrant(response: Response): Promise<void> {
  expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
  expect(response.status).toBe(400);
}

function moveClock(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + milliseconds);
}

describe('a rotated refresh token', () => {
  // security case 124
  // proves refresh:grace
  it('gets the same answer within the grace window, and no second branch', async () => {
    const connection = await connectClient(app, ada);
    const first = await readTokens(await refresh(connection));
    const { access_token, refresh_token } = await readTokens(await refresh(connection));
    expect([access_token, refresh_token]).toEqual([first.access_token, first.refresh_token]);
    expect((await refresh({ ...connection, refresh_token: first.refresh_token ?? '' })).status).toBe(200);
  });

  // security case 123
  // proves refresh:replay-ends-connection
  it('ends its connection when it comes back after the window', async () => {
    const connection = await connectClient(app, ada);
    const first = await readTokens(await refresh(connection));
    moveClock(61_000);
    await expectInvalidGrant(await refresh(connection));
    await expectInvalidGrant(await refresh({ ...connection, refresh_token: first.refresh_token ?? '' }));
    expect((await callMcp(first)).status).toBe(401);
  });

  // security cases 50, 135
  // proves refresh:own-connection-alone
  it('ends its own connection alone, not the same client on another computer', async () => {
    const client = await register(app, { redirect_uris: ['http://127.0.0.1:33418/callback'], application_type: 'native' });
    const options = { clientId: client.client_id, overrides: { redirect_uri: 'http://127.0.0.1:33418/callback' } };
    const laptop = await connectClient(app, ada, options);
    const desktop = await connectClient(app, ada, options);
    await refresh(laptop);
    moveClock(61_000);
    await expectInvalidGrant(await refresh(laptop));
    expect((await callMcp(desktop)).status).toBe(200);
    expect((await refresh(desktop)).status).toBe(200);
  });

  // security case 124
  it('is refused within the window with another scope or resource, and its successor lives on', async () => {
    const connection = await connectClient(app, ada);
    const first = await readTokens(await refresh(connection));
    const other = await register(app);
    await expectInvalidGrant(await refresh({ ...connection, clientId: other.client_id }));
    expect((await refresh(connection, { resource: 'https://evil.example/mcp' })).status).toBe(400);
    expect((await refresh(connection, { scope: 'resumes:read resumes:delete' })).status).toBe(400);
    expect((await refresh({ ...connection, refresh_token: first.refresh_token ?? '' })).status).toBe(200);
  });
});

describe('a refresh token', () => {
  // security case 126
  // proves refresh:bound-to-client
  it('is of no use to another client, and stays good for its own', async () => {
    const connection = await connectClient(app, ada);
    const other = await register(app);
    const refusal = await attack(app, refreshing(app, other.client_id, connection.refresh_token));
    expect([refusal.status, refusal.error]).toEqual([400, 'invalid_grant']);
    expect((await refresh(connection)).status).toBe(200);
  });

  // security case 127
  // proves refresh:never-widens
  it('gets no wider scope, and keeps what was granted when it asks for less', async () => {
    const connection = await connectClient(app, ada, { overrides: { scope: 'resumes:read resumes:write offline_access' } });
    const refusal = await attack(
      app,
      refreshing(app, connection.clientId, connection.refresh_token, { scope: 'resumes:read resumes:delete' }),
    );
    expect([refusal.status, refusal.error]).toEqual([400, 'invalid_scope']);
    const narrowed = await readTokens(await refresh(connection, { scope: 'resumes:read' }));
    const after = await readTokens(await refresh({ ...connection, refresh_token: narrowed.refresh_token ?? '' }));
    expect(after.scope).toBe('resumes:read resumes:write offline_access');
    expect(after.refresh_token).not.toBe(narrowed.refresh_token);
  });

  // security case 128
  it.each<[string, (connection: Connection, person: Person) => Promise<unknown>]>([
    ['the account is deleted', (_connection, person) => app.db.orm.delete(user).where(eq(user.email, person.email))],
    ['the client is deleted', ({ clientId }) => app.db.orm.delete(oauthClient).where(eq(oauthClient.clientId, clientId))],
    [
      'the client is disabled',
      ({ clientId }) => app.db.orm.update(oauthClient).set({ disabled: true }).where(eq(oauthClient.clientId, clientId)),
    ],
    [
      'the password is changed',
      (_connection, person) =>
        person.browser.fetch('/api/auth/change-password', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ currentPassword: person.password, newPassword: 'another long password' }),
        }),
    ],
    ['the connection is ended', async (_connection, person) => (await person.browser.open('/connections')).press('Disconnect')],
  ])('is dead once %s', async (_what, end) => {
    const person = await signUp(app, 'Grace');
    const connection = await connectClient(app, person);
    await end(connection, person);
    const response = await refresh(connection);
    expect([400, 401]).toContain(response.status);
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(/^invalid_(grant|client)$/) });
  });

  // security case 131
  // proves refresh:expires
  it('ends when it is not used for its lifetime, and with its connection whatever is refreshed', async () => {
    const idle = await connectClient(app, ada);
    const [grant] = await app.db.orm.select().from(oauthGrant).where(eq(oauthGrant.clientId, idle.clientId));
    expect((grant?.expiresAt.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(366 * 86_400_000);
    const capped = await connectClient(app, ada);
    await app.db.orm.update(oauthGrant).set({ expiresAt: new Date() }).where(eq(oauthGrant.clientId, capped.clientId));
    await expectInvalidGrant(await refresh(capped));
    moveClock(91 * 86_400_000);
    await expectInvalidGrant(await refresh(idle));
  });

  // security case 132
  // proves refresh:hashed
  it('is kept as a hash, begins with a prefix that scanners find and has 128 bits or more', async () => {
    const connection = await connectClient(app, ada);
    const rows = await app.db.orm.select().from(oauthRefreshToken).where(eq(oauthRefreshToken.clientId, connection.clientId));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(connection.refresh_token.replace('vitae_rt_', ''));
    expect(connection.refresh_token).toMatch(/^vitae_rt_[A-Za-z0-9_-]{32,}$/);
  });

  // security case 134
  it('can not be replaced by an access token, a code, or a token without its prefix', async () => {
    const connection = await connectClient(app, ada);
    const code = await issueCode(app, ada, { clientId: connection.clientId });
    for (const token of [
      connection.access_token,
      code.code,
      connection.refresh_token.replace('vitae_rt_', ''),
      'vitae_rt_',
      'vitae_rt_x',
    ]) {
      const refusal = await attack(app, refreshing(app, connection.clientId, token));
      expect([refusal.status, refusal.error]).toEqual([400, 'invalid_grant']);
    }
  });
});
