import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { user } from '../../src/db/schema/auth.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { attack } from './support/attack.ts';
import { connectClient, refreshing, type Connection } from './support/codes.ts';
import { INTROSPECT, REVOKE, form, navigation, register, type RegisteredClient } from './support/requests.ts';

let app: TestApp;
let ada: Person;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
});
afterAll(() => app.close());

const callMcp = ({ access_token }: Pick<Connection, 'access_token'>) =>
  app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${access_token}` }));

const FORGED = [
  'junk',
  '',
  'a.b.c',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
  'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6Im5vYm9keSJ9.eyJzdWIiOiJ4In0.AAAA',
  'vitae_rt_unknown',
];

describe('revocation (RFC 7009)', () => {
  // security case 136
  // proves revoke:unknown-token
  it.each(FORGED.filter((token) => token !== ''))('answers 200 and nothing for the unknown token %.20s', async (token) => {
    const { clientId } = await connectClient(app, ada);
    const refusal = await attack(app, form(app, REVOKE, { token, client_id: clientId }));
    expect(refusal.status).toBe(200);
  });

  // security case 137
  // proves revoke:own-tokens-alone
  it('has no effect on the token of another client', async () => {
    const victim = await connectClient(app, ada);
    const other = await register(app);
    for (const token of [victim.access_token, victim.refresh_token]) {
      expect((await attack(app, form(app, REVOKE, { token, client_id: other.client_id }))).status).toBe(200);
    }
    expect((await callMcp(victim)).status).toBe(200);
    expect((await app.fetch(refreshing(app, victim.clientId, victim.refresh_token))).status).toBe(200);
  });

  // security cases 138, 139, 140
  it.each<['access_token' | 'refresh_token', string]>([
    ['refresh_token', 'refresh_token'],
    ['refresh_token', 'access_token'],
    ['access_token', 'access_token'],
    ['access_token', 'refresh_token'],
    ['access_token', 'nonsense'],
  ])('of the %s with the hint %s ends the whole connection', async (kind, hint) => {
    const connection = await connectClient(app, ada);
    const response = await app.fetch(form(app, REVOKE, { token: connection[kind], token_type_hint: hint, client_id: connection.clientId }));
    expect(response.status).toBe(200);
    expect((await callMcp(connection)).status).toBe(401);
    expect((await app.fetch(refreshing(app, connection.clientId, connection.refresh_token))).status).toBe(400);
  });

  it('is refused to nobody in particular', async () => {
    const { refresh_token } = await connectClient(app, ada);
    const refusal = await attack(app, form(app, REVOKE, { token: refresh_token }));
    expect([400, 401]).toContain(refusal.status);
  });
});

describe('introspection (RFC 7662)', () => {
  let stranger: RegisteredClient;
  beforeAll(async () => {
    stranger = await register(app, { token_endpoint_auth_method: 'client_secret_post' });
  });
  const introspect = (token: string, client: RegisteredClient | null) =>
    attack(app, form(app, INTROSPECT, { token, client_id: client?.client_id ?? null, client_secret: client?.client_secret ?? null }));

  // security case 143
  it('is refused to nobody in particular and to public clients', async () => {
    const connection = await connectClient(app, ada);
    expect([400, 401]).toContain((await introspect(connection.access_token, null)).status);
    const own = await attack(app, form(app, INTROSPECT, { token: connection.access_token, client_id: connection.clientId }));
    expect([400, 401]).toContain(own.status);
  });

  // security case 143
  // proves introspect:own-tokens-alone
  it('tells a client nothing about tokens of another', async () => {
    const connection = await connectClient(app, ada);
    for (const token of [connection.access_token, connection.refresh_token, ...FORGED.filter((forged) => forged !== '')]) {
      const answer = await introspect(token, stranger);
      expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { active: false }]);
    }
  });
});

describe('a forged token', () => {
  // security cases 143, 147, 150
  it.each(FORGED)('is refused by userinfo without a failure: %.20s', async (token) => {
    const request = new Request(`${app.origin}/api/auth/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    const refusal = await attack(app, request);
    expect([400, 401]).toContain(refusal.status);
  });
});

describe('what ends', () => {
  // security case 144
  it.each(['/api/auth/oauth2/end-session', '/api/auth/oauth2/end-session/confirm'])(
    'has no logout that another site can start: %s',
    async (path) => {
      const query = '?post_logout_redirect_uri=https%3A%2F%2Fevil.example';
      const refusal = await attack(app, navigation(app, `${path}${query}`, { cookie: ada.browser.cookies.header() ?? '' }));
      expect([refusal.status, refusal.location]).toEqual([404, null]);
    },
  );

  // security case 142
  // proves revoke:disconnect
  it('with Disconnect: the next call, the refresh token and the row of the page', async () => {
    const person = await signUp(app, 'Grace');
    const connection = await connectClient(app, person);
    const page = await person.browser.open('/connections');
    expect(page.text()).toContain('Web client');
    const after = await page.press('Disconnect');
    expect(after.text()).not.toContain('Last used');
    expect((await callMcp(connection)).status).toBe(401);
    expect((await app.fetch(refreshing(app, connection.clientId, connection.refresh_token))).status).toBe(400);
  });

  // security cases 145, 161
  // proves revoke:account
  it('with the account: every token of it', async () => {
    const person = await signUp(app, 'Grace');
    const connection = await connectClient(app, person);
    const response = await person.browser.fetch('/api/auth/delete-user', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: person.password }),
    });
    expect(response.status).toBe(200);
    expect(await app.db.orm.select().from(user).where(eq(user.email, person.email))).toEqual([]);
    expect((await callMcp(connection)).status).toBe(401);
    expect((await app.fetch(refreshing(app, connection.clientId, connection.refresh_token))).status).toBe(400);
  });

  // security case 146
  // proves revoke:password
  it('with the password: every connection', async () => {
    const person = await signUp(app, 'Grace');
    const connection = await connectClient(app, person);
    const response = await person.browser.fetch('/api/auth/change-password', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ currentPassword: person.password, newPassword: 'another long password' }),
    });
    expect(response.status).toBe(200);
    expect((await callMcp(connection)).status).toBe(401);
  });
});
