import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { RouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Router } from '../../src/api/router.ts';
import { isForeignMutation } from '../../src/api/same-origin.ts';
import type { Database } from '../../src/db/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { APP_URL, createCallers, createTestHandlers } from './support.ts';

const handlers = createTestHandlers();
let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

describe('the RPC endpoint', () => {
  // proves api:rpc
  it("serves oRPC's own client", async () => {
    const { session } = await createCallers(db);
    const link = new RPCLink({ url: `${APP_URL}/api/rpc`, fetch: (request) => handlers.rpc(request, session) });
    const client: RouterClient<Router> = createORPCClient(link);
    const { id } = await client.resumes.create({ name: 'One' });
    expect((await client.resumes.read({ id })).name).toBe('One');
    await expect(client.resumes.read({ id: 'nothing' })).rejects.toMatchObject({ code: 'resume_not_found', status: 404, defined: true });
    await expect(client.resumes.import({ data: { when: new Date(0) } })).rejects.toMatchObject({ code: 'invalid_resume' });
    expect((await client.resumes.import({ data: { basics: { name: 'Bea', label: undefined } } })).name).toBe('Bea');
  });

  // proves api:rpc
  it('lets no GET change anything', async () => {
    const { session } = await createCallers(db);
    const get = (procedure: string, json: object) =>
      handlers.rpc(new Request(`${APP_URL}/api/rpc/${procedure}?data=${encodeURIComponent(JSON.stringify({ json }))}`), session);
    expect((await get('resumes/create', { name: 'One' })).status).toBe(405);
    expect(await (await get('resumes/list', {})).json()).toMatchObject({ json: { resumes: [] } });
  });

  it('takes no path into a prototype', async () => {
    const { session } = await createCallers(db);
    const post = (path: string, body: string) =>
      handlers.rpc(
        new Request(`${APP_URL}/api/rpc/${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
        session,
      );
    const polluting = await post('resumes/create', '{"json":{"name":"x","tags":[]},"meta":[[1,"__proto__","polluted"]]}');
    expect(polluting.status).toBe(400);
    expect(Object.keys(Object.prototype)).toEqual([]);
    const paths = ['resumes/__proto__', 'constructor', 'resumes/create/~orpc/handler', 'resumes'];
    const answers = await Promise.all(paths.map((path) => post(path, '{}')));
    expect(answers.map((answer) => answer.status)).toEqual(paths.map(() => 404));
  });
});

const request = (method: string, headers: Record<string, string>) => new Request(`${APP_URL}/api/v1/resumes`, { method, headers });

describe('a change made with a session cookie', () => {
  it.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://vitae.example' },
    { origin: `${APP_URL}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: APP_URL },
  ])('is foreign with %j', (headers) => {
    for (const method of ['POST', 'PATCH', 'DELETE', 'PUT']) expect(isForeignMutation(request(method, headers), APP_URL)).toBe(true);
    expect(isForeignMutation(request('GET', headers), APP_URL)).toBe(false);
  });

  it.each<Record<string, string>>([{ origin: APP_URL }, { origin: APP_URL, 'sec-fetch-site': 'same-origin' }, {}])(
    'is our own with %j',
    (headers) => {
      expect(isForeignMutation(request('POST', headers), APP_URL)).toBe(false);
    },
  );
});
