import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../support/wait.ts';
import { describeAnswer, isTryAgain, type Answer } from './support/answers.ts';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { checkInvariants } from './support/invariants.ts';
import { enter } from './support/ledger.ts';
import { createProbes, type Probe } from './support/probes.ts';

if (!hasPostgres) process.stderr.write('tests/faults/outage.test.ts: skipped, no PostgreSQL on this machine to make clusters of\n');

const OUTAGE_MS = 10_000;
const ANSWER_MS = 2_000;
const RECOVERY_MS = 10_000;
const PAUSE_MS = 100;

interface Fault {
  readonly name: string;
  begin(installation: Installation): Promise<void> | void;
  end(installation: Installation): Promise<void> | void;
}

const FAULTS: readonly Fault[] = [
  { name: 'PostgreSQL shut down', begin: ({ cluster }) => cluster.stop('fast'), end: ({ cluster }) => cluster.start() },
  { name: 'PostgreSQL crashed', begin: ({ cluster }) => cluster.stop('immediate'), end: ({ cluster }) => cluster.start() },
  { name: 'network gone silent', begin: ({ proxy }) => proxy.goSilent(), end: ({ proxy }) => proxy.recover() },
];

describe.runIf(hasPostgres)('a database that is away for ten seconds', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await openInstallation();
  });
  afterAll(() => installation?.dispose());

  const runThrough = async (fault: Fault) => {
    const { name } = fault;
    const probes = await createProbes(installation.site);
    const violations: string[] = [];
    const report = (probe: Probe, answer: Answer, milliseconds: number) => {
      const what = `${name}, ${probe.name}: ${describeAnswer(answer)} after ${Math.round(milliseconds)} ms`;
      const isRight = probe.needsDatabase ? answer.status === 503 && isTryAgain(answer) : probe.isWell(answer);
      if (!isRight) violations.push(what);
      else if (milliseconds > ANSWER_MS) violations.push(`late: ${what}`);
    };
    const { pid } = installation.servers[0] ?? { pid: null };
    // Idle connections are what a silent network betrays.
    for (const probe of probes)
      if (!probe.needsDatabase) expect([probe.name, probe.isWell(await probe.send())]).toEqual([probe.name, true]);
    await fault.begin(installation);
    const until = performance.now() + OUTAGE_MS;
    let runs = 0;
    await Promise.all(
      probes.map(async (probe) => {
        while (performance.now() < until) {
          const startedAt = performance.now();
          report(probe, await probe.send(), performance.now() - startedAt);
          runs += 1;
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }),
    );
    await fault.end(installation);
    for (const probe of probes) {
      let last = 0;
      const isBack = async () => {
        const answer = await probe.send();
        last = answer.status;
        return probe.isWell(answer);
      };
      await waitUntil(isBack, RECOVERY_MS).catch(() => violations.push(`${name}, ${probe.name}: still ${last} when the database is back`));
    }
    if (installation.servers[0]?.pid !== pid) violations.push(`${name}: the process was not the same afterwards`);
    return { runs, violations };
  };

  // security cases 141, 207
  // proves faults:database-away
  it.each(FAULTS)('is 503 with Retry-After within two seconds on every route, and all is well afterwards: $name', async (fault) => {
    const { runs, violations } = await runThrough(fault);
    violations.push(...(await checkInvariants(installation.databaseUrl)));
    enter({ promise: 'a database that is away is 503, soon', faults: `${fault.name} for 10 s, every route`, runs, violations });
    expect([...new Set(violations)]).toEqual([]);
  });
});
