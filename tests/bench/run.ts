import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONNECTIONS, measure, openConnection, type Connection, type Operation, type Sample } from './load.ts';
import { PATHS, type Path } from './paths.ts';
import { recordProfile, sharesByFunction, sharesByPackage } from './profile.ts';
import { buildReport, renderTables, writeDocument, type Measured } from './report.ts';
import { findFreePort } from '../support/free-port.ts';
import { median } from './statistics.ts';
import { createWorld, type Target, type World } from './world.ts';
import { requireImageNode } from './image-node.ts';

await requireImageNode();

/**
 * Measures every path and the parts it is made of, one after the other, round after round, in one run:
 *
 *     pnpm bench [--quick] [--only TEXT[,TEXT]] [--write] [--profile FOLDER] [--this-node]
 *
 * `--quick` is one look in less than a minute; `--only` measures the paths whose name holds one of the texts, and the parts; `--write` puts
 * the result into docs/benchmark.json and docs/benchmark.md. Run it on a machine that does nothing else. `--profile` measures nothing:
 * it prints whose code the server's time is spent in and writes a .cpuprofile of each path. All of it runs on the Node of the image, which is
 * fetched where ours is older; `--this-node` takes ours.
 */
const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, write: { type: 'boolean' }, profile: { type: 'string' } },
});
const asked = (values.only ?? '').split(',');
const plan =
  values.quick === true ? { rounds: 2, repeats: 1, warmMs: 500, sampleMs: 500 } : { rounds: 5, repeats: 3, warmMs: 6_000, sampleMs: 1_500 };
/** A round in which a part costs that much more or less than usual is measured again. */
const NOISE = 0.15;
const COUNTED = 8;
const PROFILE_MS = 4_000;

interface Lane {
  readonly path: Path;
  readonly target: Target;
  readonly connections: readonly Connection[];
  readonly operations: readonly Operation[];
}

type Round = ReadonlyMap<Path, Sample>;

function openLane(path: Path, world: World): Lane {
  const target = world[path.of];
  return {
    path,
    target,
    connections: Array.from({ length: CONNECTIONS }, () => openConnection(target.address, target.host)),
    operations: world.people.map((caller) => path.prepare(world, caller)),
  };
}

async function runRound(lanes: readonly Lane[], world: World, milliseconds: number): Promise<Round> {
  const round = new Map<Path, Sample>();
  for (const lane of lanes) {
    const processes = { servers: [lane.target.pid], postmaster: world.postmaster };
    const sample = await measure(lane, processes, milliseconds).catch((error: unknown) => {
      throw new Error(`${lane.path.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    });
    round.set(lane.path, sample);
  }
  return round;
}

/** How far a round's parts are from what they cost in most rounds; the worst of them. */
function noiseOf(round: Round, rounds: readonly Round[]): number {
  const cost = (of: Round, path: Path) => of.get(path)?.processorMs ?? Number.NaN;
  const deviations = [...round.keys()]
    .filter(({ of }) => of === 'parts')
    .map((path) => Math.abs(cost(round, path) / median(rounds.map((each) => cost(each, path))) - 1));
  return Math.max(...deviations);
}

/** Statements of one operation, `begin` and `commit` among them; what a server only does now and then does not count. */
async function countStatements(path: Path, world: World): Promise<number | null> {
  const [caller] = world.people;
  if (path.of === 'parts' || caller === undefined) return null;
  const connection = openConnection(world.counted.address, world.counted.host);
  const operation = path.prepare(world, caller);
  const counts: number[] = [];
  for (let number = 0; number < COUNTED; number += 1) {
    world.countStatements();
    await operation(connection);
    counts.push(world.countStatements());
  }
  await connection.close();
  return median(counts);
}

async function profile(lanes: readonly Lane[], world: World, port: number, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const lane of lanes.filter(({ path }) => path.of === 'server')) {
    const recorded = await recordProfile(port, () => runRound([lane], world, PROFILE_MS));
    const [packages, functions] = [sharesByPackage(recorded).slice(0, 12), sharesByFunction(recorded).slice(0, 25)];
    const lines = [...packages, ...functions].map(([name, share]) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}\n`);
    process.stdout.write(`${lane.path.name}\n${lines.join('')}`);
    await writeFile(join(folder, `${lane.path.name.replaceAll(/[^a-zA-Z0-9]+/g, '-')}.cpuprofile`), JSON.stringify(recorded));
  }
}

async function main(): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  say('starting PostgreSQL and the servers, and filling the database');
  const inspectorPort = values.profile === undefined ? null : await findFreePort();
  const world = await createWorld(inspectorPort);
  const lanes: Lane[] = [];
  try {
    const paths = PATHS.filter(({ name, of }) => of === 'parts' || asked.some((text) => name.includes(text)));
    const statements = new Map<Path, number | null>();
    for (const path of paths) statements.set(path, await countStatements(path, world));
    for (const path of paths) lanes.push(openLane(path, world));
    say('warming up');
    await runRound(lanes, world, plan.warmMs);
    if (values.profile !== undefined && inspectorPort !== null) return await profile(lanes, world, inspectorPort, values.profile);
    const rounds: Round[] = [];
    let repeated = 0;
    while (rounds.length < plan.rounds) {
      say(`round ${rounds.length + 1} of ${plan.rounds}`);
      rounds.push(await runRound(lanes, world, plan.sampleMs));
      if (rounds.length < plan.rounds) continue;
      const noisy = rounds.findIndex((round) => noiseOf(round, rounds) > NOISE);
      if (noisy === -1 || repeated === plan.repeats) break;
      say(`round ${noisy + 1} was noisy: once more`);
      rounds.splice(noisy, 1);
      repeated += 1;
    }
    const measured: Measured[] = paths.map((path) => ({
      path,
      statements: statements.get(path) ?? null,
      samples: rounds.flatMap((round) => round.get(path) ?? []),
    }));
    const report = buildReport(measured, { plan, repeated, postgres: world.postgres });
    process.stdout.write(`${renderTables(report)}\n`);
    if (values.write === true) await writeDocument(report, (file, text) => writeFile(file, text));
  } finally {
    for (const { connections } of lanes) for (const connection of connections) await connection.close();
    await world.close();
  }
}

await main();
