import { decodeJwt } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, type Person } from '../support/app.ts';
import { createHttpSite } from '../support/http-site.ts';
import { connect, consent, createOAuthClient } from '../support/oauth.ts';
import { bearer, callMcp, isTryAgain, persist, refreshWith, type Answer } from './support/answers.ts';
import type { Moment } from './support/database-proxy.ts';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { checkInvariants } from './support/invariants.ts';
import { enter } from './support/ledger.ts';

if (!hasPostgres) process.stderr.write('tests/faults/refresh.test.ts: skipped, no PostgreSQL on this machine to make clusters of\n');

const PARALLEL = 5;
/** What a rotation reads and what it writes; then, for one that has to be cut down first, its two halves and what makes them one. */
const STATEMENTS: readonly { readonly statement: RegExp; readonly isCut: boolean }[] = [
  { statement: /^select "oauth_refresh_token"/, isCut: false },
  { statement: /^with "held" as/, isCut: false },
  { statement: /^update "oauth_refresh_token" set "revoked"/, isCut: true },
  { statement: /^insert into "oauth_refresh_token"/, isCut: true },
  { statement: /^commit/i, isCut: true },
];
const MOMENTS: readonly Moment[] = ['before', 'after'];

describe.runIf(hasPostgres)('a refresh token that several processes are asked to rotate', () => {
  let installation: Installation;
  let person: Person;
  beforeAll(async () => {
    installation = await openInstallation({ servers: 3 });
    person = await signUp(installation.site);
  });
  afterAll(() => installation?.dispose());

  /** The server with this number, and no other. */
  const at = (index: number) =>
    createHttpSite(installation.site.origin, () => `http://127.0.0.1:${installation.servers[index % 3]?.settings['PORT']}`);
  /** As a person does on the page of connections, beside the server's own connections. */
  const takeAwayScope = async (grantId: unknown) => {
    const database = new pg.Client({ connectionString: installation.databaseUrl });
    await database.connect();
    await database.query(`update oauth_grant set scopes = array_remove(scopes, 'resumes:delete') where id = $1`, [grantId]);
    await database.end();
  };
  const tokensOf = (answer: Answer | undefined) => [answer?.body['access_token'], answer?.body['refresh_token']];

  // proves refresh:parallel
  it('answers five at once alike, wherever each of them arrives', async () => {
    const violations: string[] = [];
    const rounds = 6;
    for (let round = 0; round < rounds; round += 1) {
      const { oauth, refreshToken } = await connect(installation.site, person);
      const answers = await Promise.all(
        Array.from({ length: PARALLEL }, (_, index) => refreshWith(at(index + round), oauth, refreshToken)),
      );
      violations.push(...judgeAlike(answers));
      const [, successor] = tokensOf(answers[0]);
      const next = await refreshWith(at(round), oauth, String(successor));
      if (next.status !== 200) violations.push(`the successor is answered ${next.status}`);
    }
    enter({ promise: 'parallel refreshes get one answer', faults: 'five at once, three processes', runs: rounds, violations });
    expect(violations).toEqual([]);
  });

  // proves refresh:crash
  it('is not lost when a process dies between the halves of the rotation: the client tries again elsewhere', async () => {
    const violations: string[] = [];
    let runs = 0;
    for (const { statement, isCut } of STATEMENTS) {
      for (const moment of MOMENTS) {
        const { oauth, refreshToken, accessToken: earlier } = await connect(installation.site, person);
        if (isCut) await takeAwayScope(decodeJwt(earlier)['grant_id']);
        let death: Promise<void> = Promise.resolve();
        installation.proxy.arm({ statement, moment, spring: () => void (death = installation.kill(0)) });
        const first = await refreshWith(at(0), oauth, refreshToken);
        expect(installation.proxy.disarm()?.text).toMatch(statement);
        await death;
        const others = await Promise.all([1, 2, 1, 2].map((index) => persist(() => refreshWith(at(index), oauth, refreshToken))));
        violations.push(...judgeAlike(others).map((violation) => `${moment} ${statement.source}: ${violation}`));
        if (!isTryAgain(first)) violations.push(`${moment} ${statement.source}: answered ${first.status} and not at all committed`);
        const [accessToken, successor] = tokensOf(others[0]);
        if ((await callMcp(at(1), bearer(accessToken))).status !== 200) violations.push('the access token does not work');
        if ((await refreshWith(at(2), oauth, String(successor))).status !== 200) violations.push('the successor does not work');
        await installation.revive(0);
        runs += 1;
      }
    }
    violations.push(...(await checkInvariants(installation.databaseUrl)));
    enter({ promise: 'a refresh token outlives a crash', faults: 'SIGKILL inside the rotation, retry elsewhere', runs, violations });
    expect(violations).toEqual([]);
  });

  // proves refresh:own-connection-alone
  it('ends its own connection when it comes back late, and not the one of another computer', async () => {
    const client = await createOAuthClient(installation.site);
    const computers = await Promise.all(
      [0, 1].map(async () => {
        const request = await client.createRequest();
        const tokens = await request.redeem(await consent(person, request));
        return { accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? '' };
      }),
    );
    const [laptop, desktop] = computers;
    if (laptop === undefined || desktop === undefined) throw new Error('two computers');
    const rotated = await refreshWith(at(0), client, laptop.refreshToken);
    await endReplayWindows();
    const late = await refreshWith(at(1), client, laptop.refreshToken);
    expect([late.status, late.body['error']]).toEqual([400, 'invalid_grant']);
    const [accessToken, successor] = tokensOf(rotated);
    await expect.poll(async () => (await callMcp(at(2), bearer(accessToken))).status, { timeout: 5_000 }).toBe(401);
    expect((await refreshWith(at(2), client, String(successor))).body['error']).toBe('invalid_grant');
    expect((await callMcp(at(0), bearer(desktop.accessToken))).status).toBe(200);
    expect((await refreshWith(at(0), client, desktop.refreshToken)).status).toBe(200);
  });

  /** What an hour does. */
  async function endReplayWindows(): Promise<void> {
    const database = new pg.Client({ connectionString: installation.databaseUrl });
    await database.connect();
    try {
      await database.query(`update oauth_refresh_token set rotation_replay_expires_at = now() - interval '1 s' where revoked is not null`);
    } finally {
      await database.end();
    }
  }
});

/** What is wrong when answers are not one answer, given to everybody. */
function judgeAlike(answers: readonly Answer[]): string[] {
  const refused = answers.filter(({ status }) => status !== 200).map(({ status, body }) => `answered ${status} ${JSON.stringify(body)}`);
  const tokens = new Set(answers.map(({ body }) => `${String(body['access_token'])} ${String(body['refresh_token'])}`));
  return tokens.size === 1 ? refused : [...refused, `${tokens.size} different answers`];
}
