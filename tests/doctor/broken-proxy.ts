import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { createServer as createHttps } from 'node:https';
import { issueCertificate } from '../support/metadata-host.ts';
import type { Site } from '../support/browser.ts';

/** What a proxy does to one exchange. Never settling keeps the client waiting. */
export type Meddling = (request: Request, pass: (request: Request) => Promise<Response>) => Promise<Response> | Response;

export interface Proxy {
  /** From now on; null passes everything. */
  meddle(meddling: Meddling | null): void;
  close(): Promise<void>;
}

/** A proxy in front of the app, on a real port. @param tls with a certificate that nobody trusts */
export async function startProxy(site: Site, port: number, tls = false): Promise<Proxy> {
  let meddling: Meddling = (request, pass) => pass(request);
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const method = incoming.method ?? 'GET';
    const headers = new Headers(
      Object.entries(incoming.headers).flatMap(([name, value]) => [value ?? []].flat().map((item): [string, string] => [name, item])),
    );
    const request = new Request(new URL(incoming.url ?? '/', site.origin), {
      method,
      headers,
      ...(method !== 'GET' && method !== 'HEAD' && { body: Buffer.concat(chunks) }),
    });
    const response = await meddling(request, (passed) => site.fetch(passed));
    outgoing.writeHead(response.status, [...response.headers].flat());
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void answer(incoming, outgoing);
  const server = tls ? createHttps(issueCertificate(['localhost']), listener) : createHttp(listener);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    meddle(next) {
      meddling = next ?? ((request, pass) => pass(request));
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The same response with its headers changed. */
export function withHeaders(response: Response, change: (headers: Headers) => void): Response {
  const headers = new Headers(response.headers);
  change(headers);
  return new Response(response.body, { status: response.status, headers });
}
