import type { BetterAuthOptions, DBAdapter } from 'better-auth';
import { beforeEach, describe, expect, it } from 'vitest';
import { handRow, rememberReads } from '../../src/authorization-server/remembered-reads.ts';
import { createRequestFlows, type RequestFlows } from '../../src/authorization-server/request-flow.ts';

const START = Date.UTC(2026, 0, 1);
const ORIGIN = { requestId: 'request', address: null, userAgent: null };
const CLIENT = { model: 'oauthClient', where: [{ field: 'clientId', value: 'client-1' }] };
const RESOURCE = { model: 'oauthResource', where: [{ field: 'identifier', value: 'https://vitae.example/mcp' }] };

let now: number;
let reads: number;
let transactions: number;
let client: { clientId: string; redirectUris: string[] } | null;
let flows: RequestFlows;
let adapter: DBAdapter;

beforeEach(() => {
  now = START;
  reads = 0;
  transactions = 0;
  client = { clientId: 'client-1', redirectUris: ['https://client.example/'] };
  flows = createRequestFlows();
  // What stands behind is only asked and counted: the library's own adapter, with a database, is under every test of the flows.
  const behind = {
    id: 'counted',
    async findOne({ model }: { readonly model: string }) {
      reads += 1;
      return model === 'oauthClient' ? client : { identifier: 'https://vitae.example/mcp' };
    },
    update: async () => null,
    async transaction(work: (adapter: unknown) => Promise<unknown>) {
      transactions += 1;
      return work(behind);
    },
  };
  adapter = rememberReads(
    () => behind as unknown as DBAdapter,
    flows,
    () => new Date(now),
  )({} satisfies BetterAuthOptions);
});

const duringTokenRequest = <T>(work: () => Promise<T>) =>
  flows.run(ORIGIN, async () => {
    Object.assign(flows.current(), { reads: new Map(), isWhole: true });
    return work();
  });

describe('the resource', () => {
  it('is read once a second', async () => {
    for (const later of [0, 999]) {
      now = START + later;
      await adapter.findOne(RESOURCE);
    }
    expect(reads).toBe(1);
    now = START + 1_000;
    await adapter.findOne(RESOURCE);
    expect(reads).toBe(2);
  });

  it('is read again after it was written here', async () => {
    await adapter.findOne(RESOURCE);
    await adapter.update({ ...RESOURCE, update: { name: 'Another' } });
    await adapter.findOne(RESOURCE);
    expect(reads).toBe(2);
  });
});

describe('a client', () => {
  it('is read once by a token request, and again by the next', async () => {
    await duringTokenRequest(async () => {
      await adapter.findOne(CLIENT);
      await adapter.findOne(CLIENT);
    });
    expect(reads).toBe(1);
    await duringTokenRequest(() => adapter.findOne(CLIENT));
    expect(reads).toBe(2);
  });

  it('is read each time by every other request', async () => {
    await flows.run(ORIGIN, async () => {
      await adapter.findOne(CLIENT);
      await adapter.findOne(CLIENT);
    });
    expect(reads).toBe(2);
  });

  it('is handed out as a copy', async () => {
    await duringTokenRequest(async () => {
      await adapter.findOne(CLIENT);
      const changed = await adapter.findOne<{ redirectUris: string[] }>(CLIENT);
      changed?.redirectUris.push('https://evil.example/');
      expect(await adapter.findOne(CLIENT)).toEqual(client);
    });
  });

  it('is asked for again when there was none, and after it was changed', async () => {
    await duringTokenRequest(async () => {
      client = null;
      await adapter.findOne(CLIENT);
      client = { clientId: 'client-1', redirectUris: [] };
      expect(await adapter.findOne(CLIENT)).toEqual(client);
      await adapter.update({ ...CLIENT, update: { name: 'Another' } });
      await adapter.findOne(CLIENT);
    });
    expect(reads).toBe(3);
  });
});

describe('a row that was read for the judgement of a token request', () => {
  const TOKEN = { model: 'oauthRefreshToken', where: [{ field: 'token', value: 'hash-1' }] };
  const row = { id: 'token-1', token: 'hash-1', scopes: ['resumes:read'] };
  const hand = () => handRow(flows.current().reads, 'oauthRefreshToken', 'token', row);

  it('is not read again when it is asked for by the same value', async () => {
    await duringTokenRequest(async () => {
      hand();
      expect(await adapter.findOne(TOKEN)).toEqual(row);
      expect(reads).toBe(0);
      await adapter.findOne({ ...TOKEN, where: [{ field: 'token', value: 'hash-2' }] });
      await adapter.findOne({ ...TOKEN, where: [{ field: 'token', operator: 'ne', value: 'hash-1' }] });
      await adapter.findOne({ ...TOKEN, select: ['id'] });
      expect(reads).toBe(3);
    });
  });

  it('is read again after its kind was written', async () => {
    await duringTokenRequest(async () => {
      hand();
      await adapter.update({ ...TOKEN, update: { revoked: new Date(START) } });
      await adapter.findOne(TOKEN);
      expect(reads).toBe(1);
    });
  });

  it('is nothing to another request', async () => {
    await duringTokenRequest(async () => hand());
    await duringTokenRequest(() => adapter.findOne(TOKEN));
    await flows.run(ORIGIN, async () => {
      hand();
      await adapter.findOne(TOKEN);
    });
    expect(reads).toBe(2);
  });
});

describe('a transaction of the library', () => {
  it('is the one of the token request, and its own elsewhere', async () => {
    await duringTokenRequest(() => adapter.transaction(async (inside) => expect(inside).toBe(adapter)));
    expect(transactions).toBe(0);
    await flows.run(ORIGIN, () => adapter.transaction(async () => undefined));
    expect(transactions).toBe(1);
  });

  it('may have changed whatever was read before it', async () => {
    await flows.run(ORIGIN, async () => {
      flows.current().reads = new Map();
      handRow(flows.current().reads, 'oauthRefreshToken', 'token', { id: 'token-1', token: 'hash-1' });
      await adapter.transaction(async () => undefined);
      expect(flows.current().reads?.size).toBe(0);
    });
  });
});
