import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../support/free-port.ts';
import { CONNECTIONS, measure, openConnection, type Sample } from './load.ts';
import { PATHS, type Path } from './paths.ts';
import { median } from './statistics.ts';
import { createWorld, type World } from './world.ts';

/**
 * Prints what one, two and four processes behind one port, on one PostgreSQL, answer each second, and who used the machine meanwhile: they, the
 * database, and this program, which sends the requests.
 *
 *     pnpm bench:scale
 *
 * Run it on a machine that does nothing else.
 */
const PROCESSES = fileURLToPath(new URL('processes.ts', import.meta.url));
const GROUPS: readonly number[] = [1, 2, 4];
const ROUNDS = 3;
const MILLISECONDS = 2_000;
const NAMES: readonly string[] = ['`tools/list`, Bearer', '`list_resumes`, Bearer', 'refresh', 'authorize, remembered, and its code'];

interface Group {
  readonly processes: number;
  readonly address: string;
  readonly servers: readonly number[];
  stop(): Promise<void>;
}

/** One measurement with the time that this program took for it, in milliseconds of processor time a second. */
interface Row extends Sample {
  readonly senderShare: number;
}

async function startGroup(world: World, processes: number): Promise<Group> {
  const port = await findFreePort();
  const child = spawn(process.execPath, ['--import', 'tsx', PROCESSES], {
    env: { PATH: process.env['PATH'], ...world.settings, PORT: String(port), PROCESSES: String(processes) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killWithUs = () => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = once(child, 'exit');
  const failed = ended.then(() => Promise.reject(new Error(`${processes} servers do not start`)));
  const [line] = (await Promise.race([once(child.stdout, 'data'), failed])) as [Buffer];
  return {
    processes,
    address: `http://127.0.0.1:${port}`,
    servers: [child.pid ?? -1, ...line.toString('utf8').trim().split(' ').map(Number)],
    async stop() {
      failed.catch(() => undefined);
      process.off('exit', killWithUs);
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    },
  };
}

async function sample(world: World, group: Group, path: Path): Promise<Row> {
  const load = {
    connections: Array.from({ length: CONNECTIONS }, () => openConnection(group.address, world.server.host)),
    operations: world.people.map((caller) => path.prepare(world, caller)),
  };
  const processes = { servers: group.servers, postmaster: world.postmaster };
  await measure(load, processes, MILLISECONDS / 4);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const measured = await measure(load, processes, MILLISECONDS);
  const { user, system } = process.cpuUsage(before);
  const senderShare = (user + system) / 1000 / (performance.now() - startedAt);
  for (const connection of load.connections) await connection.close();
  return { ...measured, senderShare };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function toLine(name: string, processes: number, rows: readonly Row[]): string {
  const middle = (of: (row: Row) => number) => median(rows.map(of));
  const server = middle(({ processorMs }) => processorMs);
  const database = middle(({ databaseMs }) => databaseMs);
  const perSecond = middle((row) => row.perSecond);
  const cells = [
    name,
    processes,
    Math.round(perSecond),
    server.toFixed(3),
    database.toFixed(3),
    percent((server * perSecond) / 1000),
    percent((database * perSecond) / 1000),
    percent(middle(({ senderShare }) => senderShare)),
    (server / database).toFixed(1),
    middle(({ p50 }) => p50).toFixed(1),
    middle(({ p99 }) => p99).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

const world = await createWorld(null);
const groups: Group[] = [];
try {
  for (const processes of GROUPS) groups.push(await startGroup(world, processes));
  const paths = PATHS.filter(({ name }) => NAMES.includes(name));
  const rows = new Map<string, Row[]>();
  const keyOf = (path: Path, { processes }: Group) => `${path.name} ${processes}`;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const path of paths) {
      for (const group of groups) {
        const key = keyOf(path, group);
        rows.set(key, [...(rows.get(key) ?? []), await sample(world, group, path)]);
      }
    }
  }
  process.stdout.write(
    '| path | processes | requests/s | CPU ms | PostgreSQL CPU ms | of a core: servers | PostgreSQL | sender | processes until PostgreSQL has as much to do | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|---|---|---|---|\n',
  );
  for (const path of paths)
    for (const group of groups) process.stdout.write(toLine(path.name, group.processes, rows.get(keyOf(path, group)) ?? []));
} finally {
  for (const group of groups) await group.stop();
  await world.close();
}
