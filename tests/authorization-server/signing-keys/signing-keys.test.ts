import { symmetricDecrypt } from 'better-auth/crypto';
import { eq } from 'drizzle-orm';
import { decodeProtectedHeader, importJWK, SignJWT, decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jwks } from '../../../src/db/schema/auth.ts';
import { auditEvent } from '../../../src/db/schema/audit.ts';
import { connect, type Connected } from '../../support/oauth.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../../support/app.ts';
import { createTestDatabase } from '../../support/database.ts';
import type { Database } from '../../../src/db/client.ts';
import { buildMcpRequest } from '../../support/mcp-clients.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const AUTH_SECRET = 'the-secret-with-which-these-keys-are-kept';

let db: Database;
let app: TestApp;
let person: Person;

/** Starts the app again on the same database, as after a stop: it looks at its keys then. */
async function restart() {
  await app.close();
  app = await createTestApp({ db, settings: { AUTH_SECRET } });
}

const setTime = (milliseconds: number) => vi.setSystemTime(milliseconds);
const publishedKeys = async () => {
  const answer = await app.fetch(new Request(`${app.origin}/api/auth/jwks`));
  const { keys } = (await answer.json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid).toSorted();
};
const keyOf = (token: string) => decodeProtectedHeader(token).kid ?? '';
const statusOf = async (token: string) =>
  (await app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${token}` }))).status;
const refresh = async (connected: Connected, token: string) => {
  const tokens = await connected.oauth.refresh(token);
  return { accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? '' };
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
  db = await createTestDatabase();
  app = await createTestApp({ db, settings: { AUTH_SECRET } });
  person = await signUp(app);
});
afterEach(async () => {
  await app.close();
  await db.close();
  vi.useRealTimers();
});

/** Ninety days from the first key on, when the next is due in a day. */
async function publishNext(): Promise<readonly string[]> {
  setTime(Date.UTC(2026, 0, 1) + 89 * DAY);
  await restart();
  return publishedKeys();
}

describe('signing keys', () => {
  // security case 164
  it('are published a day before they sign, and until what they signed has ended', async () => {
    const [first = ''] = await publishedKeys();
    const both = await publishNext();
    expect(both).toHaveLength(2);

    person = await signUp(app);
    const connected = await connect(app, person);
    expect(keyOf(connected.accessToken)).toBe(first);

    setTime(Date.now() + DAY - 1);
    let tokens = await refresh(connected, connected.refreshToken);
    expect(keyOf(tokens.accessToken)).toBe(first);
    const last = tokens.accessToken;
    setTime(Date.now() + 1);
    tokens = await refresh(connected, tokens.refreshToken);
    expect(keyOf(tokens.accessToken)).toBe(both.find((id) => id !== first));

    setTime(Date.now() + 14 * 60_000);
    expect(await statusOf(last)).toBe(200);
    expect(await statusOf(tokens.accessToken)).toBe(200);
    expect(await publishedKeys()).toEqual(both);
  });

  // security case 164
  it('verify nothing after their grace, nor are they kept', async () => {
    const [row] = await db.orm.select().from(jwks);
    const privateKey = await importJWK(
      JSON.parse(
        await symmetricDecrypt({ key: { keys: new Map([[1, AUTH_SECRET]]), currentVersion: 1 }, data: JSON.parse(row?.privateKey ?? '') }),
      ),
      'ES256',
    );
    await publishNext();
    person = await signUp(app);
    const connected = await connect(app, person);
    setTime(Date.now() + DAY + 10 * HOUR + 5 * 60_000);
    const signedByOld = async () =>
      new SignJWT({ ...decodeJwt(connected.accessToken), iat: Date.now() / 1000 - 1, exp: Date.now() / 1000 + 60 })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: row?.id ?? '' })
        .sign(privateKey);
    expect(await statusOf(await signedByOld())).toBe(200);
    setTime(Date.now() + 5 * 60_000 + 1);
    expect(await publishedKeys()).not.toContain(row?.id);
    expect(await statusOf(await signedByOld())).toBe(401);
    expect(await app.sweep()).toMatchObject({ signing_keys: 1 });
    expect(await db.orm.select().from(jwks)).toHaveLength(1);
  });

  it('are made once by several instances', async () => {
    setTime(Date.UTC(2026, 0, 1) + 89 * DAY);
    const others = await Promise.all([1, 2, 3].map(() => createTestApp({ db, settings: { AUTH_SECRET } })));
    expect(await db.orm.select().from(jwks)).toHaveLength(2);
    for (const other of others) await other.close();
    const events = await db.orm.select({ detail: auditEvent.detail }).from(auditEvent).where(eq(auditEvent.event, 'signing_key.published'));
    expect(events).toHaveLength(2);
  });

  it('are kept encrypted', async () => {
    for (const { privateKey } of await db.orm.select({ privateKey: jwks.privateKey }).from(jwks)) expect(privateKey).not.toMatch(/"d":/);
  });
});
