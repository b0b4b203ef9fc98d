import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestPostgres, testDatabaseKind } from './database.ts';
import { findFreePort } from './free-port.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 12_000;

/** Environment variables by name. */
export type Settings = Readonly<Record<string, string>>;

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  /** The origin it announced, e.g. `http://localhost:41234`. */
  readonly url: string;
  readonly pid: number;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** From now on {@link ServerProcess.stop} rejects when this text stands anywhere in the output. */
  mustNotPrint(secret: string): void;
  /** SIGTERM, then waits for the end. Rejects when it takes longer than the promised ten seconds or printed a secret. */
  stop(): Promise<ServerExit>;
  /** SIGKILL; keeps the data for another start with {@link ServerProcess.settings}. */
  kill(): Promise<void>;
  /** What it was started with, to start it again on the same data. */
  readonly settings: Settings;
  /** Removes the data folder or the database. Call it last. */
  dispose(): Promise<void>;
}

/**
 * Starts the built server as a process of its own on the database of the run and waits until it accepts connections.
 *
 * @param settings environment variables beside PATH; they win over the defaults (a free port, a new empty database)
 * @param main the entry point, when it is not that of this build
 * Rejects with the output when it ends or says nothing for a minute. `pnpm build` must have run: the journeys project does it.
 */
export async function startServer(settings: Settings = {}, main: string = MAIN): Promise<ServerProcess> {
  const storage = await createStorage(settings);
  const port = settings['PORT'] ?? String(await findFreePort());
  const complete = { LOG_LEVEL: 'info', PORT: port, ...storage.settings, ...settings };
  const server = spawnServer(complete, main);
  const { child, output, exited } = server;
  const url = await waitForUrl(server).catch(async (error: unknown) => {
    child.kill('SIGKILL');
    await exited;
    await storage.drop();
    throw error;
  });
  const secrets: string[] = [];
  return {
    url,
    pid: child.pid ?? -1,
    output,
    settings: complete,
    mustNotPrint: (secret) => void secrets.push(secret),
    async stop() {
      child.kill('SIGTERM');
      const exit = await withDeadline(exited, STOP_DEADLINE_MS, () => new Error(`still there after SIGTERM:\n${output()}`));
      const printed = secrets.filter((secret) => output().includes(secret));
      if (printed.length > 0) throw new Error(`the output holds ${printed.length} of the secrets it must not hold`);
      return exit;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    dispose: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
      await storage.drop();
    },
  };
}

/** Runs the built server with settings that must stop it; answers how it ended and what it said. */
export async function runServerToEnd(settings: Settings): Promise<ServerExit & { readonly output: string }> {
  const { child, output, exited } = spawnServer(settings);
  const exit = await withDeadline(exited, START_DEADLINE_MS, () => {
    child.kill('SIGKILL');
    return new Error(`did not end:\n${output()}`);
  });
  return { ...exit, output: output() };
}

function spawnServer(settings: Settings, main: string = MAIN) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  // A test worker that ends early takes its servers with it.
  const killWithUs = () => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const exited = waitForExit(child).finally(() => process.off('exit', killWithUs));
  return { child, exited, output: () => text };
}

async function waitForExit(child: ChildProcess): Promise<ServerExit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

/** Resolves at the first line that is not a log record and ends with a URL. */
async function waitForUrl({ child, output, exited }: ReturnType<typeof spawnServer>): Promise<string> {
  const said = new Promise<string>((resolve) => {
    child.stdout.on('data', () => {
      const url = /^[^{\n][^\n]*\b(https?:\/\/\S+)\n/m.exec(output())?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const ended = exited.then((): never => {
    throw new Error(`the server ended at its start:\n${output()}`);
  });
  const silent = () => new Error(`the server did not say that it accepts connections:\n${output()}`);
  return withDeadline(Promise.race([said, ended]), START_DEADLINE_MS, silent);
}

/** Nothing of its own when the caller names a database. */
async function createStorage(given: Settings): Promise<{ readonly settings: Settings; readonly drop: () => Promise<void> }> {
  if (given['DATA_DIR'] !== undefined || given['DATABASE_URL'] !== undefined) return { settings: {}, drop: async () => undefined };
  if (testDatabaseKind() === 'postgres') {
    const { url, drop } = await createTestPostgres({ empty: true });
    return { settings: { DATABASE_URL: url, AUTH_SECRET: 'a-secret-for-tests-of-forty-characters-00' }, drop };
  }
  const folder = await mkdtemp(join(tmpdir(), 'vitae-data-'));
  // A server killed at its first start leaves a helper that writes a moment longer.
  return { settings: { DATA_DIR: folder }, drop: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }) };
}

async function withDeadline<T>(promise: Promise<T>, milliseconds: number, toError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(toError()), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
