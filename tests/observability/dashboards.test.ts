import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { METRICS } from '../../src/observability/metric-catalogue.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { readMetrics } from '../support/metrics.ts';
import { parseQuery, type ParsedQuery } from '../support/promql.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = `${ROOT}deploy/observability/`;

const gridSchema = z.object({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1).max(24), h: z.int().min(1) });
const targetSchema = z.object({ refId: z.string().regex(/^[A-Z]$/), expr: z.string(), legendFormat: z.string() });
const panelSchema = z.object({
  id: z.int().positive(),
  type: z.enum(['row', 'timeseries', 'stat']),
  title: z.string().min(1),
  gridPos: gridSchema,
  datasource: z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') }).optional(),
  targets: z.array(targetSchema).default([]),
});
const dashboard = z
  .object({
    uid: z.string().regex(/^[\w-]{1,40}$/),
    title: z.string(),
    schemaVersion: z.int().min(36),
    panels: z.array(panelSchema),
    templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
  })
  .parse(JSON.parse(readFileSync(`${FOLDER}dashboard.json`, 'utf8')));

const alerts = z
  .object({
    groups: z.array(
      z.strictObject({
        name: z.string(),
        rules: z.array(
          z.strictObject({
            alert: z.string().regex(/^Vitae[A-Z]\w+$/),
            expr: z.string(),
            for: z
              .string()
              .regex(/^\d+[smh]$/)
              .optional(),
            labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
            annotations: z.strictObject({ summary: z.string().min(10), runbook: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(readFileSync(`${FOLDER}alerts.yaml`, 'utf8')));
const rules = alerts.groups.flatMap((group) => group.rules);

/** Grafana's own variables, as values that parse. */
const filled = (expr: string) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '6h').replaceAll('$instance', 'one');
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const QUERIES = [
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, filled(expr)] as const)),
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
];

/** Labels that Prometheus adds to what it reads, and the one of the buckets of a histogram. */
const ADDED: readonly string[] = ['instance', 'job', 'le'];
const nameOf = (metric: string) => metric.replace(/_(?:bucket|sum|count)$/, '');
const labelsOf = (metric: string): readonly string[] =>
  Object.entries(METRICS).find(([name]) => name === metric || name === nameOf(metric))?.[1].labels ?? [];

let app: TestApp;
let series: readonly string[];
let exposed: string;
beforeAll(async () => {
  app = await createTestApp();
  exposed = await (await app.fetch(new Request(`${app.origin}/metrics`))).text();
  series = [...(await readMetrics(app)).keys()];
});
afterAll(() => app.close());

describe.each(QUERIES)('the query of %s', (_title, text) => {
  let query: ParsedQuery;
  beforeAll(() => {
    query = parseQuery(text);
  });

  it('asks for metrics that there are, by labels that they have', () => {
    expect(query.selectors).not.toEqual([]);
    const isKnown = (metric: string) => metric === 'up' || [metric, nameOf(metric)].some((name) => exposed.includes(`# TYPE ${name} `));
    expect(query.selectors.map(({ metric }) => metric).filter((metric) => !isKnown(metric))).toEqual([]);
    for (const { metric, matchers } of query.selectors) {
      const known = [...ADDED, ...labelsOf(metric)];
      expect(matchers.map(({ label }) => label).filter((label) => !known.includes(label))).toEqual([]);
    }
    const known = [...ADDED, ...query.selectors.flatMap(({ metric }) => labelsOf(metric))];
    expect(query.grouping.filter((label) => !known.includes(label))).toEqual([]);
  });

  it('compares labels with values that they take', () => {
    const asked = query.selectors.flatMap(({ metric, matchers }) =>
      matchers
        .filter(({ label }) => !['instance', 'job', 'status'].includes(label))
        .flatMap(({ label, operator, value }) =>
          (/^[=!]~$/.test(operator) ? value.split('|') : [value]).map((one) => ({ metric, label, one })),
        ),
    );
    const isTaken = ({ metric, label, one }: (typeof asked)[number]) =>
      series.some((name) => name.startsWith(`${metric}{`) && name.includes(`${label}="${one}"`));
    expect(asked.filter((each) => !isTaken(each))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('shows every metric of ours', () => {
    const shown = new Set(
      panels.flatMap(({ targets }) =>
        targets.flatMap(({ expr }) => parseQuery(filled(expr)).selectors.map(({ metric }) => nameOf(metric))),
      ),
    );
    expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('has panels with ids of their own that lie beside each other', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_cell, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it('names in a legend only labels that its query leaves', () => {
    const loose = panels.flatMap(({ title, targets }) =>
      targets.flatMap(({ expr, legendFormat }) => {
        const { grouping, selectors } = parseQuery(filled(expr));
        const left = grouping.length > 0 ? grouping : ['instance', ...selectors.flatMap(({ metric }) => labelsOf(metric))];
        return Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label = '']) => label)
          .filter((label) => !left.includes(label))
          .map((label) => `${title}: ${label}`);
      }),
    );
    expect(loose).toEqual([]);
  });

  it('asks the data source and the instances that are chosen', () => {
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'instance']);
    expect(panels.filter(({ datasource, targets }) => datasource === undefined || targets.length === 0)).toEqual([]);
  });
});

describe('the alerts', () => {
  // proves observability:alerts
  it('each lead to a section that says what to do, and no section is of none', () => {
    const runbook = readFileSync(`${ROOT}docs/runbook.md`, 'utf8');
    const sections = Array.from(
      runbook.matchAll(/^## (\w+)\n\n(\S[^#]*)/gm),
      ([, heading = '', text = '']) => [heading, text.length] as const,
    );
    expect(sections.map(([heading]) => heading)).toEqual(rules.map(({ alert }) => alert));
    expect(sections.filter(([, length]) => length < 100)).toEqual([]);
    for (const { alert, annotations } of rules) expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  });
});

describe('the reading of a query', () => {
  it('finds metrics, matchers and groupings, and refuses what does not parse', () => {
    expect(parseQuery('sum by (a) (rate(x_total{b="1",c=~"2|3"}[5m])) / y > 0')).toEqual({
      selectors: [
        {
          metric: 'x_total',
          matchers: [
            { label: 'b', operator: '=', value: '1' },
            { label: 'c', operator: '=~', value: '2|3' },
          ],
        },
        { metric: 'y', matchers: [] },
      ],
      grouping: ['a'],
    });
    expect(() => parseQuery('sum(rate(x[5m)')).toThrow(SyntaxError);
  });
});
