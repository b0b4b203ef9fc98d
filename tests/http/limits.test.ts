import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { rateLimit } from '../../src/db/schema/limits.ts';
import { HASHING, RATES } from '../../src/http/limits/rates.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { createTestDatabase } from '../support/database.ts';
import { connect, createOAuthClient, type Connected } from '../support/oauth.ts';

const REGISTRATION = { client_name: 'Flood', redirect_uris: ['https://flood.example/callback'], token_endpoint_auth_method: 'none' };

/** The address of the socket, as the server below sets it. */
function from(address: string, request: Request): Request {
  return Object.defineProperty(request, 'ip', { value: address });
}

describe('limits', () => {
  let app: TestApp;
  let ada: Person;
  let connected: Connected;

  beforeAll(async () => {
    app = await createTestApp({ settings: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '10.0.0.0/8' } });
    ada = await signUp(app);
    connected = await connect(app, ada);
  });
  afterAll(() => app.close());

  const post = (path: string, body: unknown, address: string, headers: Record<string, string> = {}) => {
    const isForm = body instanceof URLSearchParams;
    const init = { method: 'POST', body: isForm ? body.toString() : JSON.stringify(body) };
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    return app.fetch(from(address, new Request(`${app.origin}${path}`, { ...init, headers: { 'content-type': type, ...headers } })));
  };
  const register = (address: string, headers: Record<string, string> = {}) =>
    post('/api/auth/oauth2/register', REGISTRATION, address, headers);
  const token = (parameters: Record<string, string>, address: string) =>
    post('/api/auth/oauth2/token', new URLSearchParams({ client_id: connected.oauth.client.client_id, ...parameters }), address);
  const retryAfter = (response: Response) => Number(response.headers.get('retry-after'));

  // security cases 22, 23
  it('let one network register sixty clients a minute, whatever it writes into headers and however it spells its address', async () => {
    const statuses: number[] = [];
    const spellings = ['2001:db8:1:2::1', '2001:DB8:1:2:0:0:0:1', '2001:db8:0001:0002:ffff::9'];
    for (let call = 0; call < 60; call += 1) {
      const response = await register(spellings[call % 3] ?? '', { 'x-forwarded-for': `203.0.113.${call}`, 'x-client-ip': '198.51.100.1' });
      statuses.push(response.status);
    }
    expect(statuses.every((status) => status === 201)).toBe(true);
    const refused = await register('2001:db8:1:2::77');
    expect(refused.status).toBe(429);
    expect(retryAfter(refused)).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' });
    expect((await register('2001:db8:1:3::1')).status).toBe(201);
  });

  // security case 24
  it('let everybody together register so many clients a day, and leave those that are registered alone', async () => {
    const { count, seconds } = RATES.registrationOfAll;
    const all = { key: 'registrationOfAll', spent: count, endsAt: new Date(Date.now() + seconds * 1000) };
    await app.db.orm.insert(rateLimit).values(all).onConflictDoUpdate({ target: rateLimit.key, set: all });
    const refused = await register('203.0.113.200');
    expect(refused.status).toBe(429);
    expect(retryAfter(refused)).toBeGreaterThan(0);
    const other = await app.createBrowser().open((await connected.oauth.createRequest()).url);
    expect(other.url.pathname).toBe('/sign-in');
    const metrics = await (await app.fetch(new Request(`${app.origin}/metrics`))).text();
    expect(metrics).toContain('vitae_limited_total{limit="registrationOfAll"}');
    await app.db.orm.delete(rateLimit).where(eq(rateLimit.key, all.key));
    expect((await register('203.0.113.200')).status).toBe(201);
  });

  it('count a client that there is already no more than once, and each of those with a secret', async () => {
    const countNew = async (method: string) => {
      const spent = async () => (await app.db.orm.select().from(rateLimit).where(eq(rateLimit.key, 'registrationOfAll')))[0]?.spent ?? 0;
      const before = await spent();
      const body = { ...REGISTRATION, client_name: `Counted ${method}`, token_endpoint_auth_method: method };
      const clients = new Set<unknown>();
      for (let call = 0; call < 3; call += 1) {
        const response = await post('/api/auth/oauth2/register', body, '203.0.113.201');
        expect(response.status).toBe(201);
        clients.add(((await response.json()) as { client_id?: string }).client_id);
      }
      return { clients: clients.size, counted: (await spent()) - before };
    };
    expect(await countNew('none')).toEqual({ clients: 1, counted: 1 });
    expect(await countNew('client_secret_basic')).toEqual({ clients: 3, counted: 3 });
    expect((await post('/api/auth/oauth2/register', { redirect_uris: ['nowhere'] }, '203.0.113.201')).status).toBe(400);
    expect(await countNew('none')).toEqual({ clients: 1, counted: 0 });
  });

  // security case 205
  it('answer a token request before the sign-ins that came first and wait for their turn', async () => {
    const other = await connect(app, ada);
    let waiting = HASHING.concurrency + HASHING.queue + 10;
    const flood = Array.from({ length: waiting }, async (_each, index) => {
      const body = { email: `nobody-${index}@example.org`, password: 'wrong password' };
      const response = await post('/api/auth/sign-in/email', body, `198.18.${index}.1`);
      waiting -= 1;
      return response;
    });
    const parameters = { grant_type: 'refresh_token', refresh_token: other.refreshToken, client_id: other.oauth.client.client_id };
    expect((await token(parameters, '192.0.2.3')).status).toBe(200);
    expect(waiting).toBeGreaterThan(0);
    const answers = await Promise.all(flood);
    const busy = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status !== 503 && status !== 401)).toEqual([]);
    expect(busy.length).toBeGreaterThanOrEqual(10);
    expect(busy.every((response) => retryAfter(response) > 0)).toBe(true);
  });

  it('believe a trusted proxy about the address, and only about the hop it saw itself', async () => {
    for (let call = 0; call < 60; call += 1) await register('10.0.0.1', { 'x-forwarded-for': `198.51.100.${call}, 192.0.2.9` });
    expect((await register('10.0.0.2', { 'x-forwarded-for': '192.0.2.9' })).status).toBe(429);
    expect((await register('10.0.0.1', { 'x-forwarded-for': '192.0.2.10' })).status).toBe(201);
  });

  // security case 121
  it('refuse bad codes of one client, and never a connection that refreshes behind the same address', async () => {
    const refusals: Response[] = [];
    for (let call = 0; call < 100; call += 1) {
      refusals.push(
        await token({ grant_type: 'authorization_code', code: `bad-${call}`, redirect_uri: 'https://x.example/' }, '192.0.2.1'),
      );
    }
    const limited = refusals.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(20);
    expect(limited.every((response) => retryAfter(response) > 0)).toBe(true);
    const refreshed = await token({ grant_type: 'refresh_token', refresh_token: connected.refreshToken }, '192.0.2.1');
    expect(refreshed.status).toBe(200);
  });

  it('never hold up what succeeds: 500 people who refresh behind one egress', { timeout: 180_000 }, async () => {
    const other = await connect(app, ada);
    let { refreshToken } = other;
    for (let person = 0; person < 500; person += 1) {
      const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: other.oauth.client.client_id };
      const response = await token(parameters, '192.0.2.2');
      expect(response.status).toBe(200);
      refreshToken = ((await response.json()) as { refresh_token: string }).refresh_token;
    }
  });

  // security case 133
  it('answer a dead refresh token that is tried again and again without asking the database', async () => {
    const db = await createTestDatabase();
    let transactions = 0;
    const counted: Database = {
      ...db,
      transaction(work) {
        transactions += 1;
        return db.transaction(work);
      },
    };
    const other = await createTestApp({ db: counted, settings: { RATE_LIMITS: 'on' } });
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'vitae_rt_of-nobody', client_id: 'nobody' });
    const client = await createOAuthClient(other);
    body.set('client_id', client.client.client_id);
    const refresh = () => other.fetch(new Request(`${other.origin}/api/auth/oauth2/token`, { method: 'POST', body }));
    const first = await refresh();
    expect(first.status).toBe(400);
    const before = transactions;
    const answers = await Promise.all(Array.from({ length: 500 }, refresh));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
    expect(await answers[0]?.json()).toEqual(await first.json());
    expect(transactions).toBe(before);
    await other.close();
    await db.close();
  });

  it('slow down wrong passwords from one network, while the owner signs in from theirs', async () => {
    const signIn = (password: string, address: string) => post('/api/auth/sign-in/email', { email: ada.email, password }, address);
    expect((await signIn(ada.password, '192.0.2.20')).status).toBe(200);
    const tries: number[] = [];
    for (let call = 0; call < 12; call += 1) tries.push((await signIn(`wrong ${call}`, '192.0.2.21')).status);
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    expect((await signIn(ada.password, '192.0.2.21')).status).toBe(429);
    for (let stranger = 30; stranger < 41; stranger += 1) {
      for (let call = 0; call < 9; call += 1) await signIn(`wrong ${call}`, `192.0.2.${stranger}`);
    }
    const fromNewNetwork = await signIn(ada.password, '192.0.2.99');
    expect(fromNewNetwork.status).toBe(429);
    expect(retryAfter(fromNewNetwork)).toBeLessThanOrEqual(900);
    expect((await signIn(ada.password, '192.0.2.20')).status).toBe(200);
  });

  it('refuse calls of one API key beyond its rate, and not those of a connection', async () => {
    const key = await createApiKey(ada);
    const call = (credential: Record<string, string>) =>
      app
        .fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'ping', {}, credential))
        .then((response) => ({ status: response.status, wait: retryAfter(response) }));
    const answers = [];
    for (let count = 0; count < 40; count += 1)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, () => call({ 'x-api-key': key })))));
    expect(answers.some(({ status, wait }) => status === 429 && wait > 0)).toBe(true);
    expect((await call({ authorization: `Bearer ${connected.accessToken}` })).status).toBe(200);
  });

  it('show a person a page', async () => {
    const authorize = () => app.fetch(from('192.0.2.50', new Request(`${app.origin}/authorize?client_id=x`)));
    let response = await authorize();
    for (let call = 0; call < 700 && response.status !== 429; call += 1) response = await authorize();
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(retryAfter(response)).toBeGreaterThan(0);
  });

  it('keep no address and no e-mail address', async () => {
    const kept = JSON.stringify(await app.db.orm.select().from(rateLimit));
    expect(kept).not.toContain('192.0.2');
    expect(kept).not.toContain(ada.email);
  });

  it('are counted for the operator', async () => {
    const metrics = await (await app.fetch(new Request(`${app.origin}/metrics`))).text();
    expect(metrics).toContain('vitae_limited_total{limit="registration"}');
  });
});
