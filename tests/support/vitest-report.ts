import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { z } from 'zod';

/** What a run of tests came to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One text for each failure: where, which, and what it said. */
  readonly failures: readonly string[];
}

const LONGEST_MESSAGE = 1_500;

const reportSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() })),
    }),
  ),
});

/**
 * The tally of one JSON report of vitest. A file that failed without a failed test (it could not be loaded, or a hook failed) counts as
 * one failure, and so does a run that failed or ran nothing although no file says so.
 *
 * @param succeeded whether the process ended with 0
 * @param root the folder that names of files are shown from
 * @throws when the file isn't there or is no such report
 */
export function readVitestReport(file: string, succeeded: boolean, root: string): Tally {
  const report = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const where = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [describe(where, 'the whole file', message)] : [];
    return failed.map((test) => describe(where, test.fullName, (test.failureMessages ?? []).join('\n')));
  });
  if (failures.length === 0 && !(succeeded && report.success && report.numPassedTests > 0)) {
    failures.push('the run failed, or ran nothing, though no test says so: read what is printed above');
  }
  return { passed: report.numPassedTests, failed: failures.length, skipped: report.numPendingTests + report.numTodoTests, failures };
}

function describe(where: string, which: string, message: string): string {
  return `${where} > ${which}\n${message.slice(0, LONGEST_MESSAGE)}`;
}
