import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/doctor.ts';
import { createBrowser, type Page, type TestBrowser } from '../support/browser.ts';
import { startCallbackListener, type CallbackListener } from '../support/callback-listener.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHttpSite } from '../support/http-site.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import { startSubPathProxy, type SubPathProxy } from '../support/sub-path-proxy.ts';
import { createMemoryProvider } from './support/oauth-provider.ts';
import { SDK_CLIENTS } from './support/sdk-clients.ts';

const BASE = '/apps/vitae';
const PASSWORD = 'correct horse battery';
const WAYS = [
  { way: 'takes the base away', strips: true },
  { way: 'passes the path on as it is', strips: false },
];

describe('a server below a path', () => {
  let proxy: SubPathProxy;
  let server: ServerProcess;
  let listener: CallbackListener;
  let url: string;
  let port: number;

  beforeAll(async () => {
    port = await findFreePort();
    proxy = await startSubPathProxy(BASE, () => ({ port }));
    url = `${proxy.origin}${BASE}`;
    [server, listener] = await Promise.all([startServer({ PORT: String(port), APP_URL: `${url}/` }), startCallbackListener()]);
  });
  beforeEach(() => {
    proxy.passesInserted = true;
  });
  afterAll(async () => {
    await listener?.close();
    await server?.dispose();
    await proxy?.close();
  });

  async function signUp(): Promise<{ readonly email: string; readonly browser: TestBrowser }> {
    const browser = createBrowser(createHttpSite(proxy.origin));
    const page = await browser.open(`${url}/sign-up`);
    const email = `person-${randomBytes(6).toString('hex')}@example.org`;
    const home = await page.press('Create account', { Name: 'Ada Lovelace', Email: email, Password: PASSWORD });
    expect([home.status, home.url.href]).toEqual([200, `${url}/`]);
    return { email, browser };
  }

  it('says so when it starts', () => expect(server.url).toBe(url));

  it.each(WAYS)(
    'is discovered where RFC 8414 and RFC 9728 say, and where clients look besides, when the proxy $way',
    async ({ strips }) => {
      proxy.strips = strips;
      const inserted = (document: string, rest: string) => `${proxy.origin}/.well-known/${document}${BASE}${rest}`;
      const read = async (address: string) => (await (await fetch(address)).json()) as Record<string, unknown>;
      for (const address of [
        inserted('oauth-authorization-server', ''),
        inserted('openid-configuration', ''),
        `${url}/.well-known/openid-configuration`,
        `${url}/.well-known/oauth-authorization-server`,
      ])
        expect([address, await read(address)]).toMatchObject([address, { issuer: url, token_endpoint: `${url}/api/auth/oauth2/token` }]);
      for (const address of [inserted('oauth-protected-resource', '/mcp'), `${url}/.well-known/oauth-protected-resource/mcp`])
        expect([address, await read(address)]).toMatchObject([address, { resource: `${url}/mcp`, authorization_servers: [url] }]);
      const challenge = (await fetch(`${url}/mcp`, { method: 'POST' })).headers.get('www-authenticate');
      expect(challenge).toContain(`resource_metadata="${url}/.well-known/oauth-protected-resource/mcp"`);
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      expect((await fetch(`${url}/.well-known/no-such-document`)).headers.get('content-type')).toContain('application/json');
    },
  );

  it.each(WAYS)('sets its cookies for its own path alone, when the proxy $way', async ({ strips }) => {
    proxy.strips = strips;
    const signedUp = await fetch(`${url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: proxy.origin },
      body: JSON.stringify({ name: 'Ben', email: `ben-${strips}@example.org`, password: 'correct horse battery' }),
    });
    const session = signedUp.headers.getSetCookie();
    expect(session.map((cookie) => cookie.split('=')[0])).toContain('vitae.session_token');
    expect(session.filter((cookie) => !cookie.includes(`Path=${BASE};`))).toEqual([]);
  });

  it.each(WAYS)('has pages that lead nowhere else, when the proxy $way', async ({ strips }) => {
    proxy.strips = strips;
    const { browser } = await signUp();
    await (await browser.open(`${url}/resumes`)).press('Create an example resume');
    // Whatever it is called; what a hidden field carries to us is a path of ours.
    const addresses = ({ document }: Page) =>
      document
        .querySelectorAll('*')
        .flatMap(({ attributes }) => Object.entries(attributes).flatMap(([name, value]) => (name === 'value' ? [] : [value])));
    const waiting = [`${BASE}/`];
    const seen = new Set<string>();
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const page = await browser.open(path);
      expect([path, page.status]).toEqual([path, 200]);
      const own = addresses(page).filter((address) => address.startsWith('/'));
      expect([path, own.filter((address) => !address.startsWith(`${BASE}/`))]).toEqual([path, []]);
      waiting.push(...own.filter((address) => page.document.querySelector(`a[href="${address}"], link[href="${address}"]`) !== null));
    }
    expect(seen.size).toBeGreaterThan(20);
    expect((await browser.fetch(`${BASE}/api/v1/resumes`)).status).toBe(200);
  });

  it.each(WAYS)('brings a person back to the page they wanted, when the proxy $way', async ({ strips }) => {
    proxy.strips = strips;
    const { email, browser } = await signUp();
    const signIn = await (await browser.open(`${url}/account`)).press('Sign out');
    expect(signIn.url.pathname).toBe(`${BASE}/sign-in`);
    const asked = await browser.open(`${url}/api-keys?done=gone`);
    expect(asked.url.pathname).toBe(`${BASE}/sign-in`);
    const back = await asked.press('Sign in', { Email: email, Password: PASSWORD });
    expect(back.url.href).toBe(`${url}/api-keys?done=gone`);
  });

  it('is told by the doctor what its proxy keeps back', async () => {
    const look = async () => (await diagnose(url, { clock: () => new Date() })).findings.map(({ subject, what }) => `${subject}: ${what}`);
    expect(await look()).toEqual([`${proxy.origin}: only this machine can reach it`]);
    proxy.passesInserted = false;
    expect((await look()).filter((finding) => finding.endsWith('not there'))).toEqual([
      `${proxy.origin}/.well-known/oauth-authorization-server${BASE}: not there`,
      `${proxy.origin}/.well-known/openid-configuration${BASE}: not there`,
      `${proxy.origin}/.well-known/oauth-protected-resource${BASE}/mcp: not there`,
    ]);
  });

  // proves process:below-a-path
  it.each(WAYS.flatMap(({ way, strips }) => SDK_CLIENTS.map(({ name, create }) => ({ way, strips, name, create }))))(
    'lets $name in, when the proxy $way',
    async ({ name, create, strips }) => {
      proxy.strips = strips;
      // The host belongs to somebody else: a client has to do with what is below the base.
      proxy.passesInserted = false;
      const { browser } = await signUp();
      const provider = createMemoryProvider(name, listener.redirectUri);
      const client = create(new URL(`${url}/mcp`), { authProvider: provider });
      await expect(client.connect()).rejects.toThrow(/unauthorized/i);
      const [address] = provider.opened;
      const consent = await browser.open(address ?? '');
      expect(consent.url.pathname).toBe(`${BASE}/consent`);
      const { leavesTo } = await consent.press('Allow');
      expect(leavesTo?.searchParams.get('iss')).toBe(url);
      await client.finishAuth(leavesTo ?? new URL(url));
      await client.connect();
      expect((await client.callTool('list_resumes')).structuredContent).toEqual({ resumes: [] });
      provider.spoilAccessToken();
      expect(await client.listTools()).toContain('create_resume');
      await (await browser.open(`${url}/connections`)).press('Disconnect');
      await expect(client.callTool('list_resumes')).rejects.toThrow(/unauthorized/i);
      await client.close();
    },
  );
});
