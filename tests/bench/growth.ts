import pg from 'pg';
import { measure, openConnection } from './load.ts';
import { GROWN, type Path } from './paths.ts';
import { median } from './statistics.ts';
import { createWorld, type World } from './world.ts';
import { requireImageNode } from './image-node.ts';

await requireImageNode();

/**
 * Prints what each path costs on a small database and on the same one after it has grown: from sixteen to 100,000 people, and one of them
 * from a few to 10,000 connections and 10,000 resumes. That one is who asks.
 *
 *     pnpm bench:growth
 *
 * Run `pnpm build` before, and run it on a machine that does nothing else.
 */
const ROUNDS = 5;
const MILLISECONDS = 1_000;
const PEOPLE = 100_000;
const ROWS = 10_000;

/** Copies of a row with another key; every other column is as in the row itself. */
const copies = (table: string, keys: string, count: number, which: string) => `
  insert into ${table} select (jsonb_populate_record(original, ${keys})).*
    from ${table} original, generate_series(1, ${count}) number where original.ctid = (select ctid from ${table} where ${which} limit 1)`;

async function grow(databaseUrl: string, personId: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      copies('"user"', `jsonb_build_object('id', 'copy-' || number, 'email', number || '@copies.example')`, PEOPLE, 'true'),
    );
    await client.query(
      copies('oauth_grant', `jsonb_build_object('id', 'copy-' || number, 'client_id', 'copy-' || number)`, ROWS, `user_id = '${personId}'`),
    );
    await client.query(
      copies(
        'oauth_refresh_token',
        `jsonb_build_object('id', 'copy-' || number, 'token', 'copy-' || number, 'reference_id', 'copy-' || number)`,
        ROWS,
        `user_id = '${personId}'`,
      ),
    );
    await client.query(
      copies('resume', `jsonb_build_object('id', 'copy-' || number, 'slug', 'copy-' || number)`, ROWS, `user_id = '${personId}'`),
    );
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

async function costs(
  world: World,
  path: Path,
): Promise<{ readonly processorMs: number; readonly databaseMs: number; readonly p50: number }> {
  const target = world[path.of];
  const [asker] = world.people;
  if (asker === undefined) throw new Error('nobody lives here');
  // A refresh token is used by one at a time.
  const callers = world.people.map((each) => (path.name === 'refresh' ? each : asker));
  const load = {
    connections: callers.map(() => openConnection(target.address, target.host)),
    operations: callers.map((caller) => path.prepare(world, caller)),
  };
  const samples = [];
  for (let round = 0; round <= ROUNDS; round += 1)
    samples.push(await measure(load, { servers: [target.pid], postmaster: world.postmaster }, MILLISECONDS));
  for (const connection of load.connections) await connection.close();
  const warm = samples.slice(1);
  return {
    processorMs: median(warm.map(({ processorMs }) => processorMs)),
    databaseMs: median(warm.map(({ databaseMs }) => databaseMs)),
    p50: median(warm.map(({ p50 }) => p50)),
  };
}

const world = await createWorld(null);
try {
  const small = new Map<Path, Awaited<ReturnType<typeof costs>>>();
  for (const path of GROWN) small.set(path, await costs(world, path));
  await grow(world.databaseUrl, world.people[0]?.userId ?? '');
  process.stdout.write('| path | CPU ms | grown | PostgreSQL CPU ms | grown | p50 ms | grown |\n|---|---|---|---|---|---|---|\n');
  for (const path of GROWN) {
    const [before, after] = [small.get(path), await costs(world, path)];
    const cells = (['processorMs', 'databaseMs', 'p50'] as const).flatMap((of) => [before?.[of].toFixed(3), after[of].toFixed(3)]);
    process.stdout.write(`| ${[path.name, ...cells].join(' | ')} |\n`);
  }
} finally {
  await world.close();
}
