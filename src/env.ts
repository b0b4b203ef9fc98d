import { z } from 'zod';
import { parseAppUrl } from './env/app-url.ts';
import { parseSocket, parseTrustedProxies, type UnixSocket } from './env/listening.ts';
import { isLoopbackHostname } from './env/loopback.ts';
import { FILE_SETTINGS } from './env/secret-files.ts';
import { parseSmtp, type SmtpSettings } from './env/smtp.ts';

/** One AUTH_SECRET entry. The first of a list signs and encrypts; every entry still verifies and decrypts. */
export interface VersionedSecret {
  readonly version: number;
  readonly value: string;
}

/** Everything the process reads from its environment, checked and frozen. */
export interface Env {
  readonly port: number;
  /** An address, or the path of {@link Env.socket}. */
  readonly host: string;
  readonly socket: UnixSocket | null;
  /** The one public address, without a trailing slash: issuer, resource identifier and links are built from it. */
  readonly appUrl: string;
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Null only with the embedded database, where the secret is generated into `dataDir`. */
  readonly authSecrets: readonly VersionedSecret[] | null;
  readonly trustedProxies: readonly string[];
  readonly rateLimits: boolean;
  /** A JSON file or a folder of them, for `loadPins`; null: the built-in copies alone. */
  readonly clientMetadataPins: string | null;
  readonly logLevel: LogLevel;
  /** Opens `/metrics` beyond this machine, as a Bearer token. */
  readonly metricsToken: string | null;
  /** Days that an event of the audit trail is kept, and a connection that has ended beside it. */
  readonly auditRetentionDays: number;
  /** Days that a signing key signs before the next one does. */
  readonly signingKeyDays: number;
  /** How long the server goes on answering after SIGTERM while `/health/ready` says 503, before it takes no more connections. */
  readonly shutdownDelaySeconds: number;
  /** Null: mails are written to the log instead of sent. */
  readonly smtp: SmtpSettings | null;
  /** Whether nobody gets in before they have proved their address. */
  readonly requireVerifiedEmail: boolean;
  /** Whether `/styleguide` is there, for those who work on the pages. */
  readonly styleguide: boolean;
  /** Whether there is somewhere to send spans to. The address itself is read by OpenTelemetry's own exporter. */
  readonly isTraced: boolean;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const SETTINGS = [
  'PORT',
  'HOST',
  'SOCKET_MODE',
  'APP_URL',
  'DATABASE_URL',
  'DATA_DIR',
  'AUTH_SECRET',
  'TRUSTED_PROXIES',
  'RATE_LIMITS',
  'LOG_LEVEL',
  'CLIENT_METADATA_PINS',
  'METRICS_TOKEN',
  'AUDIT_RETENTION_DAYS',
  'SIGNING_KEY_DAYS',
  'SHUTDOWN_DELAY_SECONDS',
  'SMTP_URL',
  'MAIL_FROM',
  'REQUIRE_VERIFIED_EMAIL',
  'STYLEGUIDE',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
] as const;

export type EnvResult = { readonly ok: true; readonly env: Env } | { readonly ok: false; readonly problems: readonly string[] };

const MINIMUM_SECRET_CHARACTERS = 32;

const settingsSchema = z.object({
  PORT: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(0, 'must be 0 (any free port) to 65535')
    .max(65535, 'must be 0 (any free port) to 65535')
    .default(3000),
  HOST: z.string().default('127.0.0.1'),
  SOCKET_MODE: z.string().default('660'),
  APP_URL: z.string().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  DATA_DIR: z.string().default('.data'),
  AUTH_SECRET: z.string().optional(),
  TRUSTED_PROXIES: z.string().default(''),
  RATE_LIMITS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  CLIENT_METADATA_PINS: z.string().optional(),
  AUDIT_RETENTION_DAYS: z.coerce
    .number('must be a number of days')
    .int('must be a whole number of days')
    .min(1, 'must be 1 to 36500 days')
    .max(36500, 'must be 1 to 36500 days')
    .default(400),
  SIGNING_KEY_DAYS: z.coerce
    .number('must be a number of days')
    .int('must be a whole number of days')
    .min(2, 'must be 2 to 3650 days')
    .max(3650, 'must be 2 to 3650 days')
    .default(90),
  SHUTDOWN_DELAY_SECONDS: z.coerce
    .number('must be a number of seconds')
    .min(0, 'must be 0 to 60 seconds')
    .max(60, 'must be 0 to 60 seconds')
    .default(0),
  SMTP_URL: z.string().optional(),
  MAIL_FROM: z.string().optional(),
  REQUIRE_VERIFIED_EMAIL: z.enum(['on', 'off'], 'must be on or off').default('off'),
  STYLEGUIDE: z.enum(['on', 'off'], 'must be on or off').default('off'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

/**
 * Checks the process environment. Reads nothing but its argument and does no I/O.
 *
 * @param input name to value; an empty value counts as unset, names that are not settings are ignored unless they look
 * like a misspelt setting
 * @returns the frozen settings, or every problem at once as one line each
 * Not checked: whether the database answers, whether DATA_DIR can be written, whether APP_URL reaches this process.
 */
export function parseEnv(input: Readonly<Record<string, string | undefined>>): EnvResult {
  const present = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== ''));
  const problems = misspeltSettings(Object.keys(present));
  const parsed = settingsSchema.safeParse(present);
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  const appUrl = parseAppUrl(present['APP_URL'] ?? `http://localhost:${parsed.data?.PORT ?? 3000}`);
  if (!appUrl.ok) problems.push(appUrl.problem);
  const { socket, problems: listening } = parseSocket(present['HOST'] ?? '', present['SOCKET_MODE'] ?? '660');
  problems.push(...listening);
  if (socket !== null && present['APP_URL'] === undefined) problems.push('APP_URL is required where HOST is the path of a socket');
  const { proxies, problems: unreadable } = parseTrustedProxies(present['TRUSTED_PROXIES'] ?? '');
  problems.push(...unreadable);
  const secrets = present['AUTH_SECRET'] === undefined ? null : parseSecrets(present['AUTH_SECRET']);
  if (secrets?.ok === false) problems.push(secrets.problem);
  if (present['DATABASE_URL'] !== undefined && secrets === null) {
    problems.push(
      `AUTH_SECRET is required with DATABASE_URL (at least ${MINIMUM_SECRET_CHARACTERS} characters; try: openssl rand -base64 32)`,
    );
  }
  if (appUrl.ok && !isLoopbackHostname(new URL(appUrl.appUrl).hostname)) {
    if (present['RATE_LIMITS'] === 'off')
      problems.push('RATE_LIMITS=off is for benchmarks: it is refused unless APP_URL is a loopback address');
    if (present['STYLEGUIDE'] === 'on')
      problems.push('STYLEGUIDE=on is for development: it is refused unless APP_URL is a loopback address');
  }
  const smtp = present['SMTP_URL'] === undefined ? null : parseSmtp(present['SMTP_URL'], present['MAIL_FROM'] ?? '');
  if (smtp?.ok === false) problems.push(...smtp.problems);
  if (present['REQUIRE_VERIFIED_EMAIL'] === 'on' && smtp === null)
    problems.push('REQUIRE_VERIFIED_EMAIL=on needs SMTP_URL: nobody could get in');
  if (problems.length > 0 || !parsed.success || !appUrl.ok || secrets?.ok === false || smtp?.ok === false) return { ok: false, problems };
  const settings = parsed.data;
  return {
    ok: true,
    env: Object.freeze({
      port: settings.PORT,
      host: settings.HOST,
      socket,
      appUrl: appUrl.appUrl,
      databaseUrl: settings.DATABASE_URL ?? null,
      dataDir: settings.DATA_DIR,
      authSecrets: secrets === null ? null : secrets.secrets,
      trustedProxies: proxies,
      rateLimits: settings.RATE_LIMITS === 'on',
      clientMetadataPins: settings.CLIENT_METADATA_PINS ?? null,
      logLevel: settings.LOG_LEVEL,
      metricsToken: settings.METRICS_TOKEN ?? null,
      auditRetentionDays: settings.AUDIT_RETENTION_DAYS,
      signingKeyDays: settings.SIGNING_KEY_DAYS,
      shutdownDelaySeconds: settings.SHUTDOWN_DELAY_SECONDS,
      smtp: smtp === null ? null : smtp.smtp,
      requireVerifiedEmail: settings.REQUIRE_VERIFIED_EMAIL === 'on',
      styleguide: settings.STYLEGUIDE === 'on',
      isTraced: settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    }),
  };
}

type SecretsResult = { readonly ok: true; readonly secrets: readonly VersionedSecret[] } | { readonly ok: false; readonly problem: string };

function parseSecrets(value: string): SecretsResult {
  const entries = value.split(',').map((entry) => entry.trim());
  const secrets: VersionedSecret[] = [];
  for (const entry of entries) {
    const versioned = /^(\d{1,6}):(.*)$/.exec(entry);
    const secret = { version: versioned?.[1] === undefined ? 1 : Number(versioned[1]), value: versioned?.[2] ?? entry };
    if (entries.length > 1 && versioned === null) {
      return { ok: false, problem: 'AUTH_SECRET as a list needs a version before each secret, newest first: 2:new,1:old' };
    }
    if (secret.value.length < MINIMUM_SECRET_CHARACTERS) {
      return { ok: false, problem: `AUTH_SECRET must have at least ${MINIMUM_SECRET_CHARACTERS} characters (each entry of a list)` };
    }
    if (secrets.some((other) => other.version === secret.version)) {
      return { ok: false, problem: `AUTH_SECRET names version ${secret.version} twice` };
    }
    secrets.push(Object.freeze(secret));
  }
  return { ok: true, secrets: Object.freeze(secrets) };
}

function misspeltSettings(names: readonly string[]): string[] {
  const settings = [...SETTINGS, ...FILE_SETTINGS.map((name) => `${name}_FILE`)];
  return names.flatMap((name) => {
    if (settings.some((setting) => setting === name)) return [];
    const meant = settings.find((setting) => setting.length >= 7 && isOneEditApart(name, setting));
    return meant === undefined ? [] : [`${name} is not a setting: did you mean ${meant}?`];
  });
}

/** True when one insertion, deletion, substitution or swap of neighbours turns one name into the other. */
function isOneEditApart(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  const leftRest = left.slice(start);
  const rightRest = right.slice(start);
  return (
    leftRest.slice(1) === rightRest ||
    leftRest === rightRest.slice(1) ||
    leftRest.slice(1) === rightRest.slice(1) ||
    (leftRest[0] === rightRest[1] && leftRest[1] === rightRest[0] && leftRest.slice(2) === rightRest.slice(2))
  );
}
