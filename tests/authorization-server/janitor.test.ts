import { eq, sql } from 'drizzle-orm';
import { is } from 'drizzle-orm/entity';
import { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJanitor, type Expiry } from '../../src/db/janitor.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { oauthClient, oauthRefreshToken, user } from '../../src/db/schema/auth.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import { schema } from '../../src/db/schema/index.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { testDatabaseKind } from '../support/database.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { consent, createOAuthClient, type Connected } from '../support/oauth.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('the janitor', () => {
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    app = await createTestApp({ settings: { AUDIT_RETENTION_DAYS: '30' } });
  });
  beforeEach(async () => {
    ada = await signUp(app);
  });
  const today = Date.now();
  afterEach(() => vi.setSystemTime(today));
  afterAll(async () => {
    vi.useRealTimers();
    await app.close();
  });

  const travel = (days: number) => vi.setSystemTime(Date.now() + days * DAY_MS);
  const signIn = async (person: Person) => {
    const browser = app.createBrowser();
    await (await browser.open('/sign-in')).press('Sign in', { Email: person.email, Password: person.password });
    return browser;
  };
  /** Through a client of its own: the same metadata would lead to the client of another test. */
  const connect = async (): Promise<Connected> => {
    const client = await createOAuthClient(app, { client_name: `Client of ${ada.email}` });
    const request = await client.createRequest();
    const tokens = await request.redeem(await consent(ada, request));
    return { oauth: client, accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? '', scope: tokens.scope ?? '' };
  };
  const callTools = async (accessToken: string) =>
    (await app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${accessToken}` }))).status;
  const refresh = async (connected: Connected): Promise<Connected> => {
    const tokens = await connected.oauth.refresh(connected.refreshToken);
    return { ...connected, accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? '' };
  };
  const hasClient = async (clientId: string) => (await app.db.orm.$count(oauthClient, eq(oauthClient.clientId, clientId))) === 1;
  const countAll = async () => {
    const counts: [string, number][] = [];
    for (const [name, table] of Object.entries(schema)) if (is(table, PgTable)) counts.push([name, await app.db.orm.$count(table)]);
    return Object.fromEntries(counts);
  };

  // proves janitor:spares-the-living
  it('removes no row of what is in use', async () => {
    await connect();
    await createApiKey(ada);
    await createOAuthClient(app, { client_name: 'Registered and not used yet' });
    const waiting = await (await createOAuthClient(app)).createRequest();
    const callback = await consent(ada, waiting);
    const before = await countAll();
    expect(await app.sweep()).toEqual({});
    expect(await countAll()).toEqual(before);
    expect((await waiting.redeem(callback)).token_type).toBe('bearer');
  });

  it('keeps a connection and its client for as long as somebody refreshes it', async () => {
    let connected = await connect();
    for (let month = 0; month < 5; month += 1) {
      travel(60);
      connected = await refresh(connected);
      await app.sweep();
    }
    expect(await hasClient(connected.oauth.client.client_id)).toBe(true);
    expect(await callTools(connected.accessToken)).toBe(200);
    expect((await refresh(connected)).refreshToken).not.toBe('');
  });

  it('keeps a rotated refresh token for as long as it would have lived, so that a thief is still noticed', async () => {
    const connected = await connect();
    const next = await refresh(connected);
    travel(80);
    const last = await refresh(next);
    await app.sweep();
    await expect(connected.oauth.refresh(connected.refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(refresh(last)).rejects.toMatchObject({ error: 'invalid_grant' });
    travel(100);
    await app.sweep();
    expect(await app.db.orm.$count(oauthRefreshToken, eq(oauthRefreshToken.clientId, connected.oauth.client.client_id))).toBe(0);
  });

  it('clears the answer to a rotation when nobody may ask for it again', async () => {
    const connected = await connect();
    await refresh(connected);
    const kept = sql`client_id = ${connected.oauth.client.client_id} and rotation_replay_response is not null`;
    expect(await app.db.orm.$count(oauthRefreshToken, kept)).toBe(1);
    travel(1);
    await app.sweep();
    expect(await app.db.orm.$count(oauthRefreshToken, kept)).toBe(0);
  });

  // security case 26
  it('removes a client that nobody has used for 90 days, and not one that still registers', async () => {
    const gone = await createOAuthClient(app, { client_name: 'Gone' });
    const again = await createOAuthClient(app, { client_name: 'Comes again' });
    travel(60);
    expect((await createOAuthClient(app, { client_name: 'Comes again' })).client.client_id).toBe(again.client.client_id);
    travel(31);
    await app.sweep();
    expect([await hasClient(gone.client.client_id), await hasClient(again.client.client_id)]).toEqual([false, true]);
    // Clients take exactly this as the sign to register again.
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'vitae_rt_x', client_id: gone.client.client_id });
    const refused = await app.fetch(new Request(`${app.origin}/api/auth/oauth2/token`, { method: 'POST', body }));
    expect([refused.status, await refused.json()]).toEqual([401, expect.objectContaining({ error: 'invalid_client' })]);
    travel(60);
    await app.sweep();
    expect(await hasClient(again.client.client_id)).toBe(false);
    // Who comes back registers as for the first time.
    expect((await createOAuthClient(app, { client_name: 'Gone' })).client.client_id).not.toBe(gone.client.client_id);
  });

  it('counts 90 days from the end of the last connection', async () => {
    const connected = await connect();
    travel(80);
    await connected.oauth.revoke(connected.refreshToken);
    travel(80);
    await app.sweep();
    expect(await hasClient(connected.oauth.client.client_id)).toBe(true);
    travel(11);
    await app.sweep();
    expect(await hasClient(connected.oauth.client.client_id)).toBe(false);
  });

  it('removes a grant whose code nobody redeemed, after a day', async () => {
    const client = await createOAuthClient(app, { client_name: 'Never redeems' });
    await consent(ada, await client.createRequest());
    const rows = () => app.db.orm.$count(oauthGrant, eq(oauthGrant.clientId, client.client.client_id));
    await app.sweep();
    expect(await rows()).toBe(1);
    travel(1.1);
    await app.sweep();
    expect(await rows()).toBe(0);
  });

  it('removes events after AUDIT_RETENTION_DAYS, which nothing else can', async () => {
    const [account] = await app.db.orm.select({ id: user.id }).from(user).where(eq(user.email, ada.email));
    const events = () => app.db.orm.$count(auditEvent, eq(auditEvent.userId, account?.id ?? ''));
    expect(await events()).toBe(1);
    await expect(app.db.orm.delete(auditEvent)).rejects.toThrow('Failed query');
    travel(29);
    await app.sweep();
    expect(await events()).toBe(1);
    travel(2);
    await app.sweep();
    expect(await events()).toBe(0);
  });

  // proves api-keys:expired-stay-listed
  it('lists an expired API key for 90 days more, whatever its owner does meanwhile', async () => {
    await createApiKey(ada);
    travel(91);
    const browser = await signIn(ada);
    const expired = async () =>
      (await browser.open('/api-keys')).document.querySelectorAll('.badge, td').filter(({ text }) => text.startsWith('Expired')).length;
    // The plugin cleans up for everybody at this.
    await (await browser.open('/api-keys')).press('Create API key', { Name: 'Another' });
    await app.sweep();
    expect(await expired()).toBeGreaterThan(0);
    travel(90);
    await app.sweep();
    expect(await (await signIn(ada)).open('/api-keys').then((page) => page.text())).not.toContain('test');
  });

  it('says what it removed, in the metrics', async () => {
    const { body } = await app.fetch(new Request(`${app.origin}/metrics`)).then(async (response) => ({ body: await response.text() }));
    expect(body).toMatch(/vitae_swept_rows_total\{kind="clients"\} [1-9]/);
  });

  describe('on its round', () => {
    const rows = (name: string, count: number): Expiry & { left: number } => ({
      name,
      left: count,
      async removeBatch(limit) {
        const removed = Math.min(limit, this.left);
        this.left -= removed;
        return removed;
      },
    });
    const reported: unknown[] = [];
    const outcomes: string[] = [];
    beforeEach(() => void outcomes.splice(0));
    const start = (...expiries: Expiry[]) =>
      createJanitor({
        db: app.db,
        clock: () => new Date(),
        expiries,
        onRemoved: () => undefined,
        onFailed: (name) => reported.push(name),
        onRound: (outcome) => outcomes.push(outcome),
      });

    it('works in batches until nothing is left, and past what fails', async () => {
      const failing: Expiry = { name: 'failing', removeBatch: () => Promise.reject(new Error('broken')) };
      const many = rows('many', 1_700);
      expect(await start(failing, many).sweep()).toEqual({ many: 1_700 });
      expect(reported).toEqual(['failing']);
      expect(outcomes).toEqual(['failed']);
    });

    // The embedded database has one connection: there the second would wait for the first.
    it.runIf(testDatabaseKind() === 'postgres')('leaves the rest to another instance that is at it', async () => {
      let entered = () => undefined as void;
      const inside = new Promise<void>((resolve) => (entered = resolve));
      let leave = () => undefined as void;
      const held = new Promise<void>((resolve) => (leave = resolve));
      const slow: Expiry = { name: 'slow', removeBatch: async () => (entered(), await held, 1) };
      const first = start(slow).sweep();
      await inside;
      expect(await start(rows('other', 3)).sweep()).toEqual({});
      leave();
      expect(await first).toEqual({ slow: 1 });
      expect(await start(rows('other', 3)).sweep()).toEqual({ other: 3 });
      expect(outcomes).toEqual(['yielded', 'completed', 'completed']);
    });
  });
});
