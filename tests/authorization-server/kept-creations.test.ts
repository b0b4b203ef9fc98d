import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { jwt } from 'better-auth/plugins/jwt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { keepCreations } from '../../src/authorization-server/kept-creations.ts';
import { buildProviderOptions } from '../../src/authorization-server/provider-options.ts';
import { createRequestFlows, type KeptWrites } from '../../src/authorization-server/request-flow.ts';
import type { Database } from '../../src/db/client.ts';
import { schema } from '../../src/db/schema/index.ts';
import { createTestDatabase } from '../support/database.ts';

const AT = new Date('2026-11-28T12:34:56.789Z');
const CLIENT = { clientId: 'client', redirectUris: ['https://client.example/callback'], createdAt: AT, updatedAt: AT };
const CODE = { identifier: 'its-hash', value: '{"type":"authorization_code"}', expiresAt: AT, createdAt: AT, updatedAt: AT };

describe('a row that the library creates while its request keeps rows back', () => {
  const flows = createRequestFlows();
  let db: Database;
  let asked: Awaited<ReturnType<typeof adapterOf>>;
  let keeping: typeof asked;

  const adapterOf = async (create: ReturnType<typeof drizzleAdapter>) => {
    const auth = betterAuth({
      baseURL: 'http://localhost:3000',
      secret: 'a-secret-for-tests-of-forty-characters-00',
      telemetry: { enabled: false },
      database: create,
      plugins: [
        jwt({ disableSettingJwtHeader: true }),
        oauthProvider(buildProviderOptions(buildIdentifiers('http://localhost:3000'), { consentReferenceId: async () => 'one-consent' })),
      ],
    });
    return (await auth.$context).adapter;
  };

  beforeAll(async () => {
    db = await createTestDatabase();
    const create = drizzleAdapter(db.orm, { provider: 'pg', schema, transaction: true });
    asked = await adapterOf(create);
    keeping = await adapterOf(keepCreations(create, flows, () => 'a-name'));
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.orm.delete(schema.oauthClient);
    await db.orm.delete(schema.verification);
  });

  type Row = Readonly<Record<string, unknown>>;
  const count = async () => (await db.orm.$count(schema.oauthClient)) + (await db.orm.$count(schema.verification));
  const keep = async (model: string, data: Row, keeps = true) => {
    const kept: KeptWrites = { rows: [], keeps: () => keeps, condition: null };
    const answer = await flows.attempt(async (flow) => {
      Object.assign(flow, { kept });
      return keeping.create<Row, Row>({ model, data });
    });
    return { answer, kept };
  };

  it.each<[string, string, Row]>([
    ['a client of which little is known', 'oauthClient', CLIENT],
    [
      'a client of which much is known',
      'oauthClient',
      {
        ...CLIENT,
        name: 'Ünïcode “x”',
        disabled: false,
        clientDiscoveryId: null,
        scopes: ['a', 'b'],
        contacts: ['"a", {b}'],
        metadata: { a: [1, null] },
        expiresAt: undefined,
        jwks: undefined,
      },
    ],
    ['a code', 'verification', CODE],
  ])('is as the adapter answers and writes it: %s', async (_name, model, data) => {
    const written = await asked.create<Row, Row>({ model, data });
    const read = async () => asked.findMany<Row>({ model });
    const before = await read();
    await db.orm.delete(schema.oauthClient);
    await db.orm.delete(schema.verification);
    const { answer, kept } = await keep(model, data);
    expect(await count()).toBe(0);
    expect({ ...answer, id: null }).toEqual({ ...written, id: null });
    expect(await db.insertTogether(kept.rows, null)).toBe(true);
    expect(await read()).toEqual(before.map((row) => Object.assign(row, { id: 'a-name' })));
  });

  it.each<[string, string, Row]>([
    ['without what the database fills in', 'verification', { identifier: 'its-hash', value: 'x', expiresAt: AT }],
    ['with a date in words', 'verification', { ...CODE, expiresAt: AT.toISOString() }],
    ['with JSON in words', 'oauthClient', { ...CLIENT, metadata: '{"a":1}' }],
    ['without what has a default', 'oauthClient', { ...CLIENT, disabled: null }],
    ['with what its table has no place for', 'oauthClient', { ...CLIENT, expiresAt: AT }],
    ['of another table', 'user', { name: 'Ada', email: 'ada@example.org', emailVerified: false, createdAt: AT, updatedAt: AT }],
  ])('is left to the adapter: %s', async (_name, model, data) => {
    const { answer, kept } = await keep(model, data);
    expect(kept.rows).toEqual([]);
    expect(await asked.findOne({ model, where: [{ field: 'id', value: String(answer?.['id']) }] })).toEqual(answer);
  });

  it('is left to the adapter where the request keeps others', async () => {
    const { kept } = await keep('oauthClient', CLIENT, false);
    expect(kept.rows).toEqual([]);
    expect(await count()).toBe(1);
  });
});
