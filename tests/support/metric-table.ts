import { METRICS } from '../../src/observability/metric-catalogue.ts';

export const BEGIN = '<!-- metrics: written by pnpm docs:metrics -->';
export const END = '<!-- /metrics -->';

/** Labels whose values are too many to list, by what they are. */
const DESCRIBED: Readonly<Record<string, string>> = {
  route: 'the pattern of a route or a page, as in the README; never a path',
  tool: 'the tools of the README',
  version: 'of this server',
  database: '`pglite` or `postgres`',
};

/** The metrics and the values of their labels, as Markdown. @param series every series that a server shows before its first request */
export function renderMetricTables(series: readonly string[]): string {
  const metrics = Object.entries(METRICS).map(([name, { type, labels, help }]) => {
    const names = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${names} | ${help} |`;
  });
  const labels = Object.entries(METRICS).flatMap(([name, metric]) =>
    metric.labels.map((label) => {
      const described = DESCRIBED[label] ?? (name === 'vitae_http_requests_total' ? 'of HTTP' : undefined);
      const values = described ?? valuesOf(series, name, label);
      return `| \`${name}\` | \`${label}\` | ${values} |`;
    }),
  );
  return [
    BEGIN,
    '',
    '| metric | type | labels | what |',
    '|---|---|---|---|',
    ...metrics,
    '',
    'A label takes these values, and `other` for whatever else a stranger sends:',
    '',
    '| metric | label | values |',
    '|---|---|---|',
    ...labels,
    '',
    END,
  ].join('\n');
}

function valuesOf(series: readonly string[], metric: string, label: string): string {
  const own = series.filter((name) => name.startsWith(`${metric}{`));
  const values = own
    .map((name) => new RegExp(`[{,]${label}="([^"]*)"`).exec(name)?.[1])
    .filter((value) => value !== undefined && value !== 'other');
  if (values.length === 0) throw new Error(`${metric} shows no value of ${label} before the first request`);
  return [...new Set(values)].map((value) => `\`${value}\``).join(', ');
}
