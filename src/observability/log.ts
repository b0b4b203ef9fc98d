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
 * Line breaks and control characters in values are escaped by JSON. Secrets are redacted by member name up to two levels
 * deep; text inside messages is *not* searched, so never put a credential into a message.
 */
export function createLog(level: LevelWithSilent, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_MEMBERS.flatMap((member) => [`["${member}"]`, `*["${member}"]`, `*.*["${member}"]`]),
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
