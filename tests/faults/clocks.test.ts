import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_TOKEN_SECONDS } from '../../src/authorization-server/lifetimes.ts';
import { signUp, type Person } from '../support/app.ts';
import { createHttpSite } from '../support/http-site.ts';
import { connect, type Connected } from '../support/oauth.ts';
import { waitUntil } from '../support/wait.ts';
import { bearer, callMcp, callTool, describeAnswer, postForm, refreshWith } from './support/answers.ts';
import { fakeClocks, findFaketime, type FakedClocks } from './support/faked-clocks.ts';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { checkInvariants } from './support/invariants.ts';
import { enter } from './support/ledger.ts';
import { startLoad } from './support/load.ts';

const isPossible = hasPostgres && findFaketime() !== null;
if (!isPossible) process.stderr.write('tests/faults/clocks.test.ts: skipped, it takes PostgreSQL to make clusters of, and libfaketime\n');

const LOAD_MS = process.env['FAULTS'] === 'long' ? 60_000 : 12_000;
const CHAINS = 4;
/** How often a chain is refreshed, at the servers in turn, before and after each jump. */
const REFRESHES = process.env['FAULTS'] === 'long' ? 60 : 9;
const WITHIN_MS = 1_000;
const FAR_SECONDS = 300;
/** Servers by their clocks. */
const [RIGHT, AHEAD, BEHIND] = [0, 1, 2];
const ALL = [RIGHT, AHEAD, BEHIND] as const;

describe.runIf(isPossible)('three servers whose clocks differ', () => {
  let installation: Installation;
  let clocks: FakedClocks;
  let person: Person;
  beforeAll(async () => {
    clocks = fakeClocks([0, 0, 0]);
    installation = await openInstallation({ servers: 3, settingsOf: (index) => clocks.settings(index) });
    person = await signUp(at(RIGHT));
  });
  afterEach(() => setClocks([0, 0, 0]));
  afterAll(async () => {
    await installation?.dispose();
    clocks?.dispose();
  });

  const at = (index: number) =>
    createHttpSite(installation.site.origin, () => `http://127.0.0.1:${installation.servers[index]?.settings['PORT']}`);
  const setClocks = (ahead: readonly number[]) => ahead.forEach((seconds, clock) => clocks.set(clock, seconds));
  const timeAt = async (index: number) => {
    const { headers } = await callMcp(at(index), {});
    return Date.parse(headers.get('date') ?? '');
  };
  /** A machine's `Date` header is kept for a second. */
  const movesTo = async (index: number, aheadSeconds: number) => {
    clocks.set(index, aheadSeconds);
    await waitUntil(async () => Math.abs((await timeAt(index)) - Date.now() - aheadSeconds * 1000) < 3_000, 5_000);
  };

  // proves faults:clocks
  it('serve as if nothing were, half a minute apart', async () => {
    await Promise.all([movesTo(AHEAD, 15), movesTo(BEHIND, -15)]);
    const load = startLoad(installation.site, { clients: CHAINS, isPatient: false });
    await pause(LOAD_MS);
    const { requests, violations } = await load.stop();
    const all = [...violations, ...(await checkInvariants(installation.databaseUrl))];
    enter({
      promise: 'clocks may differ by half a minute',
      faults: `one server +15 s, one -15 s, ${requests} requests`,
      runs: 1,
      violations: all,
    });
    expect(all).toEqual([]);
  });

  it('end what is revoked at any of them at all of them within a second, for as long as a token of any lives, ten minutes apart', async () => {
    const violations: string[] = [];
    const revoked: Connected[] = [];
    await Promise.all([movesTo(AHEAD, FAR_SECONDS), movesTo(BEHIND, -FAR_SECONDS)]);
    for (const here of ALL) {
      // What the server itself takes: another one may take it for a token from the future.
      const given = await connectAt(AHEAD);
      revoked.push(given);
      expect((await callTool(at(AHEAD), bearer(given.accessToken))).status).toBe(200);
      expect((await postForm(at(here), given.oauth, 'revoke', { token: given.refreshToken })).status).toBe(200);
      const endedAt = performance.now();
      await Promise.all(
        ALL.map(async (there) => {
          while (performance.now() - endedAt < 2 * WITHIN_MS) {
            const askedAt = performance.now() - endedAt;
            const { status } = await callTool(at(there), bearer(given.accessToken));
            if (status === 200 && askedAt > WITHIN_MS) violations.push(`server ${there} serves what server ${here} has ended`);
            if (status >= 500) violations.push(`server ${there} answers ${status}`);
          }
        }),
      );
    }
    // As time goes on, alike at all of them.
    for (let later = 60; later <= ACCESS_TOKEN_SECONDS + 60; later += 60) {
      setClocks([later, FAR_SECONDS + later, later - FAR_SECONDS]);
      for (const there of ALL)
        for (const { accessToken } of revoked) {
          const { status } = await callTool(at(there), bearer(accessToken));
          if (status !== 401) violations.push(`after ${later / 60} minutes server ${there} answers a revoked token ${status}`);
        }
    }
    enter({ promise: 'a revocation holds whatever the clocks say', faults: 'one server +5 min, one -5 min', runs: ALL.length, violations });
    expect(violations).toEqual([]);
  });

  it('lose no refresh token and spend none twice, while the clock of one jumps five minutes forth, back and right again', async () => {
    const chains = await Promise.all(Array.from({ length: CHAINS }, () => connectAt(RIGHT)));
    const violations: string[] = [];
    let refreshes = 0;
    for (const aheadSeconds of [0, FAR_SECONDS, -FAR_SECONDS, 0]) {
      await Promise.all([
        movesTo(AHEAD, aheadSeconds),
        ...chains.map(async (chain, number) => {
          for (let turn = 0; turn < REFRESHES; turn += 1) {
            const here = ALL[(turn + number) % ALL.length] ?? RIGHT;
            const spent = chain.refreshToken;
            const { status, body } = await refreshWith(at(here), chain.oauth, spent);
            refreshes += 1;
            if (status !== 200)
              return void violations.push(
                `a refresh at server ${here} is answered ${describeAnswer({ status, headers: new Headers(), body })}`,
              );
            Object.assign(chain, { refreshToken: String(body['refresh_token']), accessToken: String(body['access_token']) });
            // Asked again, as by a client that lost the answer: the same one, never a second successor.
            const again = await refreshWith(at(here), chain.oauth, spent);
            if (again.status !== 200 || again.body['refresh_token'] !== chain.refreshToken)
              violations.push(`repeated at server ${here} it is answered ${describeAnswer(again)}`);
            for (const there of ALL) {
              const called = await callTool(at(there), bearer(chain.accessToken));
              const isRight = called.status === 200 || (called.status === 401 && (here === AHEAD || there === AHEAD) && there !== here);
              if (!isRight) violations.push(`a token of server ${here} is answered ${describeAnswer(called)} at server ${there}`);
            }
          }
        }),
      ]);
    }
    for (const chain of chains) {
      const last = await refreshWith(at(BEHIND), chain.oauth, chain.refreshToken);
      if (last.status !== 200) violations.push(`in the end a refresh is answered ${describeAnswer(last)}`);
      for (const there of ALL) {
        const { status } = await callTool(at(there), bearer(last.body['access_token']));
        if (status !== 200) violations.push(`in the end server ${there} answers ${status}`);
      }
    }
    violations.push(...(await checkInvariants(installation.databaseUrl)));
    enter({ promise: 'a clock that jumps loses no token', faults: `+5 min, -5 min and back, ${refreshes} refreshes`, runs: 3, violations });
    expect([...new Set(violations)]).toEqual([]);
  });

  /** With a person of that server's own time: a session of another one may be over there. */
  async function connectAt(index: number): Promise<Connected> {
    return connect(at(index), index === RIGHT ? person : await signUp(at(index)));
  }
});
