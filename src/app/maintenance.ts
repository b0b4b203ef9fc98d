import type { AuthorizationServer } from '../authorization-server/authorization-server.ts';
import type { LastUses } from '../authorization-server/last-uses.ts';
import type { AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { createDatabaseClock } from '../db/database-clock.ts';
import { createExpiries } from '../db/expiries.ts';
import { createJanitor, ROUND_OUTCOMES, type Swept } from '../db/janitor.ts';
import type { Env } from '../env.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';

export interface MaintenanceDependencies {
  readonly env: Env;
  readonly db: Database;
  readonly clock: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly audit: AuditTrail;
  readonly lastUses: LastUses;
  readonly authorizationServer: AuthorizationServer;
}

export interface Maintenance {
  /** Removes what is over, now instead of at the next time. */
  sweep(): Promise<Swept>;
  /** Asks the database for its time, which shows that it answers. Rejects when it does not. */
  askDatabase(): Promise<void>;
  /** Begins nothing any more, and resolves when what is under way has ended: of a sweep, the batch that it is at. */
  stop(): Promise<void>;
}

const FLUSH_MS = 5_000;
const SWEEP_MS = 15 * 60_000;
/** How often it is looked whether the next signing key is due. */
const ROTATE_MS = 15 * 60_000;

/** Starts what happens without a request: memory is written down, what is over is removed, and the next signing key
 * is published. Keeps no process alive. */
export function createMaintenance(dependencies: MaintenanceDependencies): Maintenance {
  const { env, db, clock, log, metrics, audit, lastUses, authorizationServer } = dependencies;
  const flushing = repeat(FLUSH_MS, async () => {
    await lastUses.flush().catch((error: unknown) => log.warn({ event: 'last_use.not_written', err: error }));
    await audit.flush().catch((error: unknown) => log.warn({ event: 'audit.not_written', err: error }));
  });
  const rotating = repeat(ROTATE_MS, () =>
    authorizationServer.signingKeys.rotateIfDue().catch((error: unknown) => log.warn({ event: 'signing_keys.not_rotated', err: error })),
  );

  metrics.gauge('vitae_signing_key_period_seconds', () => [[{}, env.signingKeyDays * 24 * 60 * 60]]);
  metrics.gauge('vitae_signing_key_since_timestamp_seconds', async () => {
    const keys = await authorizationServer.signingKeys.list();
    return keys.filter(({ state }) => state === 'current').map(({ signsFrom }) => [{}, signsFrom.getTime() / 1000]);
  });

  const databaseClock = createDatabaseClock(db, clock);
  metrics.gauge('vitae_clock_ahead_seconds', () => {
    const ahead = databaseClock.aheadSeconds();
    return ahead === null ? [] : [[{}, ahead]];
  });

  const expiries = [...authorizationServer.listExpiries(env.auditRetentionDays), ...createExpiries(db, env)];
  const kind = expiries.map(({ name }) => name);
  const removed = metrics.counter('vitae_swept_rows_total', { kind });
  const failures = metrics.counter('vitae_janitor_failures_total', { kind });
  const rounds = metrics.counter('vitae_janitor_runs_total', { outcome: ROUND_OUTCOMES });
  const seconds = metrics.histogram('vitae_janitor_duration_seconds', {});
  let lastRound = 0;
  metrics.gauge('vitae_janitor_last_run_timestamp_seconds', () => [[{}, lastRound]]);
  const janitor = createJanitor({
    db,
    clock,
    expiries,
    onRemoved: (name, count) => removed({ kind: name }, count),
    onFailed(name, error) {
      failures({ kind: name });
      log.warn({ event: 'janitor.failed', kind: name, err: error });
    },
    onRound(outcome, durationMs) {
      rounds({ outcome });
      seconds({}, durationMs / 1000);
      if (outcome !== 'failed') lastRound = clock().getTime() / 1000;
    },
  });
  const sweep = async (until?: AbortSignal) => {
    // Where nobody asks whether it is ready. Of a database that is away, the sweep tells.
    await databaseClock.compare().catch(() => undefined);
    return janitor.sweep(until);
  };
  const stopping = new AbortController();
  const sweeping = repeat(SWEEP_MS, async () => {
    const swept = await sweep(stopping.signal);
    if (Object.keys(swept).length > 0) log.info({ event: 'janitor.swept', ...swept });
  });

  return {
    sweep: () => sweep(),
    askDatabase: () => databaseClock.compare(),
    async stop() {
      stopping.abort();
      await Promise.all([flushing, rotating, sweeping].map((repeated) => repeated.stop()));
    },
  };
}

/**
 * Works again and again, never twice at once, and keeps no process alive for it.
 *
 * @param work must not reject
 */
function repeat(milliseconds: number, work: () => Promise<void>): { stop(): Promise<void> } {
  let underWay: Promise<void> | null = null;
  const timer = setInterval(() => {
    underWay ??= work().finally(() => (underWay = null));
  }, milliseconds);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
