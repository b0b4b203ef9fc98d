import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFixture, type Fixture, type FixtureOptions } from './fixture.ts';

/** The pages on a real port, over dependencies held in memory. */
export interface Preview {
  readonly origin: string;
  /** Begins anew: every later request is served by the returned fixture. */
  reset(options?: Pick<FixtureOptions, 'session' | 'hasStyleguide'>): Fixture;
  close(): Promise<void>;
}

export async function startPreview(): Promise<Preview> {
  let fixture: Fixture | null = null;
  const server = createServer((incoming, outgoing) => {
    const chunks: Uint8Array[] = [];
    incoming.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on('end', () => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === 'string') headers.set(name, value);
      const hasBody = incoming.method === 'POST';
      const request = new Request(`${origin}${incoming.url ?? '/'}`, {
        method: incoming.method ?? 'GET',
        headers,
        ...(hasBody ? { body: Buffer.concat(chunks) } : {}),
      });
      void send(request, outgoing);
    });
  });

  async function send(request: Request, outgoing: ServerResponse): Promise<void> {
    const response = await answer(request);
    outgoing.writeHead(response.status, [...response.headers].flat());
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }

  async function answer(request: Request): Promise<Response> {
    const info = { requestId: '01HV-7Q2K-93FD', clientAddress: '203.0.113.9' };
    return (
      (await fixture?.pages.fetch(request, info)) ??
      fixture?.pages.problem('notFound', request, info) ??
      new Response(null, { status: 503 })
    );
  }

  const origin = await listen(server);
  return {
    origin,
    reset(options = {}) {
      fixture = createFixture({ appUrl: origin, ...options });
      return fixture;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** Listens on a free port of this machine. @returns the origin */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return `http://localhost:${address.port}`;
}
