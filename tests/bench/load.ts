import { Client } from 'undici';
import { readChildrenProcessorMs, readProcessorMs } from './processor.ts';
import { quantile } from './statistics.ts';

export const CONNECTIONS = 16;

/** One use of a path over the connection it is given. Rejects when an answer is not what it must be. */
export type Operation = (connection: Connection) => Promise<void>;

export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A keep-alive connection with one request on it at a time. */
export interface Connection {
  send(request: Sent): Promise<Received>;
  close(): Promise<void>;
}

/** What one path cost in one round. */
export interface Sample {
  readonly operations: number;
  readonly perSecond: number;
  /** Of the server's processes, for each operation. */
  readonly processorMs: number;
  /** Of PostgreSQL's processes, for each operation. */
  readonly databaseMs: number;
  readonly p50: number;
  readonly p99: number;
}

/** @param host of the server's public address, as behind a proxy */
export function openConnection(address: string, host: string): Connection {
  const client = new Client(address, { pipelining: 1 });
  return {
    async send({ method, path, headers = {}, body }) {
      const answer = await client.request({ method, path, headers: { host, ...headers }, body: body ?? null });
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    },
    close: () => client.close(),
  };
}

/**
 * Repeats each operation on a connection of its own, all at once, for as long as said, and reads what the processes used
 * meanwhile. Rejects as soon as one answer is wrong.
 *
 * @param processes the servers', and the one that started PostgreSQL's backends
 */
export async function measure(
  load: { readonly connections: readonly Connection[]; readonly operations: readonly Operation[] },
  processes: { readonly servers: readonly number[]; readonly postmaster: number },
  milliseconds: number,
): Promise<Sample> {
  const durations: number[] = [];
  const readServers = () => processes.servers.reduce((sum, pid) => sum + readProcessorMs(pid), 0);
  const serverBefore = readServers();
  const databaseBefore = readChildrenProcessorMs(processes.postmaster);
  const startedAt = performance.now();
  const repeat = async (operation: Operation, connection: Connection) => {
    for (let now = performance.now(); now - startedAt < milliseconds;) {
      await operation(connection);
      const then = now;
      now = performance.now();
      durations.push(now - then);
    }
  };
  await Promise.all(
    load.operations.map((operation, index) => {
      const connection = load.connections[index];
      if (connection === undefined) throw new RangeError('fewer connections than operations');
      return repeat(operation, connection);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const count = durations.length;
  return {
    operations: count,
    perSecond: count / seconds,
    processorMs: (readServers() - serverBefore) / count,
    databaseMs: (readChildrenProcessorMs(processes.postmaster) - databaseBefore) / count,
    p50: quantile(durations, 0.5),
    p99: quantile(durations, 0.99),
  };
}
