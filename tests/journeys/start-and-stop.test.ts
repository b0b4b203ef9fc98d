import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runServerToEnd, startServer, type ServerProcess } from '../support/process.ts';

const SECRET = 'a-secret-for-tests-of-forty-characters-00';

describe('a start that cannot work', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vitae-start-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  // proves process:settings
  it('lists every wrong setting and exits with 1', async () => {
    const { code, output } = await runServerToEnd({ PORT: '70000', APP_URL: 'http://vitae.example', DATABSE_URL: 'x' });
    expect(code).toBe(1);
    expect(output.split('\n').filter((line) => line !== '')).toHaveLength(4);
    expect(output).toContain('PORT must be');
    expect(output).toContain('APP_URL must use https://');
    expect(output).toContain('DATABSE_URL is not a setting');
  });

  // proves process:port-in-use
  it('names the port that is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    const { code, output } = await runServerToEnd({ PORT: String(port), DATA_DIR: join(folder, 'port') });
    holder.close();
    expect(code).toBe(1);
    expect(output).toContain(`PORT ${port} on 127.0.0.1 is in use`);
  });

  // proves process:data-folder
  it('names a data folder that cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const { code, output } = await runServerToEnd({ PORT: '0', DATA_DIR: join(folder, 'file', 'data') });
    expect(code).toBe(1);
    expect(output).toMatch(/^Vitae can't start:\nDATA_DIR .* can't be made/);
  });

  // proves process:database-away-at-start
  it('names a database that cannot be reached', async () => {
    const { code, output } = await runServerToEnd({ PORT: '0', DATABASE_URL: 'postgres://127.0.0.1:1/vitae', AUTH_SECRET: SECRET });
    expect(code).toBe(1);
    expect(output).toMatch(/^Vitae can't start:\nDATABASE_URL can't be used: connect ECONNREFUSED/);
  });
});

describe('a running server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.dispose());

  const post = (path: string, body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, headers, duplex: 'half' };
    return fetch(`${server.url}${path}`, init);
  };

  // proves process:health
  it('is live and ready', async () => {
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });

  // proves process:metrics
  it('exposes metrics to this machine, by route and not by path, and to nobody behind a proxy', async () => {
    await fetch(`${server.url}/.well-known/some-made-up-name`);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('vitae_http_requests_total{route="/.well-known/**",method="GET",status="404"}');
    expect(text).not.toContain('some-made-up-name');
    expect((await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(404);
  });

  // proves process:data-folder
  it('refuses a second process on its data folder', async () => {
    const { DATA_DIR } = server.settings;
    if (DATA_DIR === undefined) return; // PostgreSQL serves any number of processes.
    const { code, output } = await runServerToEnd({ PORT: '0', DATA_DIR });
    expect(code).toBe(1);
    expect(output).toContain('is in use by another process');
  });

  // proves bounds:body
  it('refuses 5 MiB everywhere, with and without a length, and goes on', async () => {
    const large = 'x'.repeat(5 * 1024 * 1024);
    for (const path of ['/mcp', '/api/auth/oauth2/register', '/api/auth/oauth2/token', '/api/v1/resumes', '/sign-in', '/register']) {
      const chunked = new Blob([large]).stream();
      const statuses = [await post(path, large), await post(path, chunked)].map((response) => response.status);
      expect([path, ...statuses]).toEqual([path, 413, 413]);
    }
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });

  // proves bounds:malformed-json
  it('answers malformed JSON with 400', async () => {
    expect((await post('/api/auth/oauth2/register', '{"redirect_uris":')).status).toBe(400);
    expect((await post('/api/auth/sign-up/email', '{')).status).toBe(400);
  });

  // proves process:drain
  it('finishes what is under way after SIGTERM, says it is not ready, and exits with 0', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    const body = JSON.stringify({ client_name: 'Late', redirect_uris: ['https://late.example/callback'] });
    socket.write(
      `POST /api/auth/oauth2/register HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    // The server has taken the request when it asks for the body.
    await new Promise<void>((resolve) => {
      socket.on('data', () => answer.includes('100 Continue') && resolve());
    });
    const stopped = server.stop();
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await new Promise<void>((resolve) => {
      const wait = setInterval(() => {
        if (!server.output().includes('server.draining')) return;
        clearInterval(wait);
        resolve();
      }, 10);
    });
    socket.write(body);
    expect(await stopped).toEqual({ code: 0, signal: null });
    await ended;
    expect(answer).toContain('HTTP/1.1 201');
  });

  // proves process:drain
  it('goes on answering for SHUTDOWN_DELAY_SECONDS, not ready and closing each connection', async () => {
    const delayed = await startServer({ SHUTDOWN_DELAY_SECONDS: '2' });
    try {
      const ask = (path: string) => fetch(`${delayed.url}${path}`);
      const before = await ask('/health/ready');
      expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive']);
      const stopped = delayed.stop();
      await expect.poll(async () => (await ask('/health/ready')).status).toBe(503);
      const answer = await ask('/.well-known/oauth-authorization-server');
      expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
      expect(await stopped).toEqual({ code: 0, signal: null });
    } finally {
      await delayed.dispose();
    }
  });
});
