import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findFaketime } from '../faults/support/faked-clocks.ts';
import { findChromium } from './chromium.ts';
import { findPdfToText } from './pdf-text.ts';
import { openTestPostgres } from './postgres-server.ts';
import { readVitestReport, type Tally } from './vitest-report.ts';

/**
 * Everything that `pnpm test` promises, in order: the checks, every test on the embedded database, then every test that touches
 * a database again on PostgreSQL. Ends with every failure once more and one line `N passed, N failed`, and exits 1 when anything failed
 * or nothing ran.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RESULTS = `${ROOT}.results`;
const CHECKS = ['typecheck', 'lint', 'format:check', 'knip'] as const;

function say(line: string): void {
  process.stdout.write(`\n==> ${line}\n`);
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): boolean {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
  return status === 0;
}

/** Debian's Chromium when we may install it; otherwise the browser tests skip themselves. */
function bringChromium(): void {
  if (findChromium() === null && mayInstall()) {
    say('installing Chromium from Debian packages');
    installPackages(['chromium']);
  }
  const path = findChromium();
  say(path === null ? 'SKIPPED: every browser test. No Chromium here: install one or set CHROMIUM_PATH' : `browser tests use ${path}`);
}

/** Poppler's pdftotext reads PDFs back as other programs do; without it those tests skip themselves. */
function bringPdfToText(): void {
  if (findPdfToText() === null && mayInstall()) {
    say('installing poppler-utils from Debian packages');
    installPackages(['poppler-utils']);
  }
  if (findPdfToText() === null) say('SKIPPED: what reads the text of PDFs back. No pdftotext here: install poppler-utils');
}

/** libfaketime moves the clocks of servers; without it those tests skip themselves. */
function bringFaketime(): void {
  if (findFaketime() === null && mayInstall()) {
    say('installing libfaketime from Debian packages');
    installPackages(['libfaketime']);
  }
  if (findFaketime() === null) say('SKIPPED: servers whose clocks differ. No libfaketime here: install it');
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}

function installPackages(names: readonly string[]): void {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], env);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], env);
}

/** A run that could not even start counts as one failure. */
function vitest(name: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): Tally {
  say(`tests on ${name}`);
  const file = `${RESULTS}/${name}.json`;
  const succeeded = run('vitest', ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], env);
  try {
    const tally = readVitestReport(file, succeeded, ROOT);
    return { ...tally, failures: tally.failures.map((failure) => `${name}: ${failure}`) };
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`no report of the tests in ${file}: ${String(error)}`] };
  }
}

async function main(): Promise<void> {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  bringChromium();
  bringPdfToText();
  const tallies: Tally[] = CHECKS.map((check) => {
    say(check);
    const passed = run('pnpm', ['run', '--silent', check]);
    return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, failures: passed ? [] : [`pnpm ${check}`] };
  });
  tallies.push(
    vitest('pglite', ['--project=unit', '--project=integration', '--project=journeys', '--project=programs'], {
      TEST_DATABASE_URL: undefined,
    }),
  );
  const postgres = await openTestPostgres({ mayInstall, installPackages, say });
  if (postgres === null) {
    say('SKIPPED: the tests on PostgreSQL. None answers on 127.0.0.1:5432 and none can be started here: set TEST_DATABASE_URL');
  } else {
    try {
      tallies.push(vitest('postgres', ['--project=integration', '--project=journeys'], { TEST_DATABASE_URL: postgres.url }));
      bringFaketime();
      // One file at a time: the promises are about time too.
      tallies.push(vitest('faults', ['--project=faults', '--no-file-parallelism'], { TEST_DATABASE_URL: undefined }));
    } finally {
      await postgres.stop();
    }
  }
  const sum = (key: 'passed' | 'failed' | 'skipped') => tallies.reduce((total, tally) => total + tally[key], 0);
  for (const failure of tallies.flatMap((tally) => tally.failures)) say(`FAILED ${failure}`);
  if (sum('skipped') > 0) say(`${sum('skipped')} skipped, each with its reason above or in its name`);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

await main();
