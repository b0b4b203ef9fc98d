import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest, readRpcAnswer } from '../support/mcp-clients.ts';
import { connect, consent, createOAuthClient } from '../support/oauth.ts';

describe('the authorization code flow through the pages', () => {
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
  });
  afterAll(() => app.close());

  const listTools = (credential: Record<string, string>) => app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, credential));

  // proves registration:dynamic, authorize:code-flow
  it('ends with tokens that open the MCP endpoint', async () => {
    const { accessToken } = await connect(app, ada);
    const response = await listTools({ authorization: `Bearer ${accessToken}` });
    expect(response.status).toBe(200);
    expect((await readRpcAnswer(response)).result).toMatchObject({
      tools: expect.arrayContaining([expect.objectContaining({ name: 'list_resumes' })]),
    });
  });

  // proves authorize:code-flow
  it('sends a person who is not signed in to sign in first, and on to the consent page', async () => {
    const client = await createOAuthClient(app, { client_name: 'Another client' });
    const request = await client.createRequest();
    const stranger = app.createBrowser();
    const signIn = await stranger.open(request.url);
    expect(signIn.url.pathname).toBe('/sign-in');
    const asked = await signIn.press('Sign in', { Email: ada.email, Password: ada.password });
    expect(asked.url.pathname).toBe('/consent');
    expect(asked.heading()).toContain('Another client');
    const answered = await asked.press('Allow');
    const tokens = await request.redeem(answered.leavesTo ?? new URL('about:blank'));
    expect(tokens.token_type).toBe('bearer');
  });

  // proves consent:deny
  it('tells the client no when the person says no', async () => {
    const client = await createOAuthClient(app);
    const request = await client.createRequest();
    const callback = await consent(ada, request, {}, 'Deny');
    expect(callback.searchParams.get('error')).toBe('access_denied');
    expect(callback.searchParams.get('state')).toBe(request.state);
    expect(callback.searchParams.has('code')).toBe(false);
  });

  // proves refresh:rotation, revoke:ends-connection
  it('rotates the refresh token, and ends the connection with a revocation', async () => {
    const { oauth, refreshToken } = await connect(app, ada);
    const refreshed = await oauth.refresh(refreshToken);
    expect(refreshed.refresh_token).not.toBe(refreshToken);
    expect((await listTools({ authorization: `Bearer ${refreshed.access_token}` })).status).toBe(200);
    await oauth.revoke(refreshed.refresh_token ?? '');
    const refused = await listTools({ authorization: `Bearer ${refreshed.access_token}` });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('opens the MCP endpoint to an API key from its page', async () => {
    const key = await createApiKey(ada);
    expect((await listTools({ 'x-api-key': key })).status).toBe(200);
    expect((await listTools({ 'x-api-key': `${key}x` })).status).toBe(401);
  });
});
