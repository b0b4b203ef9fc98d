import { oauthClient } from '../../src/db/schema/auth.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { diagnose, exitCodeOf, renderDiagnosis, type DoctorOptions } from '../../src/doctor/doctor.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startProxy, withHeaders, type Meddling, type Proxy } from './broken-proxy.ts';

let origin: string;
let app: TestApp;
let proxy: Proxy;
beforeAll(async () => {
  const port = await findFreePort();
  origin = `http://127.0.0.1:${port}`;
  app = await createTestApp({ settings: { APP_URL: origin } });
  proxy = await startProxy(app, port);
});
afterEach(() => proxy.meddle(null));
afterAll(async () => {
  await proxy.close();
  await app.close();
});

const look = (options: Partial<DoctorOptions> = {}, at = origin) => diagnose(at, { clock: () => new Date(), ...options });
const problemsOf = async (meddling: Meddling, options: Partial<DoctorOptions> = {}) => {
  proxy.meddle(meddling);
  const diagnosis = await look(options);
  expect(exitCodeOf(diagnosis)).toBe(1);
  return renderDiagnosis(diagnosis);
};
const at = (path: string, change: (response: Response, request: Request) => Response | Promise<Response>): Meddling => {
  return async (request, pass) => {
    const response = await pass(request);
    return new URL(request.url).pathname.startsWith(path) ? change(response, request) : response;
  };
};
const html = () => new Response('<!doctype html><title>Welcome</title>', { headers: { 'content-type': 'text/html' } });
/** Replaces text in what is answered, as proxies do that rewrite addresses. */
const rewrite =
  (from: string, to: string): Meddling =>
  async (request, pass) => {
    const response = await pass(request);
    const headers = new Headers([...response.headers].map(([name, value]): [string, string] => [name, value.replaceAll(from, to)]));
    return new Response(response.body === null ? null : (await response.text()).replaceAll(from, to), { status: response.status, headers });
  };

describe('the doctor', () => {
  it('finds a server that is reached as it is healthy', async () => {
    const diagnosis = await look();
    expect(diagnosis.findings.filter(({ severity }) => severity === 'problem')).toEqual([]);
    expect(diagnosis.findings).toEqual([expect.objectContaining({ severity: 'warning', what: 'only this machine can reach it' })]);
    expect(exitCodeOf(diagnosis)).toBe(0);
    expect(renderDiagnosis(diagnosis)).toContain('Clients should find their way.');
  });

  it('leaves nothing behind', async () => {
    const before = await app.db.orm.$count(oauthClient);
    await look();
    expect(await app.db.orm.$count(oauthClient)).toBe(before);
  });

  // proves doctor:finds
  it.each<[string, () => Meddling, string]>([
    ['another address in APP_URL', () => rewrite(origin, 'https://other.example'), 'issuer is https://other.example, not http://127.0.0.1'],
    ['another resource', () => rewrite(`${origin}/mcp"`, `${origin}/mcp/"`), 'resource is http://127.0.0.1'],
    [
      'http and https confused',
      () => rewrite(origin, origin.replace('http:', 'https:')),
      'The server says http where the outside says https',
    ],
    [
      'endpoints elsewhere',
      () => rewrite(`${origin}/api/auth/oauth2/token`, 'http://internal:3000/token'),
      'endpoints on another origin: token_endpoint',
    ],
    [
      'a redirect of everything',
      () => () => new Response(null, { status: 301, headers: { location: 'https://www.example/' } }),
      'a redirect (301) to https://www.example/',
    ],
    ['a page at well-known paths', () => at('/.well-known/', html), 'a web page (200) instead of JSON'],
    ['a page where nothing is', () => at('/.well-known/no-such', html), 'status 200 and a web page where there is nothing'],
    [
      'CORS headers removed',
      () => async (request, pass) => withHeaders(await pass(request), (headers) => headers.delete('access-control-allow-origin')),
      'no Access-Control-Allow-Origin: *',
    ],
    [
      'preflights answered by the proxy',
      () => (request, pass) => (request.method === 'OPTIONS' ? new Response(null, { status: 405 }) : pass(request)),
      'a preflight is not allowed (405)',
    ],
    [
      'WWW-Authenticate removed',
      () => at('/mcp', (response) => withHeaders(response, (headers) => headers.delete('www-authenticate'))),
      'a 401 without WWW-Authenticate',
    ],
    [
      'a relative challenge',
      () =>
        at('/mcp', (response) =>
          withHeaders(response, (headers) => headers.set('www-authenticate', 'Bearer resource_metadata="/.well-known/x"')),
        ),
      'resource_metadata is relative: /.well-known/x',
    ],
    [
      'a challenge without quotes',
      () =>
        at('/mcp', (response) =>
          withHeaders(response, (headers) => headers.set('www-authenticate', `Bearer resource_metadata=${origin}/x`)),
        ),
      'resource_metadata has no quotes',
    ],
    [
      "the proxy's own sign-in",
      () => at('/mcp', (response) => withHeaders(response, (headers) => headers.set('www-authenticate', 'Basic realm="staff"'))),
      'the challenge is: Basic realm="staff"',
    ],
    [
      'the slash taken away by a redirect',
      () => at('/mcp/', () => new Response(null, { status: 308, headers: { location: '/mcp' } })),
      'a redirect to /mcp',
    ],
    [
      'probes answered by the proxy',
      () => at('/mcp', (response, { method }) => (method === 'HEAD' ? new Response(null) : response)),
      'status 200 instead of 401',
    ],
    [
      'Authorization kept back',
      () => (request, pass) => {
        const headers = new Headers(request.headers);
        headers.delete('authorization');
        return pass(new Request(request, { headers }));
      },
      'a Bearer token in Authorization did not arrive',
    ],
    [
      'a bot rule',
      () => (request, pass) =>
        /claude|openai/i.test(request.headers.get('user-agent') ?? '') ? new Response('no', { status: 403 }) : pass(request),
      'refused to Claude-User, openai-mcp/1.0.0',
    ],
    [
      'a firewall before registration',
      () => at('/api/auth/oauth2/register', () => new Response('<html>blocked', { status: 403, headers: { 'content-type': 'text/html' } })),
      'a web page (403) instead of an OAuth error',
    ],
    [
      'a clock that is wrong',
      () => async (request, pass) =>
        withHeaders(await pass(request), (headers) => headers.set('date', new Date(Date.now() - 10 * 60_000).toUTCString())),
      "the server's clock and this machine's differ by 60",
    ],
  ])('sees %s', async (_what, meddling, words) => {
    expect(await problemsOf(meddling())).toContain(words);
  });

  it('sees answers that never come', async () => {
    const waiting: Meddling = (request, pass) =>
      new URL(request.url).pathname === '/mcp' ? new Promise<Response>(() => {}) : pass(request);
    expect(await problemsOf(waiting, { timeoutMs: 300 })).toContain('no answer in time');
  });

  it('sees slow answers', async () => {
    const diagnosis = await look({ slowMs: -1 });
    expect(renderDiagnosis(diagnosis)).toMatch(/warning.*\n.*took \d+ ms/);
  });

  it('sees that nobody answers', async () => {
    const diagnosis = await look({}, `http://127.0.0.1:${await findFreePort()}`);
    expect(renderDiagnosis(diagnosis)).toContain('no connection');
    expect(exitCodeOf(diagnosis)).toBe(1);
  });

  it('sees a certificate that clients refuse', async () => {
    const port = await findFreePort();
    const secured = await startProxy(app, port, true);
    const diagnosis = await look({}, `https://localhost:${port}`);
    expect(renderDiagnosis(diagnosis)).toContain('the certificate is not accepted');
    await secured.close();
  });
});
