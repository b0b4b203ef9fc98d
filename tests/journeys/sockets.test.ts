import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp } from '../support/app.ts';
import { createHttpSite } from '../support/http-site.ts';
import { createOAuthClient } from '../support/oauth.ts';
import { startServer, type ServerProcess } from '../support/process.ts';

let server: ServerProcess;
let port: number;

beforeAll(async () => {
  server = await startServer();
  port = Number(new URL(server.url).port);
});
afterAll(async () => {
  await server.stop();
  await server.dispose();
});

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  // What the server says when it hangs up is read from the answer, not from the error.
  return socket.on('error', () => undefined);
}

/** Sends raw text and answers everything that comes back until the server hangs up, or until `isEnough`. */
async function converse(socket: Socket, text: string, isEnough: (answer: string) => boolean = () => false): Promise<string> {
  let answer = '';
  const ended = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (isEnough(answer)) socket.destroy();
    });
    socket.once('close', () => resolve(answer));
  });
  socket.write(text);
  return ended;
}

async function send(lines: readonly string[], body = ''): Promise<string> {
  return converse(await open(), [...lines, 'Connection: close', '', body].join('\r\n'));
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const isUp = async () => (await fetch(`${server.url}/health/live`)).status === 200;

describe('a request on the wire', () => {
  // proves authorize:state
  it.each([
    ['percent signs', '%'.repeat(4096)],
    ['letters of two bytes', 'é'.repeat(2048)],
  ])('carries a state of 4 KiB of %s, three times as long when escaped, to the pages and back', async (_what, state) => {
    const site = createHttpSite(server.url);
    const request = await (await createOAuthClient(site)).createRequest({ state, prompt: 'login' });
    const person = await signUp(site);
    const asked = await (await person.browser.open(request.url)).press('Sign in', { Email: person.email, Password: person.password });
    expect((await asked.press('Allow')).leavesTo?.searchParams.getAll('state')).toEqual([state]);
  });

  // security case 167
  it('is refused with more headers than a token needs', async () => {
    const answer = await send(['GET /mcp HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${'a'.repeat(64 * 1024)}`]);
    expect(statusOf(answer)).toBe(431);
  });

  // security case 218
  it.each([
    ['two lengths of different kinds', ['Transfer-Encoding: Chunked', 'Content-Length: 5'], '0\r\n\r\n'],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6'], 'hello!'],
    ['an unknown coding', ['Transfer-Encoding: xchunked', 'Content-Length: 5'], 'hello'],
    ['a coding hidden by a line end', ['X-A: b\nTransfer-Encoding: chunked'], '0\r\n\r\n'],
    ['a length that is no number', ['Content-Length: 0x5'], 'hello'],
    ['a space before the colon', ['Content-Length : 5'], 'hello'],
  ])('is refused with %s', async (_what, headers, body) => {
    const answer = await send(['POST /api/auth/oauth2/token HTTP/1.1', 'Host: localhost', ...headers], body);
    expect(statusOf(answer)).toBe(400);
    expect(answer).not.toMatch(/\bat .*:\d+:\d+/);
  });

  // security case 216
  it.each(['localhost/abc?', 'localhost/../health/live?', 'evil.example', 'localhost@evil.example', '[::1', ''])(
    'meets the guard of its path whatever it calls the host: "%s"',
    async (host) => {
      const answer = await send(['POST /mcp HTTP/1.1', `Host: ${host}`, 'Content-Type: application/json', 'Content-Length: 2'], '{}');
      expect([400, 401, 403, 404]).toContain(statusOf(answer));
      expect(answer).not.toContain('200 OK');
      expect(answer).not.toMatch(/resource_metadata="[^"]*evil/);
    },
  );

  // security case 215
  it.each(['//evil.example/mcp', 'http://evil.example/mcp', '/./mcp', '/x/../mcp', '*', '/%6dcp', '\\mcp'])(
    'meets a guard or nothing whatever it calls the path: %s',
    async (path) => {
      const answer = await send([`POST ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 2'], '{}');
      expect([400, 401, 403, 404, 405]).toContain(statusOf(answer));
    },
  );

  // security cases 10, 194
  it.each(['/mcp', '/api/auth/oauth2/register'])('is cut off when its chunks do not end: %s', async (path) => {
    const socket = await open();
    const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', 'Transfer-Encoding: chunked', '', ''];
    const answered = converse(socket, head.join('\r\n'), (answer) => answer.includes('\r\n\r\n'));
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    for (let sent = 0; sent < 64 && !socket.destroyed; sent += 1) {
      await new Promise<void>((resolve) => void socket.write(chunk, () => resolve()));
    }
    expect(statusOf(await answered)).toBe(413);
  });

  // security case 11
  it('is answered without its body by a method that has none', async () => {
    for (const [method, status] of [
      ['OPTIONS', 204],
      ['PUT', 405],
    ] as const) {
      const head = [
        `${method} /register HTTP/1.1`,
        'Host: localhost',
        'Content-Type: application/json',
        'Content-Length: 50000000',
        '',
        '',
      ];
      const answer = await converse(await open(), head.join('\r\n'), (text) => text.includes('\r\n\r\n'));
      expect([status, 404, 413]).toContain(statusOf(answer));
    }
  });

  // security case 210
  it('does no harm when it breaks off', async () => {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const socket = await open();
      socket.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"half":');
      socket.destroy();
    }
    expect(await isUp()).toBe(true);
    expect(server.output()).not.toMatch(/\n\s+at /);
    expect(server.output()).not.toContain('unhandled');
  });
});

describe('connections that do nothing', () => {
  // security case 203
  it('are closed while their headers or their body do not come', async () => {
    const slow = [
      'GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
      'POST /register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ];
    const answers = await Promise.all(slow.map(async (text) => converse(await open(), text)));
    expect(answers.map(statusOf)).toEqual([408, 408]);
  });

  // security case 204
  it('keep nobody else out', async () => {
    const idle = await Promise.all(Array.from({ length: 1_000 }, open));
    expect(await isUp()).toBe(true);
    expect((await fetch(`${server.url}/.well-known/oauth-authorization-server`)).status).toBe(200);
    for (const socket of idle) socket.destroy();
  });
});
