import { and, eq, isNull } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthRefreshToken } from '../../src/db/schema/auth.ts';
import type { Database } from '../../src/db/client.ts';
import { oauthGrant, revocation } from '../../src/db/schema/grants.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { buildSubmission } from '../support/html-form.ts';
import { waitUntil } from '../support/wait.ts';
import { connectClient, issueCode, readTokens, redemption, refreshing, type Connection, type Tokens } from './support/codes.ts';
import { bearer, mcpRequest } from './support/mcp.ts';
import { REVOKE, authorizePath, createVerifier, form, json, register } from './support/requests.ts';

/** How often each race is run; each run has another order of arrival. A thousand with `pnpm races`. */
const RACES = Number(process.env['RACES'] ?? 2);
/** A failure prints its own: `RACE_SEED=… pnpm races` repeats it. */
const SEED = Number(process.env['RACE_SEED'] ?? Date.now());
const RUNNERS = 50;
const TIMEOUT_MS = 120_000 + RACES * 5_000;

/** Two instances on one database; on PostgreSQL their statements run side by side. */
let db: Database;
let apps: readonly TestApp[];
let app: TestApp;
let ada: Person;

beforeAll(async () => {
  db = await createTestDatabase();
  app = await createTestApp({ db });
  apps = [app, await createTestApp({ db })];
  ada = await signUp(app);
});
afterAll(async () => {
  for (const each of apps) await each.close();
  await db.close();
});
/** Sends as the n-th runner: every second one reaches the other instance. */
const send = (index: number, request: Request) => (apps[index % 2] ?? app).fetch(request);

/** What a refused runner may be told; 503 when its turn for a connection to the database did not come in time. */
const REFUSED: readonly number[] = [400, 503];

/** For each runner: how many turns of the event loop it comes late. */
const lateness = fc.array(fc.nat({ max: 6 }), { minLength: RUNNERS, maxLength: RUNNERS });

async function race<T>(turns: readonly number[], run: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(
    turns.map(async (late, index) => {
      for (let turn = 0; turn < late; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
      return run(index);
    }),
  );
}

async function runRaces(body: (turns: readonly number[]) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(lateness, body), { numRuns: RACES, seed: SEED, endOnFailure: true });
}

const grantsOf = (clientId: string) => db.orm.select().from(oauthGrant).where(eq(oauthGrant.clientId, clientId));
const currentTokensOf = (clientId: string) =>
  db.orm
    .select()
    .from(oauthRefreshToken)
    .where(and(eq(oauthRefreshToken.clientId, clientId), isNull(oauthRefreshToken.revoked)));

const isLive = ({ revokedAt }: { readonly revokedAt: Date | null }) => revokedAt === null;

/** What the database may hold of a client, however its requests raced: one branch of refresh tokens at most under a live grant. */
async function expectSoundRows(clientId: string): Promise<void> {
  const grants = await grantsOf(clientId);
  const current = await currentTokensOf(clientId);
  for (const grant of grants.filter(isLive)) {
    expect(current.filter(({ referenceId }) => referenceId === grant.id).length).toBeLessThanOrEqual(1);
  }
  const recorded = new Set((await db.orm.select({ id: revocation.subjectId }).from(revocation)).map(({ id }) => id));
  const unrecorded = grants.filter((grant) => !isLive(grant) && !recorded.has(grant.id));
  expect(unrecorded.map(({ id }) => id)).toEqual([]);
}

const isAccepted = async (at: TestApp, { access_token }: Tokens): Promise<boolean> => {
  const { status } = await at.fetch(mcpRequest(app, bearer(access_token), 'tools/list'));
  expect([200, 401]).toContain(status);
  return status === 200;
};

async function isAlive(clientId: string, tokens: Tokens, at: TestApp = app): Promise<readonly boolean[]> {
  const called = await isAccepted(at, tokens);
  const refreshed = await at.fetch(refreshing(app, clientId, tokens.refresh_token ?? ''));
  expect([200, 400]).toContain(refreshed.status);
  return [called, refreshed.status === 200];
}

/**
 * The refresh token is dead everywhere and the access token where its end was answered, both at once. Other instances hear of it in their own
 * time, which is promised to be short and measured elsewhere.
 */
async function expectDead(clientId: string, tokens: Tokens, endedAt: TestApp): Promise<void> {
  expect(await isAlive(clientId, tokens, endedAt)).toEqual([false, false]);
  for (const instance of apps) await waitUntil(async () => !(await isAccepted(instance, tokens)));
}

describe(`fifty at once, ${RACES} times`, { timeout: TIMEOUT_MS }, () => {
  // security case 104
  it('redeem one code: one gets tokens, and as the others replayed it, nothing of it lives on', async () => {
    await runRaces(async (turns) => {
      const issued = await issueCode(app, ada);
      const answers = await race(turns, async (index) => {
        const response = await send(index, redemption(app, issued));
        return { status: response.status, body: await response.text() };
      });
      const won = answers.filter(({ status }) => status === 200);
      const refused = answers.filter(({ status }) => REFUSED.includes(status));
      expect([won.length, refused.length]).toEqual([1, RUNNERS - 1]);
      expect(refused.some(({ status }) => status === 400)).toBe(true);
      const tokens = JSON.parse(won[0]?.body ?? '{}') as Tokens;
      expect(await isAlive(issued.clientId, tokens)).toEqual([false, false]);
      expect((await grantsOf(issued.clientId)).map(isLive)).toEqual([false]);
      await expectSoundRows(issued.clientId);
    });
  });

  // security case 125
  it('refresh with one token: all get the same successor, and it alone lives', async () => {
    await runRaces(async (turns) => {
      const connection = await connectClient(app, ada);
      const responses = await race(turns, async (index) => send(index, refreshing(app, connection.clientId, connection.refresh_token)));
      expect(responses.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
      const answers = await Promise.all(responses.filter(({ status }) => status === 200).map(readTokens));
      expect(new Set(answers.map(({ refresh_token }) => refresh_token)).size).toBe(1);
      expect(await currentTokensOf(connection.clientId)).toHaveLength(1);
      expect(await isAlive(connection.clientId, answers[0] ?? connection)).toEqual([true, true]);
    });
  });

  // security case 91
  it('press Allow on one form: one connection can come of it', async () => {
    await runRaces(async (turns) => {
      const { client_id } = await register(app);
      const { challenge, verifier } = createVerifier();
      const page = await ada.browser.open(authorizePath(app, client_id, challenge));
      const { fields, action } = buildSubmission(page.document, 'Allow', {});
      const headers = { cookie: ada.browser.cookies.header() ?? '', origin: app.origin, 'sec-fetch-site': 'same-origin' };
      const codes = await race(turns, async (index) => {
        const response = await send(index, form(app, new URL(action, page.url).href, fields.toString(), headers));
        expect([200, 303, 400, 503]).toContain(response.status);
        return /[?&;]code=([^&"]+)/.exec(await response.text())?.[1];
      });
      const redirectUri = 'https://client.example/callback';
      const statuses: number[] = [];
      for (const code of new Set(codes.filter((given) => given !== undefined))) {
        statuses.push((await app.fetch(redemption(app, { clientId: client_id, code, verifier, redirectUri }))).status);
      }
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect((await grantsOf(client_id)).filter(isLive)).toHaveLength(1);
      await expectSoundRows(client_id);
    });
  });

  // security cases 91, 142
  it('press Allow anew while the connection is ended: the one of before is dead, and one at most comes of it', async () => {
    await runRaces(async (turns) => {
      const grace = await signUp(app);
      const connection = await connectClient(app, grace);
      const page = await grace.browser.open(authorizePath(app, connection.clientId, createVerifier().challenge, { prompt: 'consent' }));
      const allow = buildSubmission(page.document, 'Allow', {});
      const owners = await grace.browser.open('/connections');
      const end = buildSubmission(owners.document, 'Disconnect', {});
      const headers = { cookie: grace.browser.cookies.header() ?? '', origin: app.origin, 'sec-fetch-site': 'same-origin' };
      await race(turns, async (index) => {
        const [pressed, base] = index % 2 === 0 ? [allow, page.url] : [end, owners.url];
        const response = await send(index, form(app, new URL(pressed.action, base).href, pressed.fields.toString(), headers));
        expect([200, 303, 400, 404, 503]).toContain(response.status);
      });
      expect(await isAlive(connection.clientId, connection)).toEqual([false, false]);
      expect((await grantsOf(connection.clientId)).filter(isLive).length).toBeLessThanOrEqual(1);
      await expectSoundRows(connection.clientId);
    });
  });

  // security case 129
  it('redeem a code while the password changes: no token outlives the change', async () => {
    await runRaces(async (turns) => {
      const grace = await signUp(app);
      const issued = await issueCode(app, grace);
      const tokens: Tokens[] = [];
      const change = json(
        app,
        '/api/auth/change-password',
        { currentPassword: grace.password, newPassword: 'another long password' },
        { cookie: grace.browser.cookies.header() ?? '', origin: app.origin },
      );
      const changedAt = turns.indexOf(Math.max(...turns));
      // One runner changes the password and one redeems, more would be replays; the others are the order of arrival.
      const statuses = await race(turns, async (index) => {
        if (index === changedAt) return (await send(index, change)).status;
        if (index !== (changedAt + 1) % RUNNERS) return null;
        const response = await send(index, redemption(app, issued));
        if (response.status === 200) tokens.push((await response.json()) as Tokens);
        return response.status;
      });
      expect(statuses[changedAt]).toBe(200);
      expect([200, 400, 503]).toContain(statuses[(changedAt + 1) % RUNNERS]);
      for (const each of tokens) await expectDead(issued.clientId, each, apps[changedAt % 2] ?? app);
      expect((await grantsOf(issued.clientId)).filter(isLive)).toEqual([]);
      await expectSoundRows(issued.clientId);
    });
  });

  // security case 129
  it('refresh and revoke: once a revocation was answered, nothing lives', async () => {
    await runRaces(async (turns) => {
      const connection = await connectClient(app, ada);
      const refreshed: Tokens[] = [];
      let revocations = 0;
      await race(turns, async (index) => {
        if (index % 2 === 0) {
          const response = await send(index >> 1, refreshing(app, connection.clientId, connection.refresh_token));
          if (response.status === 200) refreshed.push((await response.json()) as Tokens);
          return response.status;
        }
        const token: keyof Connection = index % 4 === 1 ? 'access_token' : 'refresh_token';
        const response = await send(index >> 1, form(app, REVOKE, { token: connection[token], client_id: connection.clientId }));
        expect([200, 503]).toContain(response.status);
        if (response.status === 200) revocations += 1;
        return response.status;
      });
      expect(revocations).toBeGreaterThan(0);
      for (const tokens of [connection, ...refreshed.slice(0, 2)])
        expect(await isAlive(connection.clientId, tokens)).toEqual([false, false]);
      await expectSoundRows(connection.clientId);
    });
  });
});
