import type { Site } from './browser.ts';

/** One reading of `/metrics`: values by series, e.g. `vitae_tokens_issued_total{grant_type="refresh_token"}`. */
export type Reading = ReadonlyMap<string, number>;

/** Reads the metrics as Prometheus does, from this machine. */
export async function readMetrics(site: Site): Promise<Reading> {
  const response = await site.fetch(new Request(`${site.origin}/metrics`));
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`);
  return parseMetrics(await response.text());
}

export function parseMetrics(text: string): Reading {
  const series = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const space = line.lastIndexOf(' ');
    series.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return series;
}

/** What `work` added to each of these series, in their order; a series that was not there began at 0. */
export async function increases(site: Site, series: readonly string[], work: () => Promise<unknown>): Promise<number[]> {
  const before = await readMetrics(site);
  await work();
  const after = await readMetrics(site);
  return series.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
}

/** The names of metrics, those of a histogram's parts as one. */
export function namesOf(reading: Reading): ReadonlySet<string> {
  return new Set(Array.from(reading.keys(), (series) => series.replace(/\{.*$/, '').replace(/_(?:bucket|sum|count)$/, '')));
}
