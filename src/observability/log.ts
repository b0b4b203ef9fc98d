import { pino, type DestinationStream, type LevelWithSilent, type Logger } from 'pino';

export type Log = Logger;

/** Members whose value is a credential wherever they appear; pino replaces the value, never the key. */
const SECRET_MEMBERS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'password',
  'secret',
  'code',
  'code_verifier',
  'client_secret',
  'access_token',
  'refresh_token',
  'id_token',
  'token',
  'key',
] as const;

/**
 * Creates the one logger: a JSON object a line on standard output.
 *
 * An `err` member becomes its type, code, message, stack frames and causes; the parameters of a failed query are left out, for
 * they are people's data. Line breaks and control characters in values are escaped by JSON. Secrets are redacted by member name up to two levels
 * deep; text inside messages is *not* searched, so never put a credential into a message.
 */
export function createLog(level: LevelWithSilent, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: toErrorRecord },
    // pino repeats the message of the member of this name as `msg`; ours is called `err` and must not be repeated unfiltered.
    errorKey: 'unfiltered',
    redact: {
      paths: SECRET_MEMBERS.flatMap((member) => [`["${member}"]`, `*["${member}"]`, `*.*["${member}"]`]),
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

interface ErrorRecord {
  readonly type: string;
  /** Not `code`: that name is redacted. */
  readonly errorCode?: string | number;
  readonly message: string;
  readonly frames: readonly string[];
  readonly cause?: ErrorRecord;
}

const MAXIMUM_CAUSES = 5;
const MAXIMUM_MESSAGE = 1_000;
/** The driver's errors go on after the statement with every parameter it was given. */
const QUERY_PARAMETERS = /\nparams:[^]*$/;

function toErrorRecord(error: unknown, depth = 0): ErrorRecord | string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined;
  const cause = error.cause instanceof Error && depth < MAXIMUM_CAUSES ? toErrorRecord(error.cause, depth + 1) : undefined;
  return {
    type: error.name,
    ...(code !== undefined && { errorCode: code }),
    message: error.message.replace(QUERY_PARAMETERS, '').slice(0, MAXIMUM_MESSAGE),
    frames: toFrames(error.stack),
    ...(typeof cause === 'object' && { cause }),
  };
}

/** Without the lines above the frames: they repeat the message, parameters and all. */
function toFrames(stack: string | undefined): string[] {
  return (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}
