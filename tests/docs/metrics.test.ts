import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/observability/metric-catalogue.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { BEGIN, END, renderMetricTables } from '../support/metric-table.ts';
import { readMetrics } from '../support/metrics.ts';

const PATH = fileURLToPath(new URL('../../docs/observability.md', import.meta.url));

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('docs/observability.md', () => {
  it('has every metric with its labels and their values', async () => {
    const text = readFileSync(PATH, 'utf8');
    const tables = renderMetricTables([...(await readMetrics(app)).keys()]);
    const [before = '', rest = ''] = text.split(BEGIN);
    const [, after = ''] = rest.split(END);
    const written = `${before}${tables}${after}`;
    const isAsked = process.env['WRITE_DOCS'] !== undefined;
    if (isAsked) writeFileSync(PATH, written);
    expect(isAsked ? written : text).toBe(written);
    for (const name of Object.keys(METRICS)) expect(tables).toContain(`| \`${name}\` |`);
  });

  it('names no metric that is not there', () => {
    const text = readFileSync(PATH, 'utf8');
    const named = text.match(/vitae_[a-z_]+[a-z]/g) ?? [];
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
  });
});
