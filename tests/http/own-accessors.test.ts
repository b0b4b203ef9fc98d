import { createEndpoint, createMiddleware } from 'better-call';
import { describe, expect, it } from 'vitest';
import { createExchange, ReadRequest } from '../../src/http/exchange.ts';
import { createNotes } from '../../src/observability/request-origin.ts';

const exchange = () =>
  createExchange(new Request('http://localhost:3000/mcp'), Buffer.from('{}'), {
    requestId: 'one',
    address: null,
    peer: null,
    notes: createNotes(),
  });

/** Members of an object itself, not of its class, that are computed when they are read. */
function listOwnAccessors(made: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(made)).flatMap(([name, descriptor]) =>
    descriptor.get === undefined ? [] : [name],
  );
}

/** V8 puts them among its old objects, and with them all that a getter sees, until it collects everything: see docs/decisions/0102. */
describe('what is made for every request has no accessors of its own', () => {
  it('but they are found where there are any', () => {
    expect(
      listOwnAccessors({
        get one() {
          return 1;
        },
        two: 2,
      }),
    ).toEqual(['one']);
  });

  it('the exchange, and the request that the MCP endpoint reads', () => {
    expect(listOwnAccessors(exchange())).toEqual([]);
    expect(listOwnAccessors(new ReadRequest(exchange()))).toEqual([]);
  });

  // Without patches/better-call@1.4.5.patch each has one.
  it('a context of the library, for an endpoint and for a hook', async () => {
    const endpoint = createEndpoint('/made', { method: 'GET' }, async (ctx) => listOwnAccessors(ctx));
    const hook = createMiddleware(async (ctx) => listOwnAccessors(ctx));
    expect([await endpoint(), await hook({})]).toEqual([[], []]);
  });

  it('and the library still tells the status that an endpoint has set', async () => {
    const endpoint = createEndpoint(
      '/status',
      { method: 'GET' },
      async (ctx: { responseStatus?: number; setStatus(status: 201): void }) => {
        const before = ctx.responseStatus;
        ctx.setStatus(201);
        return { before, after: ctx.responseStatus };
      },
    );
    expect(await endpoint({ returnStatus: true })).toEqual({ response: { before: undefined, after: 201 }, status: 201 });
  });
});

describe('a request that was read', () => {
  it('asks for the signal of the one that came only when somebody asks for it', () => {
    let asked = 0;
    const incoming = new Request('http://localhost:3000/api/auth/oauth2/token', { method: 'POST' });
    const { signal } = incoming;
    Object.defineProperty(incoming, 'signal', { get: () => ((asked += 1), signal) });
    const origin = { requestId: 'one', address: null, peer: null, notes: createNotes() };
    const { request } = createExchange(incoming, Buffer.from('a=b'), origin);
    expect(request.headers.get('x-request-id')).toBe('one');
    expect(asked).toBe(0);
    expect(request.signal).toBe(signal);
    expect(asked).toBe(1);
  });
});
