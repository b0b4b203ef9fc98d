import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { checkInvariants } from './support/invariants.ts';
import { enter } from './support/ledger.ts';
import { startLoad } from './support/load.ts';

if (!hasPostgres) process.stderr.write('tests/faults/soak.test.ts: skipped, no PostgreSQL on this machine to make clusters of\n');

/** `pnpm soak` runs half an hour. */
const MINUTES = Number(process.env['SOAK'] ?? '0.5');
const SERVERS = 3;
const CLIENTS = 6;
/** For how long nothing is done to them between two faults. */
const CALM_MS = 3_000;
const SILENCE_MS = 2_500;
/** Pool, LISTEN and the watch of each server, and ours. */
const MAXIMUM_CONNECTIONS = SERVERS * 12 + 1;

type Fault = (installation: Installation, turn: number) => Promise<void> | void;

/** In turn, and the server in turn with them. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'a server killed': async (installation, turn) => {
    await installation.kill(turn % SERVERS);
    await installation.revive(turn % SERVERS);
  },
  'connections cut': ({ proxy }) => proxy.cut(),
  'links for notices cut': ({ proxy }) => proxy.cut('listening'),
  'a commit cut off': async ({ proxy }, turn) => {
    proxy.arm({ statement: /^commit/i, moment: turn % 2 === 0 ? 'before' : 'after' });
    await pause(CALM_MS);
    proxy.disarm();
  },
  'network silent': async ({ proxy }) => {
    proxy.goSilent();
    await pause(SILENCE_MS);
    proxy.recover();
  },
  'a server restarted': async (installation, turn) => {
    await installation.servers[turn % SERVERS]?.stop();
    await installation.revive(turn % SERVERS);
  },
  'PostgreSQL crashed': async ({ cluster }) => {
    await cluster.stop('immediate');
    await cluster.start();
  },
};

describe.runIf(hasPostgres)('servers under load that faults befall without end', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await openInstallation({ servers: SERVERS });
  });
  afterAll(() => installation?.dispose());

  // proves faults:soak
  it(
    'keep every invariant, and do not grow',
    async () => {
      const load = startLoad(installation.site, { clients: CLIENTS, isPatient: true });
      const until = performance.now() + MINUTES * 60_000;
      const names = Object.keys(FAULTS);
      let turn = 0;
      while (performance.now() < until || turn < names.length) {
        await pause(CALM_MS);
        await FAULTS[names[turn % names.length] ?? '']?.(installation, turn);
        turn += 1;
      }
      await pause(CALM_MS);
      const { requests, triedAgain, ended, violations } = await load.stop();
      for (const line of installation.listUnexplained()) process.stderr.write(`${line}\n`);
      const all = [...violations, ...(await checkInvariants(installation.databaseUrl)), ...(await checkCounts(triedAgain))];
      const memory = installation.servers.map(({ pid }) => `${residentMiB(pid)} MiB`).join(', ');
      const faults = `${turn} faults of ${names.length} kinds, ${requests} requests, ${triedAgain} tried again, ${ended} connections ended; ${memory}`;
      enter({ promise: 'a soak keeps every invariant', faults, runs: turn, violations: all });
      expect(all).toEqual([]);
    },
    (MINUTES + 15) * 60_000,
  );

  /** A request that was sent again may have made what nobody knows of: that much more is no growth. */
  async function checkCounts(triedAgain: number): Promise<string[]> {
    const database = new pg.Client({ connectionString: installation.databaseUrl });
    await database.connect();
    try {
      const { rows } = await database.query<Record<'grants' | 'tokens' | 'people' | 'sessions' | 'connections', number>>(`select
        (select count(*)::int from oauth_grant where revoked_at is null) as grants,
        (select count(*)::int from oauth_refresh_token token join oauth_grant on oauth_grant.id = token.reference_id
          where token.revoked is null and oauth_grant.revoked_at is null) as tokens,
        (select count(*)::int from "user") as people,
        (select count(*)::int from session) as sessions,
        (select count(*)::int from pg_stat_activity where datname = current_database()) as connections`);
      const counts = rows[0];
      if (counts === undefined) return ['nothing to count'];
      const bounds = {
        grants: CLIENTS + triedAgain,
        tokens: counts.grants,
        people: CLIENTS + triedAgain,
        sessions: counts.people,
        connections: MAXIMUM_CONNECTIONS,
      };
      return Object.entries(bounds).flatMap(([name, bound]) => {
        const count = counts[name as keyof typeof bounds];
        return count > bound ? [`${count} ${name}, where ${bound} are right`] : [];
      });
    } finally {
      await database.end();
    }
  }
});

function residentMiB(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}
