import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, signUp } from '../support/app.ts';
import { createHttpSite } from '../support/http-site.ts';
import { connect } from '../support/oauth.ts';
import { waitUntil } from '../support/wait.ts';
import { bearer, callMcp, callTool, postForm, refreshWith } from './support/answers.ts';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { checkInvariants } from './support/invariants.ts';
import { enter } from './support/ledger.ts';
import { startLoad } from './support/load.ts';
import { buildPreviousRelease, hasPreviousRelease, type Release } from './support/previous-release.ts';

const isPossible = hasPostgres && hasPreviousRelease;
if (!isPossible)
  process.stderr.write(
    'tests/faults/side-by-side.test.ts: skipped, it takes PostgreSQL and a clone that reaches back to the release before\n',
  );

const LOAD_MS = process.env['FAULTS'] === 'long' ? 120_000 : 10_000;
const CLIENTS = 4;

describe.runIf(isPossible)('the release before and this one on one database', () => {
  let previous: Release;
  let installation: Installation;
  beforeAll(async () => {
    previous = buildPreviousRelease();
    installation = await openInstallation({ main: previous.main });
  }, 600_000);
  afterAll(async () => {
    await installation?.dispose();
    previous?.dispose();
  });

  const at = (index: number) =>
    createHttpSite(installation.site.origin, () => `http://127.0.0.1:${installation.servers[index]?.settings['PORT']}`);
  /** Of the servers as they stand here. */
  const [OLD, NEW] = [0, 1];

  // proves faults:side-by-side
  it('serve what the other one made, end what the other one serves, and give way to each other', async () => {
    const person = await signUp(at(OLD));
    const { browser } = person;
    const key = await createApiKey(person);
    const kept = await connect(at(OLD), person);
    const [endedByOld, endedByNew] = [await connect(at(OLD), person), await connect(at(OLD), person)];

    await installation.grow();
    const load = startLoad(installation.site, { clients: CLIENTS, isPatient: false });
    let { refreshToken } = kept;
    for (const index of [NEW, OLD, NEW]) {
      expect((await callTool(at(index), bearer(kept.accessToken))).status).toBe(200);
      expect((await callTool(at(index), { 'x-api-key': key })).status).toBe(200);
      const refreshed = await refreshWith(at(index), kept.oauth, refreshToken);
      expect([index, refreshed.status]).toEqual([index, 200]);
      refreshToken = String(refreshed.body['refresh_token']);
      for (const other of [OLD, NEW]) expect((await callMcp(at(other), bearer(refreshed.body['access_token']))).status).toBe(200);
    }
    expect((await browser.open('/connections')).status).toBe(200);
    for (const [here, there, ended] of [
      [OLD, NEW, endedByOld],
      [NEW, OLD, endedByNew],
    ] as const) {
      expect((await postForm(at(here), ended.oauth, 'revoke', { token: ended.refreshToken })).status).toBe(200);
      await waitUntil(async () => (await callMcp(at(there), bearer(ended.accessToken))).status === 401, 1_000);
    }
    // The release before ends everything of a person with one row, this one each connection with its own.
    for (const [here, there] of [
      [OLD, NEW],
      [NEW, OLD],
    ] as const) {
      const changing = await signUp(at(here));
      const connections = [await connect(at(here), changing), await connect(at(here), changing)];
      for (const { accessToken } of connections) expect((await callMcp(at(there), bearer(accessToken))).status).toBe(200);
      const changed = await (
        await changing.browser.open('/account')
      ).press('Change password', { 'Current password': changing.password, 'New password': 'a wholly new password' });
      expect(changed.text()).toContain('Your password is changed.');
      for (const { accessToken, refreshToken: spent, oauth } of connections) {
        await waitUntil(async () => (await callMcp(at(there), bearer(accessToken))).status === 401, 1_000);
        expect(await refreshWith(at(there), oauth, spent)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      }
    }
    await pause(LOAD_MS);
    const { requests, violations } = await load.stop();
    for (const line of violations.length === 0 ? [] : installation.listUnexplained()) process.stderr.write(`${line}\n`);

    // The new one goes and the old one stays: the way back.
    expect(await installation.servers[NEW]?.stop()).toEqual({ code: 0, signal: null });
    const back = await refreshWith(at(OLD), kept.oauth, refreshToken);
    expect(back.status).toBe(200);
    await installation.revive(NEW);
    // The upgrade is complete.
    expect(await installation.servers[OLD]?.stop()).toEqual({ code: 0, signal: null });
    expect((await refreshWith(at(NEW), kept.oauth, String(back.body['refresh_token']))).status).toBe(200);

    const all = [...violations, ...(await checkInvariants(installation.databaseUrl))];
    enter({
      promise: 'two neighbouring releases serve one database',
      faults: `${requests} requests to both in turn`,
      runs: 1,
      violations: all,
    });
    expect(all).toEqual([]);
  });
});
