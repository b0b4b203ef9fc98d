import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { serve } from 'h3';
import { createApp, type App } from './app.ts';
import { loadPins, type Pins } from './authorization-server/client-metadata/pins.ts';
import { SecretError } from './authorization-server/stored-secrets.ts';
import { runCommand } from './commands/run-command.ts';
import { DataFolderError } from './db/data-folder.ts';
import { traceStatements } from './db/statement-spans.ts';
import { lookFromOutside } from './doctor/self-check.ts';
import { parseEnv, type Env } from './env.ts';
import { findDoubts } from './env/doubts.ts';
import { readSecretFiles } from './env/secret-files.ts';
import { collectGarbage } from './collect-garbage.ts';
import { listenOnSocket } from './http/unix-socket.ts';
import { createLog, type Log } from './observability/log.ts';
import type { Tracer } from './observability/tracing.ts';
import { messageOf, openStorage, StorageError } from './storage.ts';

/** How long in-flight requests may take to finish after SIGTERM; then their connections are cut. */
const DRAIN_MS = 9_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often the two are enforced; Node's own 30 s would let a slow connection stay a minute. */
const CONNECTIONS_CHECK_MS = 2_000;
const MAXIMUM_HEADER_BYTES = 16 * 1024;

/** A problem the person who starts the server can mend: told in one line each, without a stack. */
class StartError extends Error {}

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
  const { server: node, handler } = server.node ?? {};
  if (node === undefined || handler === undefined) throw new TypeError('the server runs on Node');
  node.removeAllListeners('request');
  node.on('request', (message: IncomingMessage, response: ServerResponse) => {
    if (!app.answerDocument(message, response)) void handler(message, response);
  });
  try {
    if (env.socket === null) await server.serve();
    else await listenOnSocket(node, env.socket);
  } catch (error) {
    if (env.socket !== null) throw new StartError(`HOST ${env.host} can't be listened on: ${messageOf(error)}`, { cause: error });
    throw new StartError(
      error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
        ? `PORT ${env.port} on ${env.host} is in use: stop what uses it, or set another PORT`
        : `HOST ${env.host} PORT ${env.port} can't be listened on: ${messageOf(error)}`,
      { cause: error },
    );
  }
  const address = node.address();
  return { node, port: typeof address === 'object' && address !== null ? address.port : env.socket === null ? env.port : null };
}

async function main(): Promise<void> {
  // The library's adapter asks the environment for colours that nobody sees, some fifteen variables up to four times for each query. With
  // this it asks for three.
  process.env['NODE_DISABLE_COLORS'] ??= '1';
  const words = process.argv.slice(2);
  const given = await readSecretFiles(process.env);
  if (!given.ok) throw new StartError(given.problems.join('\n'));
  if (words.length > 0) {
    const { stdin, stdout, stderr } = process;
    // Until it is known: a process that runs out of things to wait for has not done what it was to do.
    process.exitCode = 1;
    process.exitCode = await runCommand(words, { settings: given.settings, stdin, stdout, stderr });
    return;
  }
  const parsed = parseEnv(given.settings);
  if (!parsed.ok) throw new StartError(parsed.problems.join('\n'));
  const { env } = parsed;
  const log = createLog(env.logLevel);
  const pins = await openPins(env);
  const version = await readVersion();
  const tracer = env.isTraced ? await openTracer(version, log) : undefined;
  const storage = await openStorage(env, {
    onConnectionError: (error) => log.warn({ event: 'database.connection_lost', err: error }),
    observe: tracer === undefined ? undefined : traceStatements(tracer),
  });
  const { db } = storage;
  const app = await createApp({
    env,
    db,
    secrets: storage.secrets,
    clock: () => new Date(),
    log,
    version,
    clientMetadata: { pins },
    ...(tracer !== undefined && { tracer }),
  });
  const { node, port } = await listen(app, env);
  log.info({ event: 'server.started', url: env.appUrl, address: env.host, port, database: db.kind });
  for (const doubt of findDoubts(env)) log.warn({ event: 'settings.doubtful' }, doubt);
  process.stdout.write(`Vitae is ready at ${env.appUrl}\n`);
  // A start leaves 150 MB, which V8 on Node 24 holds until there is something to do.
  collectGarbage();
  void reportPublicAddress(env, log);

  let draining = false;
  const drain = async (signal: NodeJS.Signals) => {
    if (draining) return;
    draining = true;
    log.info({ event: 'server.draining', signal });
    app.beginDrain();
    // Answers close their connections from here on, so that none is closed under a request that a proxy just sent.
    node.prependListener('request', (_request: unknown, response: ServerResponse) => void response.setHeader('connection', 'close'));
    await pause(env.shutdownDelaySeconds * 1000);
    const closed = new Promise<void>((resolve) => node.close(() => resolve()));
    // Keep-alive connections without a request would hold the server open until they time out.
    const idle = setInterval(() => 'closeIdleConnections' in node && node.closeIdleConnections(), 50);
    const force = setTimeout(() => 'closeAllConnections' in node && node.closeAllConnections(), DRAIN_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(force);
    await app.close();
    await storage.close();
    await tracer?.close();
    log.info({ event: 'server.stopped' });
    process.exitCode = 0;
    // Anything that still holds the loop (a stuck socket of the pool) must not hold the process.
    setTimeout(() => process.exit(0), 500).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void drain(signal));
}

/** Loaded only where there is somewhere to send spans to. */
async function openTracer(version: string, log: Log): Promise<Tracer> {
  try {
    const { createOtlpTracer } = await import('./observability/otlp-tracer.ts');
    return createOtlpTracer(version, (error) => log.warn({ event: 'tracing.not_sent', err: error }));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new StartError(
      'OTEL_EXPORTER_OTLP_ENDPOINT is set, and the packages that send traces are not installed: install without --no-optional',
      {
        cause: error,
      },
    );
  }
}

/** What a client would stumble on between it and us. Nobody waits for it. */
async function reportPublicAddress(env: Env, log: Log): Promise<void> {
  for (const { severity, subject, what, remedy } of await lookFromOutside(env.appUrl, () => new Date()))
    log.warn({ event: 'public_address.doubtful', severity, subject, what, remedy });
}

/** `package.json` stands beside `src/` and `dist/`. */
async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}

main().catch((error: unknown) => {
  const isExplained =
    error instanceof StartError || error instanceof StorageError || error instanceof DataFolderError || error instanceof SecretError;
  process.stderr.write(`Vitae can't start:\n${isExplained ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
