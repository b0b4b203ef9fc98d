import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { ResponseBodyError } from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signUp } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { askCommand } from '../support/command.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { createHttpSite, sendOver } from '../support/http-site.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { moveClocks, type MovedClocks } from '../support/moved-clocks.ts';
import { connect, type Connected } from '../support/oauth.ts';
import { startServer, type Settings } from '../support/process.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const APP_URL = 'http://localhost:3000';
const CONNECTIONS = 3;
/** Of each connection, in each stretch of load. */
const ROUNDS = 6;

const rotatedSchema = z.object({ key: z.object({ id: z.string() }), withdrawn: z.array(z.string()) });

/** What a token request was answered, where oauth4webapi says only that it was not tokens. */
async function describeRefusal(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  const answer = error instanceof ResponseBodyError ? error.response : error.cause instanceof Response ? error.cause : null;
  if (answer === null) return `${String(error)} ${String(error.cause)}`;
  const body = answer.bodyUsed ? JSON.stringify(error.cause) : await answer.text();
  return `${answer.status}, Retry-After ${answer.headers.get('retry-after')}: ${body}`;
}

interface Holder {
  readonly connected: Connected;
  accessToken: string;
  refreshToken: string;
}

interface Load {
  readonly keyIds: Set<string>;
  readonly failures: string[];
  verified: number;
}

// Only one process may use the embedded database; that one key follows another there too is in tests/authorization-server.
describe.runIf(testDatabaseKind() === 'postgres')('signing keys of three processes under load', () => {
  const cleanups: (() => Promise<void> | void)[] = [];
  const addresses: string[] = [];
  let clocks: MovedClocks;
  let settings: Settings;
  let site: Site;
  let holders: Holder[];
  let verifyOutside: (token: string) => Promise<unknown>;

  beforeAll(async () => {
    clocks = moveClocks();
    cleanups.push(() => clocks.dispose());
    const { url, drop } = await createTestPostgres({ empty: true });
    cleanups.push(drop);
    settings = {
      APP_URL,
      DATABASE_URL: url,
      AUTH_SECRET: 'one-secret-for-all-three-of-the-processes',
      RATE_LIMITS: 'off',
      ...clocks.settings,
    };
    for (let count = 0; count < 3; count += 1) {
      const server = await startServer(settings);
      cleanups.push(() => server.dispose());
      addresses.push(`http://127.0.0.1:${server.settings['PORT']}`);
    }
    let turn = 0;
    site = createHttpSite(APP_URL, () => addresses[(turn += 1) % addresses.length] ?? '');
    const person = await signUp(site);
    holders = [];
    for (let count = 0; count < CONNECTIONS; count += 1) {
      const connected = await connect(site, person);
      holders.push({ connected, accessToken: connected.accessToken, refreshToken: connected.refreshToken });
    }
    // Somebody else's verifier, with the cache and the pauses that it has by default.
    const keys = createRemoteJWKSet(new URL(`${addresses[0]}/api/auth/jwks`));
    verifyOutside = (token) => jwtVerify(token, keys, { issuer: APP_URL, audience: `${APP_URL}/mcp`, typ: 'at+jwt' });
  }, 180_000);
  afterAll(async () => {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  });

  const keyOf = (token: string) => decodeProtectedHeader(token).kid ?? '';
  const statusAt = async (address: string, token: string) =>
    (await sendOver(address, buildMcpRequest(`${APP_URL}/mcp`, 'legacy', 'tools/list', {}, { authorization: `Bearer ${token}` }))).status;
  const publishedAt = async (address: string) => {
    const answer = await sendOver(address, new Request(`${APP_URL}/api/auth/jwks`));
    const { keys } = z.object({ keys: z.array(z.object({ kid: z.string() })) }).parse(await answer.json());
    return keys.map(({ kid }) => kid);
  };
  const refresh = async (holder: Holder) => {
    const tokens = await holder.connected.oauth.refresh(holder.refreshToken);
    holder.accessToken = tokens.access_token;
    holder.refreshToken = tokens.refresh_token ?? '';
  };
  /** Verifies at every process and outside; answers what went wrong. */
  const verify = async (token: string): Promise<string[]> => {
    const inside = addresses.map(async (address) => {
      const status = await statusAt(address, token);
      return status === 200 ? [] : [`${status} at ${address}`];
    });
    const outside = verifyOutside(token).then(
      () => [],
      (error: unknown) => [`outside: ${String(error)}`],
    );
    return (await Promise.all([...inside, outside])).flat();
  };
  /** Refreshes and verifies with every connection at once. @param until goes on until it is true, at least {@link ROUNDS} times */
  const runLoad = async (until: (load: Load) => boolean = () => true): Promise<Load> => {
    const load: Load = { keyIds: new Set(), failures: [], verified: 0 };
    const run = async (holder: Holder) => {
      for (let round = 0; round < ROUNDS || !until(load); round += 1) {
        try {
          await refresh(holder);
          load.keyIds.add(keyOf(holder.accessToken));
          load.failures.push(...(await verify(holder.accessToken)));
          load.verified += 1;
        } catch (error) {
          load.failures.push(await describeRefusal(error));
        }
      }
    };
    await Promise.all(holders.map(run));
    return load;
  };

  // security case 164
  it('follow one another without one failed verification, here and outside', async () => {
    const [before, answer] = await Promise.all([runLoad(), askCommand(['signing-keys', 'rotate'], settings)]);
    const next = rotatedSchema.parse(answer).key.id;
    const [first = ''] = before.keyIds;
    expect(before).toMatchObject({ failures: [], keyIds: new Set([first]) });
    expect(next).not.toBe(first);
    // Each process may answer with the set it read up to a minute ago.
    clocks.forward(MINUTE);
    for (const address of addresses) expect(await publishedAt(address)).toEqual([first, next]);

    clocks.forward(24 * HOUR - MINUTE - 10 * SECOND);
    const signedByFirst = new Set<string>();
    const during = await runLoad(({ keyIds }) => {
      for (const { accessToken } of holders) if (keyOf(accessToken) === first) signedByFirst.add(accessToken);
      return keyIds.has(next);
    });
    expect(during).toMatchObject({ failures: [], keyIds: new Set([first, next]) });

    clocks.forward(14 * MINUTE);
    expect((await Promise.all([...signedByFirst].map(verify))).flat()).toEqual([]);
    clocks.forward(10 * HOUR);
    for (const address of addresses) expect(await publishedAt(address)).toEqual([next]);
    const after = await runLoad();
    expect(after).toMatchObject({ failures: [], keyIds: new Set([next]) });
    process.stdout.write(
      `signing keys: ${before.verified + during.verified + after.verified} tokens, each verified at 4 places, 0 failures\n`,
    );
  });

  // security case 164
  it('are refused everywhere within a second when they are withdrawn, and clients refresh', async () => {
    await Promise.all(holders.map(refresh));
    const old = holders.map(({ accessToken }) => accessToken);
    for (const token of old) expect(await verify(token)).toEqual([]);
    const { key, withdrawn } = rotatedSchema.parse(await askCommand(['signing-keys', 'rotate', '--now'], settings));
    const endedAt = performance.now();
    expect(withdrawn).toContain(keyOf(old[0] ?? ''));
    for (const address of addresses) await expect.poll(() => statusAt(address, old[0] ?? ''), { interval: 10 }).toBe(401);
    process.stdout.write(`signing keys: a withdrawn one is refused at 3 processes ${Math.round(performance.now() - endedAt)} ms after\n`);
    for (const token of old) for (const address of addresses) expect(await statusAt(address, token)).toBe(401);
    for (const holder of holders) {
      await refresh(holder);
      expect(keyOf(holder.accessToken)).toBe(key.id);
      for (const address of addresses) expect(await statusAt(address, holder.accessToken)).toBe(200);
    }
    for (const address of addresses) expect(await publishedAt(address)).toEqual([key.id]);
  });
});
