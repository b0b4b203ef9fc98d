import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOtlpTracer } from '../../src/observability/otlp-tracer.ts';
import { createTestApp, type TestApp } from '../support/app.ts';

const METADATA = '/.well-known/oauth-authorization-server';
const KEYS = '/api/auth/jwks';

let app: TestApp;
const servers: Server[] = [];
beforeAll(async () => {
  app = await createTestApp();
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => app.close());

/** A server of Node that leaves to a router that is not there what is not answered in front of it. */
async function listen({ answerDocument }: Pick<TestApp, 'answerDocument'>): Promise<number> {
  const server = createServer((message, response) => {
    if (!answerDocument(message, response)) response.writeHead(404).end('the router');
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function send(port: number, line: string, headers: readonly string[] = [], body = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write([`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', body].join('\r\n'));
  return text(socket);
}
const isRouters = (answer: string) => answer.endsWith('the router') || answer.startsWith('HTTP/1.1 404');

describe('a document that is there already', () => {
  it.each([
    ['GET', `GET ${METADATA}`],
    ['HEAD', `HEAD ${METADATA}`],
    ['a query', `GET ${METADATA}?a=b%20c`],
    ['an alias', 'GET /api/auth/.well-known/openid-configuration'],
    ['the description of the API', 'GET /api/openapi.json'],
  ])('is sent before the router: %s', async (_what, line) => {
    expect(await send(await listen(app), line)).toMatch(/^HTTP\/1\.1 200 \r\n/);
  });

  it.each([
    ['another method', `POST ${METADATA}`],
    ['a preflight', `OPTIONS ${METADATA}`],
    ['a whole address', `GET http://localhost${METADATA}`],
    ['two slashes', `GET /${METADATA}`],
    ['a slash at the end', `GET ${METADATA}/`],
    ['an escaped letter', `GET ${METADATA.replace('oauth', '%6Fauth')}`],
    ['other letters', `GET ${METADATA.toUpperCase()}`],
    ['a query that is rewritten', `GET ${METADATA}?"a"`],
    ['what has no document', 'GET /health/live'],
    ['a pattern', 'GET /api/auth/**'],
  ])('is left to the router with %s', async (_what, line) => {
    expect(await send(await listen(app), line)).toSatisfy(isRouters);
  });

  it.each([
    ['a body', ['Content-Length: 2'], '{}'],
    ['a body in pieces', ['Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'],
    ['an expectation', ['Expect: 100-continue'], ''],
  ])('is left to the router with %s', async (_what, headers, body) => {
    expect(await send(await listen(app), `GET ${METADATA}`, headers, body)).toContain('the router');
  });

  it("is the router's while it must be made", async () => {
    const port = await listen(app);
    expect(await send(port, `GET ${KEYS}`)).toSatisfy(isRouters);
    await (await app.fetch(new Request(`${app.origin}${KEYS}`))).text();
    expect(await send(port, `GET ${KEYS}`)).toMatch(/^HTTP\/1\.1 200 \r\n/);
  });

  it("is the router's where requests are traced", async () => {
    const tracer = createOtlpTracer('1.2.3', () => undefined);
    const traced = await createTestApp({ tracer });
    expect(await send(await listen(traced), `GET ${METADATA}`)).toSatisfy(isRouters);
    await traced.close();
    await tracer.close();
  });
});
