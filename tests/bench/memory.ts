import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findFreePort } from '../support/free-port.ts';
import { openInspector, type Inspector } from './inspector.ts';
import { CONNECTIONS, measure, openConnection } from './load.ts';
import { PATHS } from './paths.ts';
import { createWorld } from './world.ts';
import { requireImageNode } from './image-node.ts';

await requireImageNode();

/**
 * Prints what a server holds in memory under mixed load, every half minute after a garbage collection:
 *
 *     pnpm bench:memory [--minutes 10]
 *
 * Every caller takes the paths in turn, each beginning with another, so that all of them are asked at every moment. The last line says how fast
 * the heap grew in the second half; a cache that fills up grows in the first.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const SAMPLE_MS = 30_000;
const samples = Math.max(2, Math.round((Number(values.minutes) * 60_000) / SAMPLE_MS));
const MIB = 2 ** 20;

interface Held {
  readonly minute: number;
  readonly operations: number;
  readonly heapMiB: number;
  readonly residentMiB: number;
}

async function readHeapMiB(inspector: Inspector): Promise<number> {
  // The second one takes what the finalizers of the first let go.
  for (let pass = 0; pass < 2; pass += 1) await inspector.call('HeapProfiler.collectGarbage');
  const { usedSize } = (await inspector.call('Runtime.getHeapUsage')) as { usedSize: number };
  return usedSize / MIB;
}

const readResidentMiB = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Growth for each minute, by least squares. */
function slope(points: readonly Held[]): number {
  const mean = (of: (point: Held) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [minute, heap] = [mean((point) => point.minute), mean((point) => point.heapMiB)];
  const over = points.reduce((sum, point) => sum + (point.minute - minute) * (point.heapMiB - heap), 0);
  return over / points.reduce((sum, point) => sum + (point.minute - minute) ** 2, 0);
}

const inspectorPort = await findFreePort();
const world = await createWorld(inspectorPort);
const inspector = await openInspector(inspectorPort).catch(async (error: unknown) => {
  await world.close();
  throw error;
});
try {
  const { address, host, pid } = world.server;
  const paths = PATHS.filter(({ of }) => of === 'server');
  const load = {
    connections: Array.from({ length: CONNECTIONS }, () => openConnection(address, host)),
    operations: world.people.map((caller, first) => {
      const operations = paths.map((path) => path.prepare(world, caller));
      let turn = first;
      return async (connection: ReturnType<typeof openConnection>) => {
        turn += 1;
        await operations[turn % operations.length]?.(connection);
      };
    }),
  };
  const processes = { servers: [pid], postmaster: world.postmaster };
  const held: Held[] = [];
  let operations = 0;
  process.stdout.write('| minute | requests so far | heap MiB after collection | resident MiB |\n|---|---|---|---|\n');
  for (let sample = 0; sample <= samples; sample += 1) {
    if (sample > 0) operations += (await measure(load, processes, SAMPLE_MS)).operations;
    const point = {
      minute: (sample * SAMPLE_MS) / 60_000,
      operations,
      heapMiB: await readHeapMiB(inspector),
      residentMiB: readResidentMiB(pid),
    };
    held.push(point);
    process.stdout.write(`| ${point.minute} | ${operations} | ${point.heapMiB.toFixed(1)} | ${Math.round(point.residentMiB)} |\n`);
  }
  const later = held.slice(Math.floor(held.length / 2));
  const perRequests =
    ((later.at(-1)?.operations ?? 0) - (later[0]?.operations ?? 0)) / ((later.at(-1)?.minute ?? 0) - (later[0]?.minute ?? 0));
  const growth = slope(later);
  process.stdout.write(
    `\nSecond half: ${(growth * 1024).toFixed(0)} KiB a minute, ${((growth * MIB) / perRequests).toFixed(1)} bytes for each request.\n`,
  );
  for (const connection of load.connections) await connection.close();
} finally {
  // A server that is looked into does not end.
  inspector.close();
  await world.close();
}
