import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect, consent, createOAuthClient, type Connected } from '../support/oauth.ts';

const REQUEST_ID = 'a-request-of-the-client';

let app: TestApp;
let ada: Person;
let connected: Connected;
let grantId: unknown;
beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
  connected = await connect(app, ada);
  grantId = decodeJwt(connected.accessToken)['grant_id'];
});
afterAll(() => app.close());

/** The line of each request that `work` makes to a path. */
async function linesOf(path: string, work: () => Promise<unknown>): Promise<Readonly<Record<string, unknown>>[]> {
  const before = app.logs().length;
  await work();
  return app
    .logs()
    .slice(before)
    .filter((line) => line['event'] === 'http.answered' && line['path'] === path);
}
const call = (headers: Record<string, string>) =>
  app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/call', { name: 'whoami', arguments: {} }, headers));
const token = (parameters: Record<string, string>) =>
  app.fetch(new Request(`${app.origin}/api/auth/oauth2/token`, { method: 'POST', body: new URLSearchParams(parameters) }));

describe('the line of a request', () => {
  // proves observability:request-line
  it('names request, connection and client of a call to the MCP endpoint', async () => {
    const lines = await linesOf('/mcp', () => call({ authorization: `Bearer ${connected.accessToken}`, 'x-request-id': REQUEST_ID }));
    expect(lines).toEqual([
      expect.objectContaining({ requestId: REQUEST_ID, grantId, clientId: connected.oauth.client.client_id, status: 200, method: 'POST' }),
    ]);
  });

  it('names the connection whose token is refused because it has ended', async () => {
    const ended = await connect(app, ada);
    await ended.oauth.revoke(ended.refreshToken);
    const [line] = await linesOf('/mcp', () => call({ authorization: `Bearer ${ended.accessToken}` }));
    expect(line).toMatchObject({ status: 401, clientId: ended.oauth.client.client_id, grantId: expect.stringMatching(/./) as string });
  });

  it('names no connection where none is known', async () => {
    const [line] = await linesOf('/mcp', () => call({}));
    expect(line).toMatchObject({
      status: 401,
      grantId: null,
      clientId: null,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  it('names connection and client of a token request, allowed and refused', async () => {
    const { oauth, refreshToken } = await connect(app, ada);
    const path = '/api/auth/oauth2/token';
    const allowed = await linesOf(path, () => oauth.refresh(refreshToken));
    expect(allowed).toMatchObject([{ status: 200, clientId: oauth.client.client_id, grantId: expect.stringMatching(/./) as string }]);
    const refused = await linesOf(path, () =>
      token({ grant_type: 'authorization_code', code: 'nobody-has-it', client_id: oauth.client.client_id }),
    );
    expect(refused).toMatchObject([{ status: 400, clientId: oauth.client.client_id, grantId: null }]);
  });

  it('names connection and client of a consent, given and denied', async () => {
    const client = await createOAuthClient(app);
    const { client_id: clientId } = client.client;
    const given = await linesOf('/consent', async () => consent(ada, await client.createRequest()));
    expect(given.filter(({ method }) => method === 'POST')).toMatchObject([{ clientId, grantId: expect.stringMatching(/./) as string }]);
    const denied = await linesOf('/consent', async () => consent(ada, await client.createRequest(), {}, 'Deny'));
    expect(denied.filter(({ method }) => method === 'POST')).toMatchObject([{ clientId }]);
  });

  it('is found by the id that the answer carries, which is the client’s own only if it is harmless', async () => {
    const answered = await call({ 'x-request-id': REQUEST_ID });
    expect(answered.headers.get('x-request-id')).toBe(REQUEST_ID);
    for (const given of ['short', 'x'.repeat(65), 'with spaces in it', 'a"quote-in-an-id', 'vitae_rt_secret_under_scores']) {
      const [line] = await linesOf('/mcp', async () => {
        const named = await call({ 'x-request-id': given });
        expect(named.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      });
      expect(line?.['requestId']).not.toBe(given);
    }
  });

  it('holds neither codes, tokens, passwords nor links that open something', async () => {
    const request = await connected.oauth.createRequest();
    const callback = await consent(ada, request);
    const tokens = await request.redeem(callback);
    await call({ authorization: `Bearer ${tokens.access_token}` });
    await app.fetch(new Request(`${app.origin}/download/a-link-that-opens-something`));
    const log = app
      .logs()
      .map((line) => JSON.stringify(line))
      .join('\n');
    const code = callback.searchParams.get('code') ?? '';
    const secrets = [code, tokens.access_token, tokens.refresh_token ?? '', ada.password, ada.email, request.codeVerifier];
    expect(secrets.filter((secret) => secret === '' || log.includes(secret))).toEqual([]);
    expect(log).toContain('"path":"/download/*"');
    expect(log).not.toContain('a-link-that-opens-something');
  });
});
