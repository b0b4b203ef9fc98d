import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect, consent, createOAuthClient } from '../support/oauth.ts';
import { waitUntil } from '../support/wait.ts';

describe('the audit trail', () => {
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
  });
  afterAll(() => app.close());

  const rows = () => app.db.orm.select().from(auditEvent).orderBy(auditEvent.id);
  /** What `work` adds, oldest first. Refused access is written beside the answer, so wait for `count` of them. */
  const added = async (work: () => Promise<unknown>, count = 0) => {
    const before = (await rows()).length;
    await work();
    await waitUntil(async () => (await rows()).length >= before + count);
    return (await rows()).slice(before);
  };
  const callTool = (name: string, args: Record<string, unknown>, credential: Record<string, string>) =>
    app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/call', { name, arguments: args }, credential));

  it('holds sign-up, sign-in, a refused sign-in and sign-out, each with its person', async () => {
    const before = await rows();
    const created = before.find(({ event }) => event === 'account.created');
    expect(created).toMatchObject({ decision: 'allowed', userId: expect.any(String), requestId: expect.any(String) });
    const events = await added(async () => {
      const browser = app.createBrowser();
      const page = await browser.open('/sign-in');
      const refused = await page.press('Sign in', { Email: ada.email.toUpperCase(), Password: 'wrong password' });
      expect(refused.status).toBe(401);
      await refused.press('Sign in', { Email: ada.email, Password: ada.password });
      await (await browser.open('/account')).press('Sign out');
    });
    expect(events.map(({ event, decision, reason, userId }) => [event, decision, reason, userId])).toEqual([
      ['session.refused', 'refused', 'INVALID_EMAIL_OR_PASSWORD', created?.userId],
      ['session.started', 'allowed', null, created?.userId],
      ['session.ended', 'allowed', null, created?.userId],
    ]);
  });

  it('holds every step of a connection: who, client, grant, scopes', async () => {
    const events = await added(async () => {
      const { oauth, refreshToken } = await connect(app, ada);
      const { refresh_token: next = '' } = await oauth.refresh(refreshToken);
      await oauth.revoke(next);
      await expect(oauth.refresh(next)).rejects.toMatchObject({ error: 'invalid_grant' });
    });
    expect(events.map(({ event, decision, reason }) => [event, decision, reason])).toEqual([
      ['client.registered', 'allowed', null],
      ['grant.opened', 'allowed', null],
      ['token.issued', 'allowed', null],
      ['token.refreshed', 'allowed', null],
      ['grant.revoked', 'allowed', 'token_revoked'],
      ['token.refused', 'refused', 'grant_not_live'],
    ]);
    const [registered, ...ofTheGrant] = events;
    const { userId, grantId } = ofTheGrant[0] ?? {};
    expect(userId).toEqual(expect.any(String));
    expect(grantId).toEqual(expect.any(String));
    for (const event of ofTheGrant.slice(0, 4)) expect(event).toMatchObject({ userId, grantId, clientId: registered?.clientId });
    expect(ofTheGrant[1]?.detail).toMatchObject({ grantType: 'authorization_code', scope: expect.stringContaining('resumes:read') });
  });

  it('names the client that a registration finds as it names the one that a registration makes', async () => {
    const register = () => createOAuthClient(app, { client_name: 'Registers twice' });
    const [made] = await added(register);
    const [found] = await added(register);
    expect(made).toMatchObject({ event: 'client.registered', clientId: expect.any(String), detail: { clientName: 'Registers twice' } });
    expect(found).toMatchObject({ event: 'client.registered', clientId: made?.clientId, detail: made?.detail });
  });

  // security case 102
  it('holds where a consent came from, allowed or denied', async () => {
    const client = await createOAuthClient(app);
    const request = await client.createRequest();
    const [denied] = await added(() => consent(ada, request, {}, 'Deny'));
    expect(denied).toMatchObject({ event: 'grant.denied', decision: 'refused', reason: 'denied_by_person', userId: expect.any(String) });
  });

  it('holds what a tool call changed, with the connection, the request and the agent', async () => {
    const { accessToken } = await connect(app, ada);
    const authorization = `Bearer ${accessToken}`;
    const [created] = await added(() =>
      callTool('create_resume', { name: 'Audited' }, { authorization, 'user-agent': 'test-agent/1', 'x-request-id': 'request-of-a-tool' }),
    );
    expect(created).toMatchObject({
      event: 'resume.created',
      decision: 'allowed',
      userId: expect.any(String),
      grantId: expect.any(String),
      resumeId: expect.any(String),
      requestId: 'request-of-a-tool',
      userAgent: 'test-agent/1',
    });
  });

  it('holds API keys made, refused and revoked', async () => {
    const [made] = await added(() => createApiKey(ada));
    expect(made).toMatchObject({ event: 'api_key.created', userId: expect.any(String), apiKeyId: expect.any(String) });
    const [refused] = await added(() => callTool('list_resumes', {}, { 'x-api-key': `vitae_${'a'.repeat(48)}` }), 1);
    expect(refused).toMatchObject({ event: 'access.refused', decision: 'refused', reason: 'api_key_refused:unknown' });
    const [revoked] = await added(async () => (await ada.browser.open('/api-keys')).press('Revoke'));
    expect(revoked).toMatchObject({ event: 'api_key.revoked', userId: made?.userId });
  });

  it('writes a few of a thousand equal refusals, and the count of the rest', async () => {
    const counted = await createTestApp();
    const forged = { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' };
    for (let call = 0; call < 1_000; call += 1) await counted.fetch(buildMcpRequest(counted.mcpUrl, 'legacy', 'tools/list', {}, forged));
    await counted.fetch(new Request(`${counted.origin}/health/live`));
    const written = () => counted.db.orm.select().from(auditEvent).where(eq(auditEvent.event, 'access.refused')).orderBy(auditEvent.id);
    await waitUntil(async () => {
      const refusals = await written();
      return refusals.reduce((sum, { detail }) => sum + Number(detail?.['repeated'] ?? 1), 0) === 1_000;
    }, 20_000);
    expect((await written()).length).toBeLessThan(40);
    await counted.close();
  });

  it('can be added to, and not be changed', async () => {
    const attempt = (statement: ReturnType<typeof sql>) =>
      app.db.orm.execute(statement).then(
        () => 'done',
        (error: unknown) => (error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)),
      );
    expect(await attempt(sql`update audit_event set decision = 'allowed'`)).toBe('audit_event is append-only');
    expect(await attempt(sql`delete from audit_event`)).toBe('audit_event is append-only');
    expect(await attempt(sql`truncate audit_event`)).toBe('audit_event is append-only');
  });

  it('is shown to its person by the API, a page at a time, and not to a key', async () => {
    const get = async (query: string) => {
      const response = await ada.browser.fetch(`/api/v1/activity${query}`);
      return (await response.json()) as { events: { id: number; event: string }[]; nextBefore?: number };
    };
    const { events, nextBefore } = await get('?limit=2');
    expect(events).toHaveLength(2);
    const older = await get(`?limit=2&before=${nextBefore}`);
    expect(older.events.every(({ id }) => id < (events[1]?.id ?? 0))).toBe(true);
    const key = await createApiKey(ada);
    expect((await app.fetch(new Request(`${app.origin}/api/v1/activity`, { headers: { 'x-api-key': key } }))).status).toBe(403);
  });

  it('holds no secret, and neither does the log', async () => {
    const { oauth, accessToken, refreshToken } = await connect(app, ada);
    const { refresh_token: next = '' } = await oauth.refresh(refreshToken);
    const key = await createApiKey(ada);
    const confidential = await createOAuthClient(app, { token_endpoint_auth_method: 'client_secret_post' });
    await callTool('list_resumes', {}, { 'x-api-key': key.slice(0, -1) });
    const request = await confidential.createRequest();
    const callback = await consent(ada, request);
    await request.redeem(callback);
    await expect(request.redeem(callback)).rejects.toMatchObject({ error: 'invalid_grant' });
    const code = callback.searchParams.get('code') ?? '';
    const secrets = [accessToken, refreshToken, next, key, code, request.codeVerifier, ada.password, confidential.client.client_secret];
    const kept = `${JSON.stringify(await rows())}\n${JSON.stringify(app.logs())}`;
    for (const secret of secrets) {
      expect(typeof secret === 'string' && secret.length > 10).toBe(true);
      expect(kept).not.toContain(secret);
    }
  });
});
