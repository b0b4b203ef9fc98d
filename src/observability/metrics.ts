import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { METRICS, type LabelOf, type MetricName, type NameOf } from './metric-catalogue.ts';

/** Values by label. */
type Labels<N extends MetricName> = Readonly<Record<LabelOf<N>, string>>;
/** Every value that a label may take. */
type LabelValues<N extends MetricName> = Readonly<Record<LabelOf<N>, readonly string[]>>;

/** The metrics of one app, each to be made once, by who knows the values of its labels. */
export interface Metrics {
  /** Makes a counter. Its series stand at 0 from the start, unless they are too many; see {@link EAGER_SERIES}. */
  counter<N extends NameOf<'counter'>>(name: N, values: LabelValues<N>): (labels: Labels<N>, amount?: number) => void;
  /** Makes a histogram. @returns a function that takes seconds */
  histogram<N extends NameOf<'histogram'>>(name: N, values: LabelValues<N>): (labels: Labels<N>, seconds: number) => void;
  /** Makes a gauge that is read when somebody asks for the metrics. What it does not answer has no series; a rejection hides it. */
  gauge<N extends NameOf<'gauge'>>(name: N, read: () => Reading<N> | Promise<Reading<N>>): void;
  /** Counts the questions to a cache and reads its size. */
  cache(name: string, readSize: () => number): CacheObserver;
  /** Prometheus text exposition format 0.0.4. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

type Reading<N extends MetricName> = readonly (readonly [labels: Labels<N>, value: number])[];

/** Told of every question to a cache. */
export interface CacheObserver {
  hit(): void;
  miss(): void;
}

/** For what is used without metrics, in commands and tests. */
export const UNOBSERVED_CACHE: CacheObserver = { hit: () => undefined, miss: () => undefined };

/** What strangers chose and no list has. */
const OTHER = 'other';
/** A counter of no more series shows them all before the first event, so that the first one is an increase. */
const EAGER_SERIES = 256;

/** Creates a registry of its own, so that two apps in one process don't share counters. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const common = (name: MetricName) => ({
    name,
    help: METRICS[name].help,
    labelNames: [...METRICS[name].labels],
    registers: [registry],
  });
  const lookups = new Counter(common('vitae_cache_lookups_total'));
  const sizes = new Map<string, () => number>();
  const gauge: Metrics['gauge'] = (name, read) => {
    const metric = new Gauge({
      ...common(name),
      registers: [],
      async collect() {
        const readings = await Promise.resolve()
          .then(read)
          .catch(() => []);
        this.reset();
        for (const [labels, value] of readings) this.set(labels, value);
        // What can't be read is not 0.
        if (readings.length === 0 && METRICS[name].labels.length === 0) this.remove();
      },
    });
    registry.registerMetric(metric);
  };
  gauge('vitae_cache_entries', () => Array.from(sizes, ([cache, readSize]) => [{ cache }, readSize()] as const));

  return {
    counter(name, values) {
      // Counted here until somebody looks: the library looks a series up anew for every event.
      const counted: { readonly labels: Record<string, string>; amount: number }[] = [];
      const metric = new Counter({
        ...common(name),
        collect() {
          for (const series of counted) {
            this.inc(series.labels, series.amount);
            series.amount = 0;
          }
        },
      });
      for (const labels of combine(METRICS[name].labels, values, EAGER_SERIES)) metric.inc(labels, 0);
      const find = createSeries(METRICS[name].labels, values, (labels) => {
        const series = { labels, amount: 0 };
        counted.push(series);
        return series;
      });
      return (labels, amount = 1) => {
        find(labels).amount += amount;
      };
    },
    histogram(name, values) {
      const metric = new Histogram({ ...common(name), buckets: [...METRICS[name].buckets] });
      const find = createSeries(METRICS[name].labels, values, (labels) => metric.labels(labels));
      return (labels, seconds) => find(labels).observe(seconds);
    },
    gauge,
    cache(cache, readSize) {
      sizes.set(cache, readSize);
      const hit = lookups.labels({ cache, result: 'hit' });
      const miss = lookups.labels({ cache, result: 'miss' });
      hit.inc(0);
      miss.inc(0);
      return { hit: () => hit.inc(), miss: () => miss.inc() };
    },
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

/** Finds the series for labels, each made once; whatever strangers send there are no more than the values make. */
function createSeries<L extends string, Series>(
  [name, ...others]: readonly L[],
  values: Readonly<Record<L, readonly string[]>>,
  make: (labels: Record<string, string>) => Series,
  found: Readonly<Record<string, string>> = {},
): (labels: Readonly<Record<L, string>>) => Series {
  if (name === undefined) {
    const series = make(found);
    return () => series;
  }
  // A label after the other, so that no name is put together for an event.
  const branches = new Map<string, (labels: Readonly<Record<L, string>>) => Series>();
  const grow = (value: string) => {
    const bound = values[name].includes(value) ? value : OTHER;
    const branch = branches.get(bound) ?? createSeries(others, values, make, { ...found, [name]: bound });
    branches.set(bound, branch);
    return branch;
  };
  return (labels) => (branches.get(labels[name]) ?? grow(labels[name]))(labels);
}

/** Every combination of the values; none when there are more than `most`. */
function combine<L extends string>(
  names: readonly L[],
  values: Readonly<Record<L, readonly string[]>>,
  most: number,
): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const name of names) {
    combinations = combinations.flatMap((labels) => values[name].map((value) => ({ ...labels, [name]: value })));
    if (combinations.length > most) return [];
  }
  return combinations;
}
