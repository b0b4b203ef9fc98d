import { readFile } from 'node:fs/promises';
import { serve } from 'h3';
import { createApp, type App } from './app.ts';
import { loadPins, type Pins } from './authorization-server/client-metadata/pins.ts';
import { createDatabase, type Connection } from './db/client.ts';
import { DataFolderError, openDataFolder, type DataFolder } from './db/data-folder.ts';
import { openPglite } from './db/pglite.ts';
import { openPostgres } from './db/postgres.ts';
import { diagnose, exitCodeOf, renderDiagnosis } from './doctor/doctor.ts';
import { parseEnv, type Env, type VersionedSecret } from './env.ts';
import { createLog, type Log } from './observability/log.ts';

/** How long in-flight requests may take to finish after SIGTERM; then their connections are cut. */
const DRAIN_MS = 9_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often the two are enforced; Node's own 30 s would let a slow connection stay a minute. */
const CONNECTIONS_CHECK_MS = 2_000;
const MAXIMUM_HEADER_BYTES = 16 * 1024;

interface Storage {
  readonly connection: Connection;
  readonly secrets: readonly [VersionedSecret, ...VersionedSecret[]];
  readonly folder: DataFolder | null;
}

/** A problem the person who starts the server can mend: told in one line each, without a stack. */
class StartError extends Error {}

async function openStorage(env: Env, log: Log): Promise<Storage> {
  if (env.databaseUrl === null) {
    const folder = await openDataFolder(env.dataDir);
    const [first = { version: 1, value: folder.secret }, ...rest] = env.authSecrets ?? [];
    try {
      return { connection: await openPglite({ folder: folder.databaseFolder }), secrets: [first, ...rest], folder };
    } catch (error) {
      await folder.release();
      throw new StartError(`The embedded database in ${env.dataDir} can't be opened: ${messageOf(error)}`, { cause: error });
    }
  }
  const [first, ...rest] = env.authSecrets ?? [];
  if (first === undefined) throw new StartError('AUTH_SECRET is required with DATABASE_URL');
  try {
    const connection = await openPostgres(env.databaseUrl, {
      onConnectionError: (error) => log.warn({ event: 'database.connection_lost', err: error }),
    });
    return { connection, secrets: [first, ...rest], folder: null };
  } catch (error) {
    throw new StartError(`DATABASE_URL can't be used: ${messageOf(error)}`, { cause: error });
  }
}

async function openPins(env: Env): Promise<Pins> {
  if (env.clientMetadataPins === null) return new Map();
  const loaded = await loadPins(env.clientMetadataPins);
  if (!loaded.ok) throw new StartError(loaded.problems.join('\n'));
  return loaded.pins;
}

async function listen(app: App, env: Env) {
  const server = serve(app.router, {
    port: env.port,
    hostname: env.host,
    silent: true,
    manual: true,
    gracefulShutdown: false,
    node: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      maxHeaderSize: MAXIMUM_HEADER_BYTES,
    },
  });
  const node = server.node?.server;
  if (node === undefined) throw new TypeError('the server runs on Node');
  try {
    await server.serve();
  } catch (error) {
    throw new StartError(
      error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
        ? `PORT ${env.port} on ${env.host} is in use: stop what uses it, or set another PORT`
        : `HOST ${env.host} PORT ${env.port} can't be listened on: ${messageOf(error)}`,
      { cause: error },
    );
  }
  const address = node.address();
  return { node, port: typeof address === 'object' && address !== null ? address.port : env.port };
}

/** `doctor [address]`: the one thing this program does beside serving. */
async function runCommand(command: string, [address, ...more]: readonly string[], env: Env): Promise<void> {
  if (command !== 'doctor' || more.length > 0)
    throw new StartError(`Unknown: ${[command, ...more].join(' ')}. Without arguments it serves; or: doctor [address]`);
  const checked = parseEnv({ APP_URL: address ?? env.appUrl });
  if (!checked.ok) throw new StartError(checked.problems.join('\n'));
  const diagnosis = await diagnose(checked.env.appUrl, { clock: () => new Date() });
  process.stdout.write(renderDiagnosis(diagnosis));
  process.exitCode = exitCodeOf(diagnosis);
}

async function main(): Promise<void> {
  const parsed = parseEnv(process.env);
  if (!parsed.ok) throw new StartError(parsed.problems.join('\n'));
  const { env } = parsed;
  const [command, ...given] = process.argv.slice(2);
  if (command !== undefined) return runCommand(command, given, env);
  const log = createLog(env.logLevel);
  const pins = await openPins(env);
  const storage = await openStorage(env, log);
  const db = createDatabase(storage.connection);
  const app = await createApp({
    env,
    db,
    secrets: storage.secrets,
    clock: () => new Date(),
    log,
    version: await readVersion(),
    clientMetadata: { pins },
  });
  const { node, port } = await listen(app, env);
  log.info({ event: 'server.started', url: env.appUrl, address: env.host, port, database: db.kind });
  process.stdout.write(`Vitae is ready at ${env.appUrl}\n`);

  let draining = false;
  const drain = async (signal: NodeJS.Signals) => {
    if (draining) return;
    draining = true;
    log.info({ event: 'server.draining', signal });
    app.beginDrain();
    const closed = new Promise<void>((resolve) => node.close(() => resolve()));
    // Keep-alive connections without a request would hold the server open until they time out.
    const idle = setInterval(() => 'closeIdleConnections' in node && node.closeIdleConnections(), 50);
    const force = setTimeout(() => 'closeAllConnections' in node && node.closeAllConnections(), DRAIN_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(force);
    await app.close();
    await db.close();
    await storage.folder?.release();
    log.info({ event: 'server.stopped' });
    process.exitCode = 0;
    // Anything that still holds the loop (a stuck socket of the pool) must not hold the process.
    setTimeout(() => process.exit(0), 500).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void drain(signal));
}

/** `package.json` stands beside `src/` and `dist/`. */
async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  const isExplained = error instanceof StartError || error instanceof DataFolderError;
  process.stderr.write(`Vitae can't start:\n${isExplained ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
