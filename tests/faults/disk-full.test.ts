import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { createApiKey, signUp } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { runCommand } from '../support/command.ts';
import { createHttpSite } from '../support/http-site.ts';
import { connect } from '../support/oauth.ts';
import { startServer } from '../support/process.ts';
import { waitUntil } from '../support/wait.ts';
import { callTool, describeAnswer, isTryAgain, listResumeNames, persist, refreshWith, toAnswer, type Answer } from './support/answers.ts';
import { hasPostgres, openInstallation, type Installation } from './support/installation.ts';
import { checkInvariants } from './support/invariants.ts';
import { enter } from './support/ledger.ts';
import { canMount, mountSmallDisk, type SmallDisk } from './support/small-disk.ts';

if (!canMount) process.stderr.write('tests/faults/disk-full.test.ts: skipped, this process may not mount a file system\n');
else if (!hasPostgres) process.stderr.write('tests/faults/disk-full.test.ts: without PostgreSQL, which this machine does not have\n');

/** More than PostgreSQL and PGlite take when they are new. */
const DISK_MEGABYTES = 200;
const ROUNDS = 8;
/** At most, until the pages that have room are full. */
const ROUNDS_UNTIL_FULL = 400;
const RECOVERY_MS = 60_000;
const PROMISE = 'a full disk is 503 and loses nothing acknowledged';
/** Fills pages. */
const LONG = 'x'.repeat(180);

interface Fault {
  readonly name: string;
  /** Whether the database goes on reading. */
  readonly reads: boolean;
  /** Once every byte is taken. */
  readonly afterwards: (installation: Installation) => Promise<void>;
}

const FAULTS: readonly Fault[] = [
  { name: 'no room for rows', reads: true, afterwards: async () => undefined },
  { name: 'no room for the log', reads: false, afterwards: ({ databaseUrl }) => askForLogSegment(databaseUrl) },
];

describe.runIf(canMount)('a disk that is full', () => {
  const undo: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });
  const mount = (): SmallDisk => {
    const disk = mountSmallDisk(DISK_MEGABYTES);
    undo.push(() => disk.dispose());
    return disk;
  };

  // proves faults:disk-full
  it.runIf(hasPostgres).each(FAULTS)(
    'of PostgreSQL is "try again", and nothing acknowledged is lost: $name',
    async ({ name, reads, afterwards }) => {
      const disk = mount();
      const installation = await openInstallation({ postgresFolder: disk.folder });
      undo.push(() => installation.dispose());
      const { cluster, servers, site } = installation;
      const writer = await startWriter(site);
      await writer.write(ROUNDS, { isFull: false, reads: true });
      disk.fill();
      await afterwards(installation);
      await writer.write(ROUNDS, { isFull: true, reads });
      disk.free();
      // It may end by itself for want of room to recover.
      if (!cluster.isRunning()) await cluster.start();
      const { violations, runs } = await writer.recover();
      if (reads && servers[0]?.output().includes('No space left') !== true) violations.push('the log does not say why');
      violations.push(...(await checkInvariants(installation.databaseUrl)));
      enter({ promise: PROMISE, faults: `PostgreSQL: ${name}`, runs, violations });
      expect(violations).toEqual([]);
    },
  );

  // proves faults:disk-full
  it('of the embedded database is "try again", and nothing acknowledged is lost, now or after a restart', async () => {
    const disk = mount();
    let server = await startServer({ DATA_DIR: join(disk.folder, 'data'), RATE_LIMITS: 'off', LOG_LEVEL: 'warn' });
    undo.push(() => server.dispose());
    const { url } = server;
    const writer = await startWriter(createHttpSite(url));
    await writer.write(ROUNDS, { isFull: false, reads: true });
    disk.fill();
    await writer.write(ROUNDS, { isFull: true, reads: true });
    disk.free();
    await writer.recover();
    await server.kill();
    server = await startServer(server.settings);
    const { violations, runs } = await writer.recover();
    enter({ promise: PROMISE, faults: 'the embedded database, then SIGKILL', runs, violations });
    expect(violations).toEqual([]);
  });

  // proves faults:disk-full
  it('fails a backup in words, and keeps no half of it', async () => {
    const disk = mount();
    const folder = await mkdtemp(join(tmpdir(), 'vitae-backed-up-'));
    undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
    const server = await startServer({ DATA_DIR: folder, LOG_LEVEL: 'warn' });
    undo.push(() => server.dispose());
    await signUp(createHttpSite(server.url));
    await server.stop();
    const file = join(disk.folder, 'backup');
    disk.fill();
    const { code, output } = await runCommand(['backup', file], { DATA_DIR: folder });
    const violations = [
      ...(code === 1 ? [] : [`it ended with ${code}`]),
      ...(/can't be written.*no space left/.test(output) && !output.includes('    at ') ? [] : [`it said: ${output}`]),
      ...(existsSync(file) ? ['a half file is left'] : []),
    ];
    enter({ promise: PROMISE, faults: 'a backup into it', runs: 1, violations });
    expect(violations).toEqual([]);
    disk.free();
    expect(await runCommand(['backup', file], { DATA_DIR: folder })).toMatchObject({ code: 0 });
  });
});

/** Somebody whose key makes resumes and whose app refreshes, and who notices what is answered wrongly. */
async function startWriter(site: Site) {
  const person = await signUp(site);
  const key = await createApiKey(person, { [SCOPE_DESCRIPTIONS['resumes:write']]: true });
  const connected = await connect(site, person);
  const violations: string[] = [];
  const acknowledged = new Set<string>();
  let { refreshToken } = connected;
  let runs = 0;

  const create = async (): Promise<Answer> => {
    runs += 1;
    const name = `${runs} ${LONG}`;
    const answer = await callTool(site, { 'x-api-key': key }, 'create_resume', { name });
    if (answer.status === 200) acknowledged.add(name);
    return answer;
  };
  const refresh = async (): Promise<Answer> => {
    const answer = await refreshWith(site, connected.oauth, refreshToken);
    if (answer.status === 200) refreshToken = String(answer.body['refresh_token']);
    return answer;
  };
  const read = () => callTool(site, { 'x-api-key': key });
  const page = () => toAnswer(() => person.browser.fetch('/resumes', { redirect: 'manual' }));

  return {
    /** Writes and reads in turn; while the disk is full, so many times from the first write that was refused. */
    async write(rounds: number, { isFull, reads }: { readonly isFull: boolean; readonly reads: boolean }): Promise<void> {
      let counted = 0;
      for (let round = 0; round < ROUNDS_UNTIL_FULL && counted < rounds; round += 1) {
        const steps = { create, refresh, read, page };
        let refused = 0;
        for (const [name, step] of Object.entries(steps)) {
          const answer = await step();
          const isWrite = name === 'create' || name === 'refresh';
          const mayBeRefused = isFull && (isWrite || !reads);
          const isRight = answer.status === 200 || (mayBeRefused && answer.status === 503 && isTryAgain(answer));
          if (!isRight) violations.push(`${isFull ? 'full' : 'not full'}, ${name}: ${describeAnswer(answer)}`);
          if (isWrite && answer.status === 503) refused += 1;
        }
        if (!isFull || refused > 0) counted += 1;
      }
      if (counted < rounds) violations.push('the disk was never full');
    },
    /** Writes again, and looks for everything that was acknowledged. */
    async recover() {
      await waitUntil(async () => (await create()).status === 200, RECOVERY_MS).catch(() =>
        violations.push('no write when there is room again'),
      );
      const refreshed = await persist(refresh);
      if (refreshed.status !== 200) violations.push(`the refresh token is answered ${describeAnswer(refreshed)}`);
      const names = await listResumeNames(site, key);
      const lost = [...acknowledged].filter((name) => !names.has(name));
      if (lost.length > 0) violations.push(`${lost.length} of ${acknowledged.size} acknowledged resumes are lost`);
      return { violations, runs };
    },
  };
}

/** PostgreSQL panics when there is no room for the next one. */
async function askForLogSegment(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  const isPanic = await client
    .query('select pg_switch_wal()')
    .then(() => client.query(`select pg_logical_emit_message(true, 'full', 'disk')`))
    .then(
      () => false,
      () => true,
    );
  await client.end().catch(() => undefined);
  expect(isPanic).toBe(true);
}
