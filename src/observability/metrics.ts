import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  /** @param request `route` is the pattern of the URL table, never the path: its values are few */
  observeRequest(request: { readonly route: string; readonly method: string; readonly status: number; readonly durationMs: number }): void;
  /** @param limit one of a few names */
  observeLimited(limit: string): void;
  /** @param kind of rows that the janitor removed, one of a few names */
  observeSwept(kind: string, count: number): void;
  /** @param outcome one of a few words */
  observeMail(outcome: string): void;
  /** Prometheus text exposition format 0.0.4. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const KNOWN_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Creates a registry of its own, so that two apps in one process don't share counters. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'vitae_http_requests_total',
    help: 'Requests answered, by route pattern, method and status',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'vitae_http_request_duration_seconds',
    help: 'Time to answer, by route pattern',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const limited = new Counter({
    name: 'vitae_limited_total',
    help: 'Requests that a rate limit refused, by limit',
    labelNames: ['limit'],
    registers: [registry],
  });
  const swept = new Counter({
    name: 'vitae_swept_rows_total',
    help: 'Rows removed because they were over, by kind',
    labelNames: ['kind'],
    registers: [registry],
  });
  const mails = new Counter({
    name: 'vitae_mails_total',
    help: 'Tries to send a mail, by what became of them',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return {
    observeMail: (outcome) => mails.inc({ outcome }),
    observeSwept: (kind, count) => swept.inc({ kind }, count),
    observeLimited: (limit) => limited.inc({ limit }),
    observeRequest({ route, method, status, durationMs }) {
      requests.inc({ route, method: KNOWN_METHODS.has(method) ? method : 'other', status });
      durations.observe({ route }, durationMs / 1000);
    },
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
