import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, type Person } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { createHttpSite } from '../support/http-site.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import { createMemoryProvider } from './support/oauth-provider.ts';
import { SDK_CLIENTS } from './support/sdk-clients.ts';

const PROGRAM = 'examples/shopping-list/server.ts';
const REDIRECT_URI = 'http://127.0.0.1:33418/callback';

describe('the shopping list of examples/', () => {
  let server: ServerProcess;
  let site: Site;
  let person: Person;
  beforeAll(async () => {
    server = await startServer({ NODE_OPTIONS: '--import tsx' }, PROGRAM);
    site = createHttpSite(server.url);
    person = await signUp(site);
  });
  afterAll(() => server.dispose());

  it('has less than a hundred lines', () => {
    expect(readFileSync(PROGRAM, 'utf8').split('\n').length).toBeLessThan(100);
  });

  // proves embedding:example
  it.each(SDK_CLIENTS)('is found, allowed, used and disconnected by $name', async ({ name, create }) => {
    const provider = createMemoryProvider(name, REDIRECT_URI);
    const mcpUrl = new URL('/mcp', server.url);
    const client = create(mcpUrl, { authProvider: provider });
    await expect(client.connect()).rejects.toThrow(/unauthorized/i);
    const [address] = provider.opened;
    if (address === undefined) throw new Error('the client opened no address');

    const asked = await person.browser.open(address);
    expect(asked.heading()).toBe(`${name} wants to see your shopping list`);
    expect(asked.text()).toContain('Add things to your shopping list');
    expect(asked.text()).not.toMatch(/resume|vitae/i);
    const allowed = await asked.press('Allow', { 'Add things to your shopping list': true });
    if (allowed.leavesTo === null) throw new Error(`no way back to the client: ${allowed.text()}`);
    await client.finishAuth(allowed.leavesTo);

    const connected = create(mcpUrl, { authProvider: provider });
    await connected.connect();
    expect((await connected.listTools()).toSorted()).toEqual(['add_item', 'list_items']);
    const added = await connected.callTool('add_item', { item: `Milk for ${name}` });
    expect(added.structuredContent).toEqual({ items: expect.arrayContaining([`Milk for ${name}`]) });
    expect((await connected.callTool('add_item', { item: '' })).isError).toBe(true);
    expect((await connected.callTool('list_items', {})).structuredContent).toEqual(added.structuredContent);

    await (await person.browser.open('/connections')).press('Disconnect');
    await expect.poll(() => connected.callTool('list_items', {}).then(String, String), { timeout: 5_000 }).toMatch(/unauthorized|401/i);
  });

  it('keeps the scopes of resumes, their pages and their API to itself', async () => {
    const metadata = (await (await site.fetch(new Request(`${server.url}/.well-known/oauth-authorization-server`))).json()) as {
      readonly scopes_supported: readonly string[];
    };
    expect(metadata.scopes_supported).toEqual(['items:read', 'items:write', 'offline_access', 'openid', 'profile', 'email']);
    for (const path of ['/resumes', '/api/v1/resumes', '/api/rpc', '/api-keys', '/connect', '/r/ada/one', '/api/openapi.json'])
      expect([path, (await site.fetch(new Request(new URL(path, server.url)))).status]).toEqual([path, 404]);
    expect((await site.fetch(new Request(server.url))).status).toBe(200);
  });
});
