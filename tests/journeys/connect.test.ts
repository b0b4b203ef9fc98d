import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCallbackListener, type CallbackListener } from '../support/callback-listener.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { buildMcpRequest, readRpcAnswer } from '../support/mcp-clients.ts';
import { createOAuthClient } from '../support/oauth.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import { createMemoryProvider } from './support/oauth-provider.ts';
import { openPerson, type PersonAtBrowser } from './support/person.ts';
import { SDK_CLIENTS, type SdkClient } from './support/sdk-clients.ts';

const hasChromium = findChromium() !== null;
if (!hasChromium) process.stderr.write('tests/journeys/connect.test.ts: skipped, no Chromium on this machine\n');

interface Created {
  readonly id: string;
  readonly revision: number;
}

/** Creates, reads, edits and lists a resume, as a model would by the tools. */
async function work(client: SdkClient, name: string): Promise<void> {
  expect(await client.listTools()).toEqual(expect.arrayContaining(['list_resumes', 'read_resume', 'create_resume', 'apply_resume_patch']));
  const { id } = (await client.callTool('create_resume', { name })).structuredContent as Created;
  const read = (await client.callTool('read_resume', { id })).structuredContent as Created;
  expect(read).toMatchObject({ id, name });
  const operations = [{ op: 'add', path: '/basics', value: { name: 'Ada Lovelace', summary: 'Wrote the first program.' } }];
  const patched = await client.callTool('apply_resume_patch', { id, operations, expectedRevision: read.revision });
  expect(patched.isError).not.toBe(true);
  expect((await client.callTool('read_resume', { id })).structuredContent).toMatchObject({
    revision: read.revision + 1,
    data: { basics: { summary: 'Wrote the first program.' } },
  });
  expect(await listNames(client)).toContain(name);
}

async function listNames(client: SdkClient): Promise<string[]> {
  const { structuredContent } = await client.callTool('list_resumes');
  return (structuredContent as { resumes: { name: string }[] }).resumes.map((resume) => resume.name);
}

function callByHand(url: URL, token: string, tool: string, input: Record<string, unknown>): Promise<Response> {
  return fetch(buildMcpRequest(url.href, 'legacy', 'tools/call', { name: tool, arguments: input }, { authorization: `Bearer ${token}` }));
}

describe.skipIf(!hasChromium)('a person connects an MCP client to their resumes', () => {
  let server: ServerProcess;
  let browser: Browser;
  let person: PersonAtBrowser;
  let listener: CallbackListener;
  let mcpUrl: URL;

  beforeAll(async () => {
    [server, browser, listener] = await Promise.all([startServer(), launchChromium(), startCallbackListener()]);
    mcpUrl = new URL('/mcp', server.url);
    person = await openPerson(browser);
    server.mustNotPrint(person.password);
    await person.signUp(server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await listener?.close();
    await server?.dispose();
  });

  // proves revoke:disconnect, mcp:both-eras, journey:mcp-client
  it.each(SDK_CLIENTS)('with $name, which does its own OAuth', async ({ name, create }) => {
    const provider = createMemoryProvider(name, listener.redirectUri);
    const client = create(mcpUrl, { authProvider: provider });

    // Discovery, registration, sign-in, consent, code, tokens.
    await expect(client.connect()).rejects.toThrow(/unauthorized/i);
    const [address] = provider.opened;
    if (address === undefined) throw new Error('the client opened no address');
    if (name === 'SDK v1') await person.signOut();
    await person.allow(address, name);
    const callback = await listener.next();
    server.mustNotPrint(callback.searchParams.get('code') ?? '');
    await client.finishAuth(callback);
    const first = provider.secrets();
    expect(first).toHaveLength(2);
    await client.connect();
    await work(client, `Resume by ${name}`);

    // Refresh: the client meets a 401 and helps itself, without the person.
    provider.spoilAccessToken();
    expect(await listNames(client)).toContain(`Resume by ${name}`);
    const second = provider.secrets();
    expect(second).toHaveLength(2);
    expect(second.filter((secret) => first.includes(secret))).toEqual([]);
    expect(provider.opened).toHaveLength(1);

    // Disconnected by the person: neither token is worth anything, and the client has to ask again.
    await person.disconnect(server.url, name);
    await expect(client.callTool('list_resumes')).rejects.toThrow(/unauthorized/i);
    expect(provider.opened).toHaveLength(2);
    for (const secret of [...first, ...second]) server.mustNotPrint(secret);
    await client.close();
  });

  // proves revoke:ends-connection
  it('with oauth4webapi, step by step', async () => {
    const site = { origin: server.url, fetch: (request: Request) => fetch(request) };
    const client = await createOAuthClient(site, { client_name: 'oauth4webapi', redirect_uris: [listener.redirectUri] });
    const request = await client.createRequest();
    await person.allow(request.url, 'oauth4webapi');
    const tokens = await request.redeem(await listener.next());
    const created = await readRpcAnswer(await callByHand(mcpUrl, tokens.access_token, 'create_resume', { name: 'By hand' }));
    expect(created.result).toMatchObject({ structuredContent: { name: 'By hand' } });

    const refreshed = await client.refresh(tokens.refresh_token ?? '');
    const listed = await readRpcAnswer(await callByHand(mcpUrl, refreshed.access_token, 'list_resumes', {}));
    expect(JSON.stringify(listed.result)).toContain('By hand');

    await client.revoke(refreshed.refresh_token ?? '');
    const refused = await callByHand(mcpUrl, refreshed.access_token, 'list_resumes', {});
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
    await expect(client.refresh(refreshed.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
    for (const secret of [tokens, refreshed].flatMap((answer) => [answer.access_token, answer.refresh_token ?? '']))
      server.mustNotPrint(secret);
  });

  // proves resource-server:api-key, journey:api-key
  it.each(SDK_CLIENTS)('with $name and an API key', async ({ name, create }) => {
    const key = await person.createApiKey(server.url, name.replaceAll(/[()]/g, ''));
    server.mustNotPrint(key);
    const client = create(mcpUrl, { requestInit: { headers: { 'x-api-key': key } } });
    await client.connect();
    await work(client, `Resume by key and ${name}`);
    await person.revokeApiKey(server.url, name.replaceAll(/[()]/g, ''));
    await expect(client.callTool('list_resumes')).rejects.toThrow('invalid_token');
    await client.close();
  });

  // Last: it ends the server.
  // proves process:drain, process:no-secret-in-logs
  it('and the server drains on SIGTERM, exits 0 and has printed no secret', async () => {
    expect(server.output()).toContain('"event":"http.answered"');
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });
});
