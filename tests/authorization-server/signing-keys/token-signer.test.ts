import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestApp, signUp, type TestApp } from '../../support/app.ts';
import { connect } from '../../support/oauth.ts';

const MINUTE = 60_000;

let app: TestApp;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
  app = await createTestApp();
});
afterEach(async () => {
  await app.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const readKeySet = async () => (await (await app.fetch(new Request(`${app.origin}/api/auth/jwks`))).json()) as JSONWebKeySet;
/** How often the library has signed a token by itself, which it does by the web's cryptography. */
const watchLibrary = () => {
  const sign = vi.spyOn(globalThis.crypto.subtle, 'sign');
  return () => sign.mock.calls.filter(([algorithm]) => typeof algorithm === 'object' && algorithm.name === 'ECDSA').length;
};

describe('tokens', () => {
  it('are signed by the key in memory, and by the library when it is not there, and nobody can tell', async () => {
    vi.setSystemTime(Date.now() + 2 * MINUTE);
    const connected = await connect(app, await signUp(app));
    const bySelf = watchLibrary();
    const tokens = [await connected.oauth.refresh(connected.refreshToken)];
    vi.setSystemTime(Date.now() + 2_000);
    tokens.push(await connected.oauth.refresh(tokens[0]?.refresh_token ?? ''));
    expect(bySelf()).toBe(1);
    tokens.push(await connected.oauth.refresh(tokens[1]?.refresh_token ?? ''));
    expect(bySelf()).toBe(1);

    const keySet = createLocalJWKSet(await readKeySet());
    const verified = await Promise.all(
      tokens.map(async ({ access_token: token }) => jwtVerify(token, keySet, { issuer: app.origin, typ: 'at+jwt', algorithms: ['ES256'] })),
    );
    const [, byLibrary, byUs] = verified.map(({ payload, protectedHeader }) => ({
      names: Object.keys(payload).toSorted(),
      protectedHeader,
    }));
    expect(byUs).toEqual(byLibrary);
  });

  it('are not signed by a young key in memory, whose transaction may still be undone', async () => {
    const connected = await connect(app, await signUp(app));
    const bySelf = watchLibrary();
    await connected.oauth.refresh(connected.refreshToken);
    expect(bySelf()).toBe(1);
  });
});
