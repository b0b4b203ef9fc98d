import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { startDatabaseProxy } from '../faults/support/database-proxy.ts';
import { createApiKey, signUp, type Person } from '../support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHttpSite } from '../support/http-site.ts';
import { connect, consent, createOAuthClient, type TestOAuthClient } from '../support/oauth.ts';
import { findPostgresBinaries, startPostgresCluster, type PostgresCluster } from '../support/postgres-cluster.ts';
import { createPostgresDatabase, withDatabase } from '../support/postgres-databases.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import { CONNECTIONS } from './load.ts';
import { readParent } from './processor.ts';

/** Nothing listens on it: the servers are reached by their ports, as behind a proxy. */
export const ORIGIN = 'http://localhost:3000';
const HOST = new URL(ORIGIN).host;
export const SECRET = 'a-secret-for-the-benchmark-of-forty-chars';
const PARTS = fileURLToPath(new URL('parts-server.ts', import.meta.url));
export const RESUMES = 20;

export interface Target {
  readonly address: string;
  /** What requests name as host. */
  readonly host: string;
  readonly pid: number;
}

/** Somebody who is signed in, has twenty resumes, an API key and a connection, and has allowed {@link World.webClient}. */
export interface Inhabitant {
  readonly person: Person;
  readonly userId: string;
  readonly cookie: string;
  readonly apiKey: string;
  readonly clientId: string;
  readonly accessToken: string;
  /** The latest of its chain: every refresh puts the next one here. */
  refreshToken: string;
}

export interface World {
  readonly people: readonly Inhabitant[];
  /** A client on the web, which everybody has allowed already. */
  readonly webClient: TestOAuthClient;
  /** A token that the parts' server verifies. */
  readonly partToken: string;
  readonly server: Target;
  readonly parts: Target;
  /** The same server over the same database through a proxy that counts statements. */
  readonly counted: Target;
  /** Statements since the last call. */
  countStatements(): number;
  readonly postmaster: number;
  readonly databaseUrl: string;
  /** What another server needs to be one of this installation, but its port. */
  readonly settings: Readonly<Record<string, string>>;
  /** Settings of PostgreSQL that decide what a commit costs. */
  readonly postgres: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts a PostgreSQL cluster that flushes to disk, the built server on it (twice), and the parts; fills the database.
 *
 * @param inspectorPort where the measured server lets itself be inspected; null: nowhere
 */
export async function createWorld(inspectorPort: number | null): Promise<World> {
  const binaries = findPostgresBinaries();
  const cluster = binaries === null ? null : await startPostgresCluster(binaries, { shared_buffers: '256MB', max_connections: '200' });
  if (cluster === null) throw new Error('the benchmark needs PostgreSQL on this machine: apt-get install postgresql');
  const closing: (() => Promise<void>)[] = [() => cluster.dispose()];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    return await fillWorld({ cluster, closing, close, inspectorPort });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Beginnings {
  readonly cluster: PostgresCluster;
  readonly closing: (() => Promise<void>)[];
  readonly close: () => Promise<void>;
  readonly inspectorPort: number | null;
}

async function fillWorld({ cluster, closing, close, inspectorPort }: Beginnings): Promise<World> {
  await createPostgresDatabase(cluster.url, 'vitae');
  const databaseUrl = withDatabase(cluster.url, 'vitae');
  const proxy = await startDatabaseProxy(databaseUrl);
  closing.push(() => proxy.close());
  const common = { APP_URL: ORIGIN, DATABASE_URL: databaseUrl, AUTH_SECRET: SECRET, RATE_LIMITS: 'off', LOG_LEVEL: 'warn' };
  const start = async (settings: Record<string, string>): Promise<ServerProcess> => {
    const server = await startServer({ ...common, ...settings });
    closing.push(async () => {
      await server.stop();
      await server.dispose();
    });
    return server;
  };
  const server = toTarget(await start(inspectorPort === null ? {} : { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` }));
  const counted = toTarget(await start({ DATABASE_URL: proxy.url }));

  const site = createHttpSite(ORIGIN, () => server.address);
  const webClient = await createOAuthClient(site, { redirect_uris: ['https://client.example/callback'], application_type: 'web' });
  const people: Inhabitant[] = [];
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const person = await signUp(site, `Person ${index}`);
    const apiKey = await createApiKey(person, { [SCOPE_DESCRIPTIONS['resumes:write']]: true });
    for (let number = 0; number < RESUMES; number += 1) await createResume(site, apiKey, `Resume ${number}`);
    const connected = await connect(site, person);
    const remembered = await webClient.createRequest();
    await remembered.redeem(await consent(person, remembered));
    people.push({
      person,
      userId: await findPerson(databaseUrl, person.email),
      cookie: person.browser.cookies.header() ?? '',
      apiKey,
      clientId: connected.oauth.client.client_id,
      accessToken: connected.accessToken,
      refreshToken: connected.refreshToken,
    });
  }

  await ageSigningKeys(databaseUrl);
  const parts = await startParts(databaseUrl, people[0]?.userId ?? '', closing);
  const token = await fetch(`${parts.address}/token`);
  proxy.arm({ statement: -1, moment: 'before' });
  return {
    people,
    webClient,
    partToken: await token.text(),
    server,
    parts,
    counted,
    countStatements() {
      const count = proxy.count();
      proxy.arm({ statement: -1, moment: 'before' });
      return count;
    },
    ...(await inspect(databaseUrl)),
    databaseUrl,
    settings: common,
    close,
  };
}

function toTarget(server: ServerProcess): Target {
  return { address: `http://127.0.0.1:${server.settings['PORT']}`, host: HOST, pid: server.pid };
}

async function createResume(site: ReturnType<typeof createHttpSite>, apiKey: string, name: string): Promise<void> {
  const response = await site.fetch(
    new Request(`${ORIGIN}/api/v1/resumes`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ name, tags: ['bench'], withSampleData: true }),
    }),
  );
  if (!response.ok) throw new Error(`a resume was not made: ${response.status} ${await response.text()}`);
}

async function startParts(databaseUrl: string, person: string, closing: (() => Promise<void>)[]): Promise<Target> {
  const port = await findFreePort();
  const child = spawn(process.execPath, ['--import', 'tsx', PARTS], {
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, PORT: String(port), PERSON: person },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killWithUs = () => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  closing.push(async () => {
    process.off('exit', killWithUs);
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error('the parts do not start')))]);
  return { address: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, pid: child.pid ?? -1 };
}

async function inspect(databaseUrl: string): Promise<Pick<World, 'postmaster' | 'postgres'>> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ pid: number; version: string; fsync: string; synchronous_commit: string }>(
      `select pg_backend_pid() as pid, current_setting('server_version') as version, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as synchronous_commit`,
    );
    const [row] = rows;
    if (row === undefined) throw new TypeError('a select without a table has one row');
    const { pid, ...postgres } = row;
    return { postmaster: readParent(pid), postgres };
  });
}

/** A server reads keys that are younger than a minute for every token: what is measured is one that has been up for longer. */
async function ageSigningKeys(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(`update jwks set created_at = created_at - interval '1 hour'`);
    await client.query(`update signing_key set signs_from = signs_from - interval '1 hour'`);
  });
}

async function findPerson(databaseUrl: string, email: string): Promise<string> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>('select id from "user" where email = $1', [email]);
    return rows[0]?.id ?? '';
  });
}

async function withClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
