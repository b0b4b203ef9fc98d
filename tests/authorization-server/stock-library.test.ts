import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { jwt } from 'better-auth/plugins/jwt';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { buildProviderOptions } from '../../src/authorization-server/provider-options.ts';
import type { Database } from '../../src/db/client.ts';
import { schema } from '../../src/db/schema/index.ts';
import type { Site } from '../support/browser.ts';
import { createTestDatabase } from '../support/database.ts';
import { readTokens, redemption, refreshing, type Connection } from '../security/support/codes.ts';
import { CONSENT, authorizePath, createVerifier, json, navigation, register } from '../security/support/requests.ts';

const ORIGIN = 'http://localhost:3000';
const REDIRECT_URI = 'http://127.0.0.1:33418/callback';
const PARALLEL = 5;
const STILL_NEEDED = 'the defect is still there';
const MENDED =
  'the library has mended this: see "When to reverse" in docs/decisions/0063-refresh-that-never-logs-people-out.md for what can go now';

/**
 * The auth library with our options and none of our hooks, transactions and locks. Each test expects one defect, and fails in the words above
 * when an upgrade has mended it.
 */
describe('the library by itself', () => {
  let db: Database;
  let site: Site;
  let cookie: string;
  const gate = createGate();
  const crash = { isDue: false };

  beforeAll(async () => {
    db = await createTestDatabase();
    const identifiers = buildIdentifiers(ORIGIN);
    const auth = betterAuth({
      baseURL: ORIGIN,
      basePath: '/api/auth',
      secret: 'a-secret-for-tests-of-forty-characters-00',
      telemetry: { enabled: false },
      rateLimit: { enabled: false },
      logger: { disabled: true },
      onAPIError: { onError: () => undefined },
      emailAndPassword: { enabled: true },
      database: interrupt(drizzleAdapter(db.orm, { provider: 'pg', schema, transaction: true }), gate, crash),
      plugins: [
        jwt({ disableSettingJwtHeader: true, jwt: { issuer: ORIGIN }, jwks: { keyPairConfig: { alg: 'ES256' } } }),
        oauthProvider(buildProviderOptions(identifiers, { consentReferenceId: async () => 'one-consent' })),
      ],
    });
    site = { origin: ORIGIN, fetch: (request) => auth.handler(request) };
    const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
    const signedUp = await site.fetch(json(site, '/api/auth/sign-up/email', person, { origin: ORIGIN }));
    cookie = signedUp.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
  });
  afterEach(() => vi.useRealTimers());
  afterAll(() => db.close());

  async function connectStock(clientId?: string): Promise<Connection> {
    const client = clientId ?? (await register(site, { redirect_uris: [REDIRECT_URI], application_type: 'native' })).client_id;
    const { verifier, challenge } = createVerifier();
    const asked = await site.fetch(navigation(site, authorizePath(site, client, challenge, { redirect_uri: REDIRECT_URI }), { cookie }));
    const location = new URL(asked.headers.get('location') ?? '', ORIGIN);
    // It asks a person once for each client, on whichever computer.
    const callback = location.pathname === '/consent' ? await allow(location) : location;
    const code = callback.searchParams.get('code') ?? '';
    const tokens = await readTokens(await site.fetch(redemption(site, { clientId: client, code, verifier, redirectUri: REDIRECT_URI })));
    return { ...tokens, clientId: client, refresh_token: tokens.refresh_token ?? '' };
  }

  async function allow(consentPage: URL): Promise<URL> {
    const body = { accept: true, oauth_query: consentPage.search.slice(1) };
    const response = await site.fetch(json(site, CONSENT, body, { cookie, origin: ORIGIN }));
    return new URL(z.object({ url: z.string() }).parse(await response.json()).url);
  }

  const judge = (isMended: boolean) => (isMended ? MENDED : STILL_NEEDED);
  const refresh = ({ clientId, refresh_token }: Connection) => site.fetch(refreshing(site, clientId, refresh_token));

  // proves refresh:upstream
  it('refuses all but the first of parallel refreshes', async () => {
    const connection = await connectStock();
    gate.hold(PARALLEL);
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => refresh(connection)));
    expect(judge(answers.every(({ status }) => status === 200))).toBe(STILL_NEEDED);
  });

  // proves refresh:upstream
  it('loses a token when it dies between the halves of a rotation', async () => {
    const connection = await connectStock();
    crash.isDue = true;
    vi.spyOn(console, 'error').mockReturnValueOnce();
    expect((await refresh(connection)).status).toBe(500);
    expect(judge((await refresh(connection)).status === 200)).toBe(STILL_NEEDED);
  });

  // proves refresh:upstream
  it('ends the same client on every computer when one of them comes back late', async () => {
    const laptop = await connectStock();
    const desktop = await connectStock(laptop.clientId);
    expect((await refresh(laptop)).status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 61_000);
    expect((await refresh(laptop)).status).toBe(400);
    expect(judge((await refresh(desktop)).status === 200)).toBe(STILL_NEEDED);
  });
});

type CreateAdapter = ReturnType<typeof drizzleAdapter>;

/** The adapter, whose readers of refresh tokens pass the gate, and which dies instead of storing one when that is due. */
function interrupt(create: CreateAdapter, gate: ReturnType<typeof createGate>, crash: { isDue: boolean }): CreateAdapter {
  return (options) => {
    const adapter = create(options);
    return {
      ...adapter,
      async findOne<T>(query: Parameters<typeof adapter.findOne>[0]) {
        const found = await adapter.findOne<T>(query);
        if (query.model === 'oauthRefreshToken') await gate.pass();
        return found;
      },
      create(row) {
        if (row.model !== 'oauthRefreshToken' || !crash.isDue) return adapter.create(row);
        crash.isDue = false;
        throw new Error('the process ends here');
      },
    };
  };
}

/** Holds those who pass until there are as many as were said, so that none of them knows what the others do. */
function createGate() {
  let awaited = 0;
  const waiting: (() => void)[] = [];
  return {
    hold: (count: number) => void (awaited = count),
    async pass(): Promise<void> {
      if (awaited === 0) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length < awaited) return;
        awaited = 0;
        for (const release of waiting.splice(0)) release();
      });
    },
  };
}
