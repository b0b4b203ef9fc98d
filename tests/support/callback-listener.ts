import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The loopback listener of a native client (RFC 8252 §7.3). */
export interface CallbackListener {
  readonly redirectUri: string;
  /** The next request to the redirect URI, whether it came already or is to come. */
  next(): Promise<URL>;
  close(): Promise<void>;
}

export async function startCallbackListener(): Promise<CallbackListener> {
  const arrived: URL[] = [];
  const waiting: ((url: URL) => void)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    response.setHeader('content-type', 'text/html').end('<title>Connected</title><p>You can close this window.</p>');
    if (url.pathname !== '/callback') return;
    const receive = waiting.shift();
    if (receive === undefined) arrived.push(url);
    else receive(url);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}/callback`,
    next: async () => arrived.shift() ?? new Promise((resolve) => waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
