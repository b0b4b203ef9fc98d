import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocument } from '../../src/http/document.ts';
import { listPublicPaths } from '../../src/http/public-path.ts';
import { buildRouteTable, type RouteHandlers } from '../../src/http/routes.ts';
import { findFreePort } from '../support/free-port.ts';
import { parseMetrics, type Reading } from '../support/metrics.ts';
import { startServer, type ServerProcess, type Settings } from '../support/process.ts';
import { waitUntil } from '../support/wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitae-documents-'));
const socket = join(folder, 'vitae.sock');
const HOST = 'vitae.example';
const HTTPS = `https://${HOST}`;
const NAME = 'a-name-of-the-client';

const HANDLERS = {
  serverCard: createDocument('card'),
  protectedResourceMetadata: createDocument('resource'),
  authorizationServerMetadata: createDocument('server'),
  keySet: createDocument('keys'),
  openApiDocument: createDocument('api'),
  apiReference: createDocument('reference'),
};
const PATTERNS = buildRouteTable(HANDLERS as unknown as RouteHandlers).filter(({ answer }) => typeof answer === 'object');
/** One of each document. */
const SAMPLES = PATTERNS.filter(({ answer }, index) => PATTERNS.findIndex((other) => other.answer === answer) === index);

interface Case {
  readonly what: string;
  readonly method?: string;
  readonly query?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

const CASES: readonly Case[] = [
  { what: 'GET' },
  { what: 'GET with a query', query: '?a=b&c=%20/d?e' },
  { what: 'GET with an odd query', query: '?"a"' },
  { what: 'GET of another origin', headers: ['Origin: https://client.example'] },
  { what: 'GET with a name', headers: [`X-Request-Id: ${NAME}`] },
  { what: 'GET with two names', headers: [`X-Request-Id: ${NAME}`, `X-Request-Id: ${NAME}`] },
  { what: 'GET with a name that is no name', headers: ['X-Request-Id: <script>'] },
  { what: 'GET of a version', headers: ['If-None-Match: "other"'] },
  { what: 'GET of this version', headers: ['If-None-Match: "other", *'] },
  { what: 'GET of two versions', headers: ['If-None-Match: "other"', 'If-None-Match: *'] },
  { what: 'GET through a proxy', headers: ['X-Forwarded-For: 203.0.113.7, 198.51.100.9'] },
  { what: 'GET through two proxies', headers: ['X-Forwarded-For: 203.0.113.7', 'X-Forwarded-For: 198.51.100.9'] },
  { what: 'GET with a body', headers: ['Content-Length: 2'], body: '{}' },
  { what: 'GET with an expectation', headers: ['Expect: 100-continue'] },
  { what: 'HEAD', method: 'HEAD' },
  { what: 'HEAD of this version', method: 'HEAD', headers: ['If-None-Match: *'] },
  { what: 'OPTIONS', method: 'OPTIONS', headers: ['Origin: https://client.example', 'Access-Control-Request-Method: GET'] },
  { what: 'POST', method: 'POST', headers: ['Content-Length: 2'], body: '{}' },
];

/** What is asked at every address; the others once for each document. */
const EVERYWHERE: readonly string[] = ['GET', 'HEAD', 'GET of this version'];

interface Way {
  readonly name: string;
  /** The target of the request line. */
  target(path: string): string;
}

/** A whole address as the target is one of the things that only the router reads. */
const PLAIN: Way = { name: 'plain', target: (path) => path };
const ROUTER: Way = { name: 'by the router', target: (path) => `http://${HOST}${path}` };

/**
 * Sends the request twice on one connection and reads what comes back, without what differs from answer to answer. The headers are sorted: the
 * router does not send them in one order.
 */
async function ask(to: NetConnectOpts, path: string, way: Way, { method = 'GET', query = '', headers = [], body = '' }: Case) {
  const connection = connect(to);
  const write = (more: readonly string[]) =>
    connection.write([`${method} ${way.target(path + query)} HTTP/1.1`, `Host: ${HOST}`, ...headers, ...more, '', body].join('\r\n'));
  write([]);
  write(['Connection: close']);
  const answers = await text(connection);
  return answers.replaceAll(/HTTP\/1\.1 \d{3}[^]+?\r\n\r\n/g, (head) => {
    const [status = '', ...lines] = head.trimEnd().split('\r\n');
    const told = lines.map((line) =>
      line.replace(/^Date: .+/, 'Date: <date>').replace(/^x-request-id: [0-9a-f-]{36}$/, 'x-request-id: <name>'),
    );
    return [status, ...told.toSorted(), '', ''].join('\r\n');
  });
}

/** A line of the log without what differs from answer to answer. */
function toRecord(line: string): Readonly<Record<string, unknown>> {
  const record = JSON.parse(line) as Record<string, unknown>;
  return { ...record, time: null, durationMs: null, requestId: record['requestId'] === NAME ? NAME : null };
}

const SERVERS: readonly { readonly what: string; readonly base: string; readonly settings: Settings; readonly to?: NetConnectOpts }[] = [
  { what: 'behind a trusted proxy', base: '', settings: { APP_URL: HTTPS, TRUSTED_PROXIES: '127.0.0.1' } },
  { what: 'below a path', base: '/apps/vitae', settings: { APP_URL: `${HTTPS}/apps/vitae` } },
  {
    what: 'on a Unix socket',
    base: '',
    settings: { HOST: socket, APP_URL: HTTPS, DATA_DIR: join(folder, 'data') },
    to: { path: socket },
  },
];

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

describe.each(SERVERS)('a document of a server $what', ({ base, settings, to }) => {
  let server: ServerProcess;
  let address: NetConnectOpts;
  beforeAll(async () => {
    const port = await findFreePort();
    address = to ?? { port, host: '127.0.0.1' };
    server = await startServer({ PORT: String(port), ...settings });
  });
  afterAll(() => server?.dispose());

  const questions = PATTERNS.flatMap((route) =>
    listPublicPaths(route.path, base).flatMap((path) =>
      CASES.filter(({ what }) => SAMPLES.includes(route) || EVERYWHERE.includes(what)).map((asked) => ({ path, asked })),
    ),
  );
  const requestsOf = (reading: Reading) =>
    Array.from(reading).filter(
      ([series]) => /^vitae_http_request(?:s_total|_duration_seconds_count)\{/.test(series) && !series.includes('/metrics'),
    );
  const read = async (): Promise<Reading> => {
    const answer = await ask(address, '/metrics', PLAIN, { what: 'metrics' });
    return parseMetrics(answer.slice(answer.lastIndexOf('# HELP vitae_http_requests_total')));
  };
  const lines = () =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes('"event":"http.answered"') && !line.includes('"/metrics"'))
      .map(toRecord);

  /** All of them, that way; what was answered, logged and counted. */
  async function askAll(way: Way) {
    const before = await read();
    const logged = lines().length;
    const answers: Record<string, string> = {};
    for (const { path, asked } of questions) answers[`${asked.what} ${path}`] = await ask(address, path, way, asked);
    // What a process prints arrives beside its answers.
    await waitUntil(() => lines().length >= logged + 2 * questions.length);
    const counted = requestsOf(await read()).map(([series, count]) => [series, count - (before.get(series) ?? 0)] as const);
    return { answers, logged: lines().slice(logged), counted: Object.fromEntries(counted.filter(([, count]) => count > 0)) };
  }

  it('is answered, logged and counted as the router does it', async () => {
    // A key set that nobody has asked for is the router's to read.
    await ask(address, '/api/auth/jwks', PLAIN, { what: 'first' });
    await waitUntil(() => lines().length >= 2);
    const plain = await askAll(PLAIN);
    const routed = await askAll(ROUTER);
    expect(plain.answers).toEqual(routed.answers);
    expect(plain.logged).toEqual(routed.logged);
    expect(plain.counted).toEqual(routed.counted);
    expect(plain.answers['GET /.well-known/oauth-authorization-server']).toMatch(/\r\naccess-control-allow-origin: \*\r\n/);
    expect(plain.answers['GET of this version /api/auth/jwks']).toMatch(/^HTTP\/1\.1 304 /);
    expect(Object.values(plain.counted).reduce((sum, count) => sum + count, 0)).toBe(2 * 2 * questions.length);
  });
});
