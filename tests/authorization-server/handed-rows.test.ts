import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { jwt } from 'better-auth/plugins/jwt';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { buildProviderOptions } from '../../src/authorization-server/provider-options.ts';
import { schema } from '../../src/db/schema/index.ts';
import { createTestApp, signUp, type TestApp } from '../support/app.ts';
import { connect } from '../support/oauth.ts';

/** Rows that are read for the judgement of a token request are handed to the library, which must not see a difference to its own reading. */
describe('a row handed to the library', () => {
  let app: TestApp;
  let find: (model: string, field: string, value: string, join?: { readonly user: true }) => Promise<unknown>;

  beforeAll(async () => {
    app = await createTestApp();
    await connect(app, await signUp(app));
    const auth = betterAuth({
      baseURL: app.origin,
      secret: 'a-secret-for-tests-of-forty-characters-00',
      telemetry: { enabled: false },
      database: drizzleAdapter(app.db.orm, { provider: 'pg', schema, transaction: true }),
      plugins: [
        twoFactor(),
        jwt({ disableSettingJwtHeader: true }),
        oauthProvider(buildProviderOptions(buildIdentifiers(app.origin), { consentReferenceId: async () => 'one-consent' })),
      ],
    });
    const { adapter } = await auth.$context;
    find = (model, field, value, join) => adapter.findOne({ model, where: [{ field, value }], ...(join && { join }) });
  });
  afterAll(() => app.close());

  it('is a refresh token as the library reads it', async () => {
    const [row] = await app.db.orm.select().from(schema.oauthRefreshToken);
    expect(row?.scopes.length).toBeGreaterThan(1);
    expect(await find('oauthRefreshToken', 'token', row?.token ?? '')).toEqual(row);
  });

  it('is a person as the library reads them', async () => {
    const [token] = await app.db.orm.select().from(schema.oauthRefreshToken);
    const [row] = await app.db.orm
      .select()
      .from(schema.user)
      .where(eq(schema.user.id, token?.userId ?? ''));
    expect(row?.name).not.toBe('');
    expect(await find('user', 'id', row?.id ?? '')).toEqual(row);
  });

  it('is a session with its person as the library reads it', async () => {
    const [row] = await app.db.orm.select().from(schema.session);
    const [person] = await app.db.orm
      .select()
      .from(schema.user)
      .where(eq(schema.user.id, row?.userId ?? ''));
    expect(await find('session', 'token', row?.token ?? '', { user: true })).toEqual({ ...row, user: person });
  });

  it('is a client, and a consent, as the library reads them', async () => {
    const [client] = await app.db.orm.select().from(schema.oauthClient);
    const [consent] = await app.db.orm.select().from(schema.oauthConsent);
    expect(client?.redirectUris.length).toBeGreaterThan(0);
    expect(await find('oauthClient', 'clientId', client?.clientId ?? '')).toEqual(client);
    expect(consent?.scopes.length).toBeGreaterThan(1);
    expect(await find('oauthConsent', 'referenceId', consent?.referenceId ?? '')).toEqual(consent);
  });

  it('is what is kept of a code, as the library reads it', async () => {
    await app.db.orm.insert(schema.verification).values({
      id: 'a-code',
      identifier: 'its-hash',
      value: '{"type":"authorization_code"}',
      expiresAt: new Date(Date.UTC(2026, 0, 1)),
      updatedAt: new Date(Date.UTC(2026, 0, 2)),
    });
    const [row] = await app.db.orm.select().from(schema.verification).where(eq(schema.verification.identifier, 'its-hash'));
    expect(row?.value).toContain('authorization_code');
    expect(await find('verification', 'identifier', 'its-hash')).toEqual(row);
  });
});
