import { createServer, request as forward, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CredentialProxy {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * The suite can't authenticate. This adds the credential to every request and passes everything else through untouched, Host and
 * Origin above all: what guards the product against rebinding must see what the suite sent.
 */
export async function startCredentialProxy(target: URL, credential: IncomingHttpHeaders): Promise<CredentialProxy> {
  const server = createServer((incoming, outgoing) => {
    const onward = forward(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, ...credential },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
