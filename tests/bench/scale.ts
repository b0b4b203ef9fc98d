import { startServer, type ServerProcess } from '../support/process.ts';
import { CONNECTIONS, measure, openConnection, type Sample } from './load.ts';
import { startOnePort, type OnePort } from './one-port.ts';
import { PATHS, type Path } from './paths.ts';
import { readProcessorMs } from './processor.ts';
import { createProcessorShare, type ProcessorShare } from './processor-share.ts';
import { median } from './statistics.ts';
import { createWorld, type World } from './world.ts';
import { requireImageNode } from './image-node.ts';

await requireImageNode();

/**
 * Prints what one, two and four processes on one PostgreSQL behind one port answer each second, and who used the machine
 * meanwhile: they, the database, the port in front, and this program, which sends the requests.
 *
 *     pnpm bench:scale
 *
 * Run it as root, on a machine that does nothing else. Each process gets a fifth of a core, so that four of them, the database and
 * the sender find room on two; then the database gets a tenth, to see it become the limit.
 */
const GROUPS: readonly number[] = [1, 2, 4];
const ROUNDS = 3;
const MILLISECONDS = 2_000;
const SERVER_SHARE = 0.2;
const DATABASE_SHARES: readonly (number | null)[] = [null, 0.1];
const NAMES: readonly string[] = ['`tools/list`, Bearer', '`list_resumes`, Bearer', 'refresh', 'authorize, remembered, and its code'];

interface Group {
  readonly servers: readonly ServerProcess[];
  readonly shares: readonly ProcessorShare[];
  readonly front: OnePort;
}

/** One measurement, with what the port in front and this program took of one core. */
interface Row extends Sample {
  readonly frontShare: number;
  readonly senderShare: number;
}

async function startGroup(world: World, processes: number, closing: (() => Promise<void>)[]): Promise<Group> {
  const servers: ServerProcess[] = [];
  const shares: ProcessorShare[] = [];
  for (let index = 0; index < processes; index += 1) {
    const server = await startServer(world.settings);
    closing.push(async () => {
      await server.stop();
      await server.dispose();
    });
    servers.push(server);
    shares.push(limited(createProcessorShare(`${processes}-${index}`, [server.pid]), closing));
  }
  const front = await startOnePort(servers.map(({ settings }) => settings['PORT'] ?? ''));
  closing.push(() => front.close());
  return { servers, shares, front };
}

function limited(share: ProcessorShare | null, closing: (() => Promise<void>)[]): ProcessorShare {
  if (share === null) throw new Error('no control groups of the processor here: run it as root, on Linux');
  closing.push(async () => share.end());
  return share;
}

/**
 * Sends a path's requests to a group for a while; the first ones are not measured, and open what connections are missing.
 *
 * @param onWarm called between the two
 */
async function sample(world: World, { servers, front }: Group, path: Path, onWarm: () => void = () => undefined): Promise<Row> {
  const load = {
    connections: Array.from({ length: CONNECTIONS }, () => openConnection(front.address, world.server.host)),
    operations: world.people.map((caller) => path.prepare(world, caller)),
  };
  const processes = { servers: servers.map(({ pid }) => pid), postmaster: world.postmaster };
  await measure(load, processes, MILLISECONDS / 4);
  onWarm();
  const before = process.cpuUsage();
  const frontBefore = readProcessorMs(front.pid);
  const startedAt = performance.now();
  const measured = await measure(load, processes, MILLISECONDS);
  const elapsed = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  for (const connection of load.connections) await connection.close();
  return {
    ...measured,
    frontShare: (readProcessorMs(front.pid) - frontBefore) / elapsed,
    senderShare: (user + system) / 1000 / elapsed,
  };
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
    percent(middle(({ frontShare }) => frontShare)),
    percent(middle(({ senderShare }) => senderShare)),
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
  const database = limited(createProcessorShare('database', [world.postmaster]), closing);
  const paths = PATHS.filter(({ name }) => NAMES.includes(name));
  // Before the first limit, so that no process spends its share on getting warm.
  for (const path of paths)
    for (const group of groups) for (let each = 0; each < group.servers.length; each += 1) await sample(world, group, path);
  for (const { shares } of groups) for (const share of shares) share.limit(SERVER_SHARE);
  for (const share of DATABASE_SHARES) {
    const rows = new Map<string, Row[]>();
    const keyOf = (path: Path, { servers }: Group) => `${path.name} ${servers.length}`;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const path of paths) {
        for (const group of groups) {
          const key = keyOf(path, group);
          // PostgreSQL needs longer for a connection than for hundreds of statements, and a tenth of a core would spend its time on those.
          database.limit(null);
          rows.set(key, [...(rows.get(key) ?? []), await sample(world, group, path, () => database.limit(share))]);
        }
      }
    }
    process.stdout.write(
      `\nEach process ${percent(SERVER_SHARE)} of a core, PostgreSQL ${share === null ? 'what is left' : percent(share)}.\n\n` +
        '| path | processes | requests/s | CPU ms | PostgreSQL CPU ms | of a core: processes | PostgreSQL | port in front | sender | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|---|---|---|---|\n',
    );
    for (const path of paths)
      for (const group of groups) process.stdout.write(toLine(path.name, group.servers.length, rows.get(keyOf(path, group)) ?? []));
  }
} finally {
  for (const end of closing.toReversed()) await end();
  await world.close();
}
