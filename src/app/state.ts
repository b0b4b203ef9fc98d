import { statfs } from 'node:fs/promises';
import type { Database, PoolReading } from '../db/client.ts';
import type { SubscriptionState } from '../db/notify.ts';
import type { Env } from '../env.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RevocationObserver } from '../resource-server/revocations.ts';

const FEED_STATES: readonly SubscriptionState[] = ['listening', 'polling', 'closed'];
const POOL_STATES = ['total', 'idle', 'waiting'] as const satisfies readonly (keyof PoolReading)[];

export interface StateReaders {
  readonly env: Pick<Env, 'databaseUrl' | 'dataDir'>;
  readonly db: Database;
  readonly version: string;
  readonly feedState: () => SubscriptionState;
}

/** What is read when somebody asks for the metrics: no query is made for it. */
export function exposeState(metrics: Metrics, { env, db, version, feedState }: StateReaders): void {
  metrics.gauge('vitae_build_info', () => [[{ version, database: db.kind }, 1]]);
  metrics.gauge('vitae_database_pool_connections', () => {
    const pool = db.readPool();
    return POOL_STATES.map((state) => [{ state }, pool?.[state] ?? 0]);
  });
  metrics.gauge('vitae_database_pool_limit', () => [[{}, db.readPool()?.limit ?? 0]]);
  metrics.gauge('vitae_revocation_feed', () => FEED_STATES.map((state) => [{ state }, feedState() === state ? 1 : 0]));
  if (env.databaseUrl !== null) return;
  const readDisk = async () => statfs(env.dataDir);
  metrics.gauge('vitae_data_disk_free_bytes', async () => readDisk().then(({ bavail, bsize }) => [[{}, bavail * bsize]]));
  metrics.gauge('vitae_data_disk_size_bytes', async () => readDisk().then(({ blocks, bsize }) => [[{}, blocks * bsize]]));
}

/** Logs and counts lost links, and keeps how late revocations were known. */
export function createRevocationObserver(metrics: Metrics, log: Log): RevocationObserver {
  const losses = metrics.counter('vitae_revocation_feed_lost_total', {});
  const lag = metrics.histogram('vitae_revocation_lag_seconds', {});
  return {
    onLinkLost(error) {
      losses({});
      log.warn({ event: 'revocations.link_lost', err: error });
    },
    onLearnt: (lagMs) => lag({}, lagMs / 1000),
  };
}
