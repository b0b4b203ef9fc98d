import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Sample } from './load.ts';
import type { Path } from './paths.ts';
import { median, spread } from './statistics.ts';

export interface Measured {
  readonly path: Path;
  readonly statements: number | null;
  /** One of each round that counts. */
  readonly samples: readonly Sample[];
}

/** One path as its medians over the rounds. Times in milliseconds. */
interface Row {
  readonly perSecond: number;
  readonly processorMs: number;
  readonly databaseMs: number;
  readonly p50: number;
  readonly p99: number;
  readonly statements: number | null;
  /** How far its processor time moved between rounds, as a share. */
  readonly spread: number;
  /** The part it is compared with, and how many times that part's processor time it costs. */
  readonly part: string | null;
  readonly ratio: number | null;
  readonly targetMs: number | null;
  readonly stretchMs: number | null;
}

export interface Report {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly run: Readonly<Record<string, string | number>>;
  readonly parts: Readonly<Record<string, Row>>;
  readonly paths: Readonly<Record<string, Row>>;
}

export interface Run {
  readonly plan: { readonly rounds: number; readonly sampleMs: number };
  readonly repeated: number;
  readonly postgres: Readonly<Record<string, string>>;
}

const DOCUMENT = fileURLToPath(new URL('../../docs/benchmark.md', import.meta.url));
const DATA = fileURLToPath(new URL('../../docs/benchmark.json', import.meta.url));
const BEGIN = '<!-- measured: begin -->';
const END = '<!-- measured: end -->';

export function buildReport(measured: readonly Measured[], { plan, repeated, postgres }: Run): Report {
  const cost = (samples: readonly Sample[]) => median(samples.map(({ processorMs }) => processorMs));
  const costs = new Map(measured.map(({ path, samples }) => [path.name, cost(samples)]));
  const toRow = ({ path, statements, samples }: Measured): Row => {
    const middle = (of: (sample: Sample) => number) => round(median(samples.map(of)));
    const ofPart = path.part === null ? undefined : costs.get(path.part);
    return {
      perSecond: Math.round(median(samples.map(({ perSecond }) => perSecond))),
      processorMs: middle(({ processorMs }) => processorMs),
      databaseMs: middle(({ databaseMs }) => databaseMs),
      p50: middle(({ p50 }) => p50),
      p99: middle(({ p99 }) => p99),
      statements,
      spread: round(spread(samples.map(({ processorMs }) => processorMs))),
      part: path.part,
      ratio: ofPart === undefined ? null : round(cost(samples) / ofPart),
      targetMs: path.targetMs,
      stretchMs: path.stretchMs,
    };
  };
  const rowsOf = (of: Path['of']) =>
    Object.fromEntries(measured.filter(({ path }) => path.of === of).map((each) => [each.path.name, toRow(each)]));
  const parts = rowsOf('parts');
  return {
    machine: {
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      kernel: release(),
      node: process.versions.node,
      postgres: postgres['version'] ?? 'unknown',
      fsync: postgres['fsync'] ?? 'unknown',
      synchronousCommit: postgres['synchronous_commit'] ?? 'unknown',
    },
    run: {
      date: new Date().toISOString().slice(0, 10),
      rounds: plan.rounds,
      roundsRepeated: repeated,
      secondsEach: plan.sampleMs / 1000,
      noise: Math.max(...Object.values(parts).map((row) => row.spread)),
    },
    parts,
    paths: rowsOf('server'),
  };
}

/** The tables in Markdown. */
export function renderTables({ machine, run, parts, paths }: Report): string {
  const head = [
    'path',
    'CPU ms',
    'target',
    'stretch',
    'statements',
    '× its part',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'PostgreSQL CPU ms',
    '±',
  ];
  const line = (name: string, row: Row) => [
    name,
    row.processorMs.toFixed(3),
    row.targetMs === null ? '' : `≤ ${row.targetMs}`,
    row.stretchMs === null ? '' : `≤ ${row.stretchMs}`,
    row.statements === null ? '' : String(row.statements),
    row.ratio === null ? '' : `${row.ratio.toFixed(1)} × ${row.part}`,
    String(row.perSecond),
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    row.databaseMs.toFixed(3),
    `${Math.round(row.spread * 100)} %`,
  ];
  const lines = (rows: Readonly<Record<string, Row>>) => Object.entries(rows).map(([name, row]) => line(name, row));
  return [
    table([head, ...lines(paths)]),
    '',
    table([head, ...lines(parts)], [0, 1, 6, 7, 8, 9, 10]),
    '',
    `${run['date']}, ${run['rounds']} rounds of ${run['secondsEach']} s (${run['roundsRepeated']} repeated because of noise; the parts moved by up to`,
    `${Math.round(Number(run['noise']) * 100)} % between rounds), ${machine['cores']} cores of ${machine['processor']}, ${machine['memoryGiB']} GiB, Linux ${machine['kernel']},`,
    `Node ${machine['node']}, PostgreSQL ${machine['postgres']} on the same machine with fsync ${machine['fsync']} and synchronous_commit ${machine['synchronousCommit']}.`,
  ].join('\n');
}

/** Puts the tables between the marks of docs/benchmark.md, and the same as data beside it. */
export async function writeDocument(report: Report, write: (file: string, text: string) => Promise<void>): Promise<void> {
  const document = await readFile(DOCUMENT, 'utf8');
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before === -1 || after < before) throw new Error(`${DOCUMENT} has no place for the tables`);
  await write(DOCUMENT, `${document.slice(0, before + BEGIN.length)}\n\n${renderTables(report)}\n\n${document.slice(after)}`);
  await write(DATA, `${JSON.stringify(report, null, 2)}\n`);
}

function table(rows: readonly (readonly string[])[], columns = rows[0]?.map((_cell, index) => index) ?? []): string {
  const toLine = (cells: readonly string[]) => `| ${columns.map((column) => cells[column] ?? '').join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [toLine(head), `|${columns.map(() => '---').join('|')}|`, ...body.map(toLine)].join('\n');
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
