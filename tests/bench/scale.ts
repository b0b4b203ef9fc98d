import { startServer, type ServerProcess } from '../support/process.ts';
import { CONNECTIONS, measure, openConnection, type Sample } from './load.ts';
import { PATHS, type Path } from './paths.ts';
import { median } from './statistics.ts';
import { createWorld, type World } from './world.ts';

/**
 * Prints what one, two and four processes on one PostgreSQL answer each second, and who used the machine meanwhile: they, the
 * database, and this program, which sends the requests.
 *
 *     pnpm bench:scale
 *
 * Run it on a machine that does nothing else.
 */
const GROUPS: readonly number[] = [1, 2, 4];
const ROUNDS = 3;
const MILLISECONDS = 2_000;
const NAMES: readonly string[] = ['`tools/list`, Bearer', '`list_resumes`, Bearer', 'refresh', 'authorize, remembered, and its code'];

interface Group {
  readonly servers: readonly ServerProcess[];
  /** What the n-th connection reaches: they are dealt out in turn, as by a load balancer that costs nothing. */
  addressOf(connection: number): string;
}

/** One measurement with the time that this program took for it, in milliseconds of processor time a second. */
interface Row extends Sample {
  readonly senderShare: number;
}

async function startGroup(world: World, processes: number, closing: (() => Promise<void>)[]): Promise<Group> {
  const servers: ServerProcess[] = [];
  for (let index = 0; index < processes; index += 1) {
    const server = await startServer(world.settings);
    closing.push(async () => {
      await server.stop();
      await server.dispose();
    });
    servers.push(server);
  }
  return { servers, addressOf: (connection) => `http://127.0.0.1:${servers[connection % processes]?.settings['PORT']}` };
}

async function sample(world: World, group: Group, path: Path): Promise<Row> {
  const load = {
    connections: Array.from({ length: CONNECTIONS }, (_, index) => openConnection(group.addressOf(index), world.server.host)),
    operations: world.people.map((caller) => path.prepare(world, caller)),
  };
  const processes = { servers: group.servers.map(({ pid }) => pid), postmaster: world.postmaster };
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

// Each server that is started ends with us, by a listener of its own.
process.setMaxListeners(0);
const world = await createWorld(null);
const groups: Group[] = [];
const closing: (() => Promise<void>)[] = [];
try {
  for (const processes of GROUPS) groups.push(await startGroup(world, processes, closing));
  const paths = PATHS.filter(({ name }) => NAMES.includes(name));
  const rows = new Map<string, Row[]>();
  const keyOf = (path: Path, { servers }: Group) => `${path.name} ${servers.length}`;
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
    for (const group of groups) process.stdout.write(toLine(path.name, group.servers.length, rows.get(keyOf(path, group)) ?? []));
} finally {
  for (const end of closing) await end();
  await world.close();
}
