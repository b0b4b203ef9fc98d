import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../support/wait.ts';
import { startBalancer, type Balancer } from './support/balancer.ts';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { checkInvariants } from './support/invariants.ts';
import { enter } from './support/ledger.ts';
import { startLoad } from './support/load.ts';

if (!hasPostgres)
  process.stderr.write('tests/faults/rolling-restart.test.ts: skipped, no PostgreSQL on this machine to make clusters of\n');

const SERVERS = 3;
const CLIENTS = 4;
const ROUNDS = process.env['FAULTS'] === 'long' ? 10 : 1;

describe.runIf(hasPostgres)('servers that are restarted one after the other', () => {
  let installation: Installation;
  let balancer: Balancer;
  beforeAll(async () => {
    installation = await openInstallation({ servers: SERVERS, settings: { SHUTDOWN_DELAY_SECONDS: '1' } });
    balancer = await startBalancer(
      installation.site.origin,
      installation.servers.map(({ settings }) => `http://127.0.0.1:${settings['PORT']}`),
    );
  });
  afterAll(async () => {
    await balancer?.close();
    await installation?.dispose();
  });

  // proves faults:rolling-restart
  it('fail no request of anybody', async () => {
    const load = startLoad(balancer.site, { clients: CLIENTS, isPatient: false });
    let restarts = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let index = 0; index < SERVERS; index += 1) {
        expect(await installation.servers[index]?.stop()).toEqual({ code: 0, signal: null });
        await installation.revive(index);
        await waitUntil(() => balancer.readyCount() === SERVERS);
        restarts += 1;
      }
    }
    const { requests, violations } = await load.stop();
    const all = [...violations, ...(await checkInvariants(installation.databaseUrl))];
    const faults = `${restarts} restarts of ${SERVERS} servers, ${requests} requests`;
    enter({ promise: 'a rolling restart fails no request', faults, runs: restarts, violations: all });
    expect(all).toEqual([]);
    expect(requests).toBeGreaterThan(restarts * CLIENTS);
  });
});
