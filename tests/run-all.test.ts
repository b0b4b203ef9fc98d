import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readVitestReport } from './support/vitest-report.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PASSES = "import { expect, it } from 'vitest';\nit('adds', () => expect(1 + 1).toBe(2));\n";

describe('the tally of a run of tests', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vitae-run-all-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function runVitest(files: Readonly<Record<string, string>>) {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const report = join(folder, 'report.json');
    const { status } = spawnSync(
      join(ROOT, 'node_modules/.bin/vitest'),
      ['run', '--root', folder, '--reporter=json', `--outputFile.json=${report}`],
      { cwd: folder, stdio: 'ignore' },
    );
    return readVitestReport(report, status === 0, folder);
  }

  it('counts what passed, and has no failure to tell of', () => {
    expect(runVitest({ 'passes.test.js': PASSES })).toEqual({ passed: 1, failed: 0, skipped: 0, failures: [] });
  });

  it('tells of each test that failed and of each file that could not be loaded, where and why', () => {
    const tally = runVitest({
      'passes.test.js': PASSES,
      'fails.test.js':
        "import { expect, it } from 'vitest';\nit('adds up', () => expect(1 + 1).toBe(3));\nit.skip('later', () => undefined);\n",
      'broken.test.js': "import './that-is-not-there.js';\n",
    });

    expect(tally).toMatchObject({ passed: 1, failed: 2, skipped: 1 });
    expect(tally.failures.toSorted()).toEqual([
      expect.stringMatching(/^broken\.test\.js > the whole file\n.*that-is-not-there/s),
      expect.stringMatching(/^fails\.test\.js > adds up\n.*expected 2 to be 3/s),
    ]);
  });

  it('counts a run of nothing as a failure', () => {
    expect(runVitest({ 'empty.test.js': '' })).toMatchObject({ passed: 0, failed: 1 });
  });

  it('counts a run that failed though every test passed, as of an error that no test caught', () => {
    const tally = runVitest({ 'stray.test.js': `${PASSES}void Promise.reject(new Error('stray'));\n` });

    expect(tally).toMatchObject({ passed: 1, failed: 1 });
  });
});
