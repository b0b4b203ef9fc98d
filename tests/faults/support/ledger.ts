import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { inject } from 'vitest';

/** What one promise went through. */
export interface Trial {
  readonly promise: string;
  /** Which faults, in words. */
  readonly faults: string;
  /** How often it was put to the test. */
  readonly runs: number;
  /** What was broken, in words; empty: nothing. */
  readonly violations: readonly string[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    ledgerFile: string;
  }
}

/** Global setup of the fault suite: test files write into one ledger, which is printed as a table at the end. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'vitae-ledger-'));
  const file = join(folder, 'trials');
  appendFileSync(file, '');
  project.provide('ledgerFile', file);
  return () => {
    const trials = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Trial);
    rmSync(folder, { recursive: true, force: true });
    if (trials.length > 0) process.stdout.write(renderLedger(trials));
  };
}

/** Enters a trial, also one that failed. */
export function enter(trial: Trial): void {
  appendFileSync(inject('ledgerFile'), `${JSON.stringify(trial)}\n`);
}

/** The table that the suite ends with. */
export function renderLedger(trials: readonly Trial[]): string {
  const rows = [
    ['promise', 'faults injected', 'runs', 'violations'],
    ...trials.map(({ promise, faults, runs, violations }) => [promise, faults, String(runs), String(violations.length)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  const broken = trials.flatMap(({ promise, violations }) => violations.map((violation) => `  ${promise}: ${violation}`));
  return `\n${[...lines.map((cells) => `  ${cells.join('  ')}`), ...broken].join('\n')}\n\n`;
}
