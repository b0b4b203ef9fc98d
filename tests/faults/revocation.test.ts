import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, type Person } from '../support/app.ts';
import { createHttpSite } from '../support/http-site.ts';
import { connect, type Connected } from '../support/oauth.ts';
import { waitUntil } from '../support/wait.ts';
import { bearer, callMcp, postForm } from './support/answers.ts';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { enter } from './support/ledger.ts';

if (!hasPostgres) process.stderr.write('tests/faults/revocation.test.ts: skipped, no PostgreSQL on this machine to make clusters of\n');

const SERVERS = 3;
const RUNS = process.env['FAULTS'] === 'long' ? 20 : 3;
const WITHIN_MS = 1_000;
/** For how long after a revocation each server is asked. */
const WATCHED_MS = 2_500;
const CUT_EVERY_MS = 50;

interface Fault {
  readonly name: string;
  /** Does harm until the answer is called. Server 0 is where connections are ended. */
  readonly begin: (installation: Installation) => () => void;
}

const FAULTS: readonly Fault[] = [
  { name: 'none', begin: () => () => undefined },
  {
    name: 'LISTEN connections cut as it happens',
    begin: ({ proxies }) => {
      for (const proxy of proxies.slice(1)) proxy.cut('listening');
      return () => undefined;
    },
  },
  {
    name: 'LISTEN connections cut all the time',
    begin: ({ proxies }) => {
      const timer = setInterval(() => {
        for (const proxy of proxies.slice(1)) proxy.cut('listening');
      }, CUT_EVERY_MS);
      return () => clearInterval(timer);
    },
  },
  { name: 'LISTEN connections gone silent', begin: (installation) => silence(installation, 'listening') },
  { name: 'two of three servers cut off from the database', begin: (installation) => silence(installation, 'all') },
];

function silence({ proxies }: Installation, which: 'all' | 'listening'): () => void {
  for (const proxy of proxies.slice(1)) proxy.goSilent(which);
  return () => {
    for (const proxy of proxies.slice(1)) proxy.recover();
  };
}

describe.runIf(hasPostgres)('a connection that is ended at one of three servers', () => {
  let installation: Installation;
  let person: Person;
  beforeAll(async () => {
    installation = await openInstallation({ servers: SERVERS, hasProxyEach: true });
    person = await signUp(at(0));
  });
  afterAll(() => installation?.dispose());

  const at = (index: number) =>
    createHttpSite(installation.site.origin, () => `http://127.0.0.1:${installation.servers[index]?.settings['PORT']}`);
  const ask = async (index: number, { accessToken }: Connected) => (await callMcp(at(index), bearer(accessToken))).status;

  // security case 139
  // proves revoke:within-a-second
  it.each(FAULTS)('works at none of them after a second, with this fault: $name', async ({ name, begin }) => {
    const violations: string[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const connected = await connect(at(0), person);
      for (let index = 0; index < SERVERS; index += 1) await waitUntil(async () => (await ask(index, connected)) === 200);
      const end = begin(installation);
      const { status } = await postForm(at(0), connected.oauth, 'revoke', { token: connected.refreshToken });
      if (status !== 200) violations.push(`the revocation is answered ${status}`);
      const endedAt = performance.now();
      const watch = async (index: number) => {
        for (;;) {
          const age = performance.now() - endedAt;
          if (age > WATCHED_MS) return;
          const answer = await ask(index, connected);
          if (answer === 200 && age > WITHIN_MS) violations.push(`server ${index} still serves after ${Math.round(age)} ms`);
          if (![200, 401, 503].includes(answer)) violations.push(`server ${index} answers ${answer}`);
        }
      };
      await Promise.all(Array.from({ length: SERVERS }, (_, index) => watch(index)));
      end();
      for (let index = 0; index < SERVERS; index += 1) {
        const isOver = async () => (await ask(index, connected)) === 401;
        await waitUntil(isOver).catch(() => violations.push(`server ${index} does not know of it when all is well`));
      }
    }
    enter({ promise: 'a revocation holds at three servers in a second', faults: name, runs: RUNS, violations });
    expect(violations).toEqual([]);
  });
});
