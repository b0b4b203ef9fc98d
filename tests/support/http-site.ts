import { request as sendRequest, type Agent } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Site } from './browser.ts';

/**
 * A server over the network. Unlike `fetch` it sends exactly the headers it is given (undici marks every request
 * `sec-fetch-mode: cors`, which no navigation of a browser does), and `Host` is the public one, as behind a proxy.
 *
 * @param address where to connect, e.g. `http://127.0.0.1:41234`; answers per request, to spread them over several servers
 */
export function createHttpSite(origin: string, address: () => string = () => origin): Site {
  return { origin, fetch: (request) => sendOver(address(), request) };
}

/**
 * Sends one request to the server at `address`, whatever the host of its URL. Bodies are sent and read whole.
 *
 * @param agent keeps connections; without one each request has its own
 */
export async function sendOver(address: string, request: Request, agent: Agent | false = false): Promise<Response> {
  const url = new URL(request.url);
  const { hostname, port } = new URL(address);
  const body = Buffer.from(await request.arrayBuffer());
  const headers = { ...Object.fromEntries(request.headers), host: url.host, 'content-length': String(body.byteLength) };
  return new Promise((resolve, reject) => {
    const outgoing = sendRequest({ hostname, port, method: request.method, path: `${url.pathname}${url.search}`, headers, agent });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const status = incoming.statusCode ?? 0;
      const received = new Headers();
      for (const [name, values = []] of Object.entries(incoming.headersDistinct)) for (const value of values) received.append(name, value);
      buffer(incoming).then(
        (content) => resolve(new Response([204, 304].includes(status) ? null : content, { status, headers: received })),
        reject,
      );
    });
    outgoing.end(body);
  });
}
