import { once } from 'node:events';
import { createServer, request as sendRequest } from 'node:http';

/** A reverse proxy on a port of its own that shares its host with other applications. */
export interface SubPathProxy {
  readonly origin: string;
  /** Whether it takes the base away from the path before it passes a request on. */
  strips: boolean;
  /** Whether it also passes on the discovery documents that stand outside the base (RFC 8414 §3.1, RFC 9728 §3.1). */
  passesInserted: boolean;
  close(): Promise<void>;
}

/**
 * Passes what is below `base` on to a server on this machine. Everything else is another application's: a page with status 404.
 *
 * @param target where the server listens; asked for each request, because it may start after the proxy
 */
export async function startSubPathProxy(base: string, target: () => { readonly port: number }): Promise<SubPathProxy> {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    const isBelow = path === base || path.startsWith(`${base}/`) || path.startsWith(`${base}?`);
    const isInserted = new RegExp(`^/\\.well-known/[a-z-]+${base}(?:[/?]|$)`).test(path);
    if (!isBelow && !(isInserted && proxy.passesInserted)) {
      outgoing.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Another application</h1>');
      return;
    }
    const passed = isBelow && proxy.strips ? path.slice(base.length) : path;
    const headers = { ...incoming.headers, 'x-forwarded-for': '198.51.100.7' };
    const onward = sendRequest({
      host: '127.0.0.1',
      port: target().port,
      method: incoming.method,
      path: passed.startsWith('/') ? passed : `/${passed}`,
      headers,
      agent: false,
    });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  const proxy: SubPathProxy = {
    origin: `http://localhost:${address.port}`,
    strips: false,
    passesInserted: true,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
