import { codeOf, someCause } from './causes.ts';

/** Node's codes for a server that can't be reached or went away. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * SQLSTATE classes and codes of a server that is there but can't serve us now: connection exceptions, refused or missing
 * login and database, out of resources, shutting down or cut off by the timeout of a statement or of a pause, read-only after a failover.
 */
const SQLSTATES = /^(?:08...|28...|3D000|53...|57...|25006|25P03)$/;

/** The database did not answer within the time that an answer of ours may take. */
export class DatabaseTimeout extends Error {
  readonly code = 'ETIMEDOUT';
}

/** What the drivers throw without any code. */
const MESSAGES_WITHOUT_CODE: ReadonlySet<string> = new Set([
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'PGlite is closed',
]);

/**
 * Tells a database that is away from every other failure, through whatever has been wrapped around it. True means: nothing is
 * known to be wrong with the request, the same one may work in a moment, and 503 is the answer.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  return someCause(error, (cause) => {
    if (cause instanceof AggregateError && cause.errors.some((inner: unknown) => isDatabaseUnavailable(inner))) return true;
    const code = codeOf(cause);
    return code === null ? MESSAGES_WITHOUT_CODE.has(cause.message) : NETWORK_CODES.has(code) || SQLSTATES.test(code);
  });
}
