/** What stands on `/metrics` beside the `process_` and `nodejs_` families. */
interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

/**
 * Every metric by its name. Names and labels are what dashboards and alerts rely on: to rename one is a breaking change.
 * Which values a label takes is fixed where the metric is made; a value that is none of them is counted as `other`.
 */
export const METRICS = {
  vitae_build_info: { type: 'gauge', help: 'Always 1: the version, and the database it runs on', labels: ['version', 'database'] },
  vitae_http_requests_total: {
    type: 'counter',
    help: 'Requests answered, by pattern of the route, method and status',
    labels: ['route', 'method', 'status'],
  },
  vitae_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time to answer a request, by pattern of the route',
    labels: ['route'],
    buckets: REQUEST_SECONDS,
  },
  vitae_access_refusals_total: {
    type: 'counter',
    help: 'Requests to the MCP endpoint and the API that were refused before anything was done, by reason',
    labels: ['realm', 'reason'],
  },
  vitae_tool_calls_total: { type: 'counter', help: 'Calls of MCP tools, by tool and what came of them', labels: ['tool', 'outcome'] },
  vitae_tool_call_duration_seconds: {
    type: 'histogram',
    help: 'Time that a call of an MCP tool took, by tool',
    labels: ['tool'],
    buckets: REQUEST_SECONDS,
  },
  vitae_tokens_issued_total: { type: 'counter', help: 'Token responses, by grant type', labels: ['grant_type'] },
  vitae_tokens_refused_total: {
    type: 'counter',
    help: 'Token requests that were refused, by grant type and reason',
    labels: ['grant_type', 'reason'],
  },
  vitae_authorizations_total: { type: 'counter', help: 'Authorization requests that have ended, by how', labels: ['outcome'] },
  vitae_sign_ins_total: { type: 'counter', help: 'Tries to sign in, by method and what came of them', labels: ['method', 'outcome'] },
  vitae_sign_ups_total: { type: 'counter', help: 'Tries to make an account, by what came of them', labels: ['outcome'] },
  vitae_client_registrations_total: {
    type: 'counter',
    help: 'Registrations of clients by themselves, by what came of them',
    labels: ['outcome'],
  },
  vitae_client_metadata_fetches_total: {
    type: 'counter',
    help: 'Fetches of metadata documents and key sets of clients, by what came of them',
    labels: ['outcome'],
  },
  vitae_client_metadata_fetch_duration_seconds: {
    type: 'histogram',
    help: 'Time that such a fetch took',
    labels: [],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  vitae_limited_total: { type: 'counter', help: 'Requests that a limit refused, by limit', labels: ['limit'] },
  vitae_cache_lookups_total: { type: 'counter', help: 'Questions to a cache, by cache and result', labels: ['cache', 'result'] },
  vitae_cache_entries: { type: 'gauge', help: 'What a cache holds', labels: ['cache'] },
  vitae_database_pool_connections: {
    type: 'gauge',
    help: 'Connections to PostgreSQL (total, idle), and queries that wait for one (waiting)',
    labels: ['state'],
  },
  vitae_database_pool_limit: { type: 'gauge', help: 'Connections to PostgreSQL that the pool may open; 0 when embedded', labels: [] },
  vitae_clock_ahead_seconds: {
    type: 'gauge',
    help: 'How far the clock of this server is ahead of the database, when it last asked; negative: behind',
    labels: [],
  },
  vitae_revocation_feed: {
    type: 'gauge',
    help: '1 for the state that the feed of revocations is in: listening, polling (the link is down), closed (shutting down)',
    labels: ['state'],
  },
  vitae_revocation_feed_lost_total: { type: 'counter', help: 'Times that the link for revocations broke', labels: [] },
  vitae_revocation_lag_seconds: {
    type: 'histogram',
    help: 'From the record of a revocation until this instance could no longer answer without knowing it',
    labels: [],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5],
  },
  vitae_swept_rows_total: { type: 'counter', help: 'Rows removed because they were over, by kind', labels: ['kind'] },
  vitae_janitor_runs_total: {
    type: 'counter',
    help: 'Rounds of the janitor, by what came of them (yielded: another instance was at it)',
    labels: ['outcome'],
  },
  vitae_janitor_failures_total: { type: 'counter', help: 'Kinds of rows that could not be removed on a round', labels: ['kind'] },
  vitae_janitor_duration_seconds: {
    type: 'histogram',
    help: 'Time that a round of the janitor took',
    labels: [],
    buckets: [0.01, 0.05, 0.25, 1, 5, 30, 120, 600],
  },
  vitae_janitor_last_run_timestamp_seconds: {
    type: 'gauge',
    help: 'When a round of the janitor last ended without a failure; 0: none yet since the start',
    labels: [],
  },
  vitae_signing_key_since_timestamp_seconds: { type: 'gauge', help: 'Since when the current key signs', labels: [] },
  vitae_signing_key_period_seconds: { type: 'gauge', help: 'How long a key signs before the next one follows', labels: [] },
  vitae_mails_total: { type: 'counter', help: 'Tries to send a mail, by what became of them', labels: ['outcome'] },
  vitae_data_disk_free_bytes: { type: 'gauge', help: 'Free space on the disk of DATA_DIR; absent with PostgreSQL', labels: [] },
  vitae_data_disk_size_bytes: { type: 'gauge', help: 'Size of the disk of DATA_DIR; absent with PostgreSQL', labels: [] },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
export type LabelOf<N extends MetricName> = (typeof METRICS)[N]['labels'][number];
export type NameOf<T extends MetricDefinition['type']> = {
  readonly [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[MetricName];
