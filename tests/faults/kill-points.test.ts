import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp } from '../support/app.ts';
import { isTryAgain, persist } from './support/answers.ts';
import type { Moment } from './support/database-proxy.ts';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { checkInvariants } from './support/invariants.ts';
import { enter } from './support/ledger.ts';
import { createOperations, type Operation } from './support/operations.ts';

if (!hasPostgres) process.stderr.write('tests/faults: skipped, no PostgreSQL on this machine to make clusters of\n');

/** FAULTS=long: a process is killed at every statement, not at five of each operation. */
const KILL_EVERY_STATEMENT = process.env['FAULTS'] === 'long';
const KILLS = 5;
const MOMENTS: readonly Moment[] = ['before', 'after'];
/** No operation has as many; the sweep ends at the last one there is. */
const MAXIMUM_STATEMENTS = 80;

describe.runIf(hasPostgres)('an operation that is cut off at any of its statements', () => {
  let installation: Installation;
  let operations: readonly Operation[];
  beforeAll(async () => {
    installation = await openInstallation();
    operations = createOperations(installation.site, await signUp(installation.site));
  });
  afterAll(() => installation?.dispose());

  /** Runs the operation into a fault at its n-th statement. Null: it has fewer. */
  const runInto = async (operation: Operation, statement: number, moment: Moment, fault: 'cut' | 'kill') => {
    const { proxy } = installation;
    const attempt = await operation.prepare();
    let death: Promise<void> = Promise.resolve();
    proxy.arm({ statement, moment, ...(fault === 'kill' && { spring: () => void (death = installation.kill(0)) }) });
    const first = await attempt.send();
    const caught = proxy.disarm();
    if (caught === null) return null;
    if (fault === 'kill') {
      await death;
      await installation.revive(0);
    }
    const last = await persist(() => attempt.send());
    const violations = await attempt.judge(first, last, caught.committed);
    const isEarly = isTryAgain(first) || [200, 303].includes(first.status);
    if (!isEarly) violations.push(`the answer is ${first.status} ${JSON.stringify(first.body)}`);
    return violations.map(
      (violation) => `${operation.name}, ${fault} ${moment} statement ${statement} (${caught.text.slice(0, 60)}): ${violation}`,
    );
  };

  const sweep = async (fault: 'cut' | 'kill', step: (statements: number) => number) => {
    const violations: string[] = [];
    let runs = 0;
    for (const operation of operations) {
      const statements = await countStatements(operation);
      for (const moment of MOMENTS) {
        for (let statement = 1; statement <= statements; statement += step(statements)) {
          const found = await runInto(operation, statement, moment, fault);
          if (found === null) break;
          runs += 1;
          violations.push(...found);
        }
      }
    }
    violations.push(...(await checkInvariants(installation.databaseUrl)));
    return { runs, violations };
  };

  const countStatements = async (operation: Operation) => {
    const attempt = await operation.prepare();
    installation.proxy.arm({ statement: MAXIMUM_STATEMENTS, moment: 'before' });
    await attempt.send();
    const count = installation.proxy.count();
    expect(installation.proxy.disarm()).toBeNull();
    return count;
  };

  // security case 130
  // proves faults:no-token-lost
  it('loses no acknowledged token and spends none twice when the connection is cut', async () => {
    const { runs, violations } = await sweep('cut', () => 1);
    enter({
      promise: 'no acknowledged token lost, none spent twice',
      faults: 'database connections cut, every statement',
      runs,
      violations,
    });
    expect(violations).toEqual([]);
    expect(runs).toBeGreaterThan(4 * 2 * 5);
  });

  // security case 130
  // proves faults:no-token-lost
  it('loses no acknowledged token and spends none twice when the process is killed', async () => {
    const { runs, violations } = await sweep('kill', (statements) => (KILL_EVERY_STATEMENT ? 1 : Math.ceil(statements / KILLS)));
    enter({ promise: 'no acknowledged token lost, none spent twice', faults: 'server killed with SIGKILL', runs, violations });
    expect(violations).toEqual([]);
    expect(runs).toBeGreaterThanOrEqual(20);
  });
});
