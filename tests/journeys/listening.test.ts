import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as sendRequest } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { signUp } from '../support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHttpSite } from '../support/http-site.ts';
import { runServerToEnd, startServer, type ServerProcess, type Settings } from '../support/process.ts';
import { waitUntil } from '../support/wait.ts';
import { createMemoryProvider } from './support/oauth-provider.ts';
import { SDK_CLIENTS } from './support/sdk-clients.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
if (!hasIpv6) process.stderr.write('tests/journeys/listening.test.ts: IPv6 skipped, this machine has no ::1\n');

describe.skipIf(!hasIpv6)('a server on IPv6', () => {
  // proves process:ipv6
  it.each(SDK_CLIENTS.slice(0, 2))('is found by $name, which has its callback on [::1]', async ({ name, create }) => {
    const port = await findFreePort();
    const url = `http://[::1]:${port}`;
    const server = await startServer({ HOST: '::', PORT: String(port), APP_URL: url });
    try {
      expect(server.url).toBe(url);
      expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
      const { browser } = await signUp(createHttpSite(url, () => `http://localhost:${port}`));
      const redirectUri = 'http://[::1]:49154/callback';
      const provider = createMemoryProvider(name, redirectUri);
      const client = create(new URL(`${url}/mcp`), { authProvider: provider });
      await expect(client.connect()).rejects.toThrow(/unauthorized/i);
      const consent = await browser.open(provider.opened[0] ?? '');
      const { leavesTo } = await consent.press('Allow');
      expect(leavesTo?.href).toMatch(/^http:\/\/\[::1\]:49154\/callback\?/);
      await client.finishAuth(leavesTo ?? new URL(url));
      await client.connect();
      expect(await client.listTools()).toContain('create_resume');
      await client.close();
    } finally {
      await server.dispose();
    }
  });
});

describe('a server on a Unix socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitae-socket-'));
  const path = join(folder, 'vitae.sock');
  const settings = { HOST: path, APP_URL: 'https://vitae.invalid', DATA_DIR: join(folder, 'data') };
  const servers: ServerProcess[] = [];
  const start = async (more: Settings = {}) => {
    const server = await startServer({ ...settings, ...more });
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.dispose();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  const get = (address: string, headers: Record<string, string> = {}) =>
    new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
      const outgoing = sendRequest({ socketPath: path, path: address, headers: { host: 'vitae.invalid', ...headers }, agent: false });
      outgoing.on('error', reject);
      outgoing.on('response', (answer) => void text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject));
      outgoing.end();
    });

  it('answers whoever may connect, believes what they say of others, and takes its socket along', async () => {
    const server = await start({ SOCKET_MODE: '600' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await get('/health/ready')).status).toBe(200);
    await get('/no-such-page', { 'x-forwarded-for': '203.0.113.9' });
    // What a process prints arrives beside its answers.
    await waitUntil(() => server.output().includes('"address":"203.0.113.9"'));
    expect((await get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404);
    // The name leads nowhere: said in words, and no reason not to serve.
    await waitUntil(() => server.output().includes('"event":"public_address.doubtful"'), 30_000);
    expect(server.output()).toContain('no connection');
    const second = await runServerToEnd({ ...settings, DATA_DIR: join(folder, 'other') });
    expect([second.code, second.output]).toEqual([1, expect.stringContaining(`${path} is in use: stop what listens on it`)]);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(existsSync(path)).toBe(false);
  });

  // proves process:unix-socket
  it('starts again where a killed one has left its socket', async () => {
    const killed = await start();
    await killed.kill();
    expect(existsSync(path)).toBe(true);
    const server = await start();
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect((await get('/health/live')).status).toBe(200);
    await server.stop();
  });

  it('removes nothing that is no socket', async () => {
    writeFileSync(path, 'somebody else’s');
    const { code, output } = await runServerToEnd(settings);
    expect([code, output]).toEqual([1, expect.stringContaining(`${path} is there and no socket`)]);
    expect(existsSync(path)).toBe(true);
  });
});
