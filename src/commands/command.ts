import { parseArgs } from 'node:util';
import { UsageError } from './command-error.ts';
import type { Tools } from './tools.ts';

/** What a command answers: for programs, and for people. */
export interface Answer {
  /** Printed by `--json`. Dates become ISO 8601. */
  readonly json: unknown;
  readonly lines: readonly string[];
  /** Printed as it comes instead of either, for what can be of any length. */
  readonly stream?: AsyncIterable<string>;
}

export interface OptionSpecification {
  /** What stands for its value in the help, e.g. `EMAIL`; left out: it is a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly isRepeatable?: boolean;
  readonly help: string;
}

/** One thing to do: `users ban EMAIL --reason TEXT`. */
export interface Action {
  readonly name: string;
  /** Names of what stands after it, each required. */
  readonly operands?: readonly string[];
  readonly options?: Readonly<Record<string, OptionSpecification>>;
  readonly help: string;
  /** @throws CommandError, UsageError */
  run(given: Given, tools: Tools): Promise<Answer>;
}

/** Actions about one kind of thing. */
export interface CommandGroup {
  readonly name: string;
  readonly help: string;
  readonly actions: readonly Action[];
}

/** The words behind an action, as its specification has them. */
export interface Given {
  /** @param name one of the action's operands */
  operand(name: string): string;
  /** The value of an option, or null when it was left out. @throws UsageError when it is empty */
  text(option: string): string | null;
  list(option: string): readonly string[];
  has(option: string): boolean;
  readonly isJson: boolean;
}

const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** Whether help was asked for, wherever it stands. Words behind `--` are not looked at. */
export function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

/** @throws UsageError */
export function parseGiven({ operands = [], options = {} }: Action, words: readonly string[]): Given {
  const specified = Object.fromEntries(
    Object.entries(options).map(([name, { value, isRepeatable = false }]) => [
      name,
      value === undefined ? ({ type: 'boolean' } as const) : ({ type: 'string', multiple: isRepeatable } as const),
    ]),
  );
  const { values, positionals } = parse(words, { ...specified, ...COMMON });
  if (positionals.length < operands.length) throw new UsageError(`${operands.slice(positionals.length).join(' and ')} is missing`);
  if (positionals.length > operands.length) throw new UsageError(`Too much: ${positionals.slice(operands.length).join(' ')}`);
  const named = new Map(operands.map((name, index) => [name, positionals[index] ?? '']));
  return {
    operand: (name) => named.get(name) ?? '',
    text(option) {
      const value = values[option];
      if (value === '') throw new UsageError(`--${option} is empty`);
      return typeof value === 'string' ? value : null;
    },
    list(option) {
      const value = values[option];
      return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
    },
    has: (option) => values[option] === true,
    isJson: values['json'] === true,
  };
}

type Specified = Readonly<Record<string, { readonly type: 'boolean' | 'string'; readonly multiple?: boolean }>>;

function parse(words: readonly string[], options: Specified) {
  try {
    return parseArgs({ args: putDashedOperandsLast(words), options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error), { cause: error });
  }
}

/**
 * An id can begin with a hyphen. No option has a short form but `-h`, so such a word is an operand wherever it stands; a value that
 * begins with one is given as `--option=-value`.
 */
function putDashedOperandsLast(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const [head, tail] = end === -1 ? [words, []] : [words.slice(0, end), words.slice(end + 1)];
  const last = [...head.filter(isDashed), ...tail];
  return [...head.filter((word) => !isDashed(word)), ...(last.length === 0 ? [] : ['--', ...last])];
}

function isDashed(word: string): boolean {
  return /^-[^-]/.test(word) && word !== '-h';
}

/** `users ban EMAIL [--reason TEXT]` */
function renderUsage(group: CommandGroup | null, { name, operands = [], options = {} }: Action): string {
  const written = Object.entries(options).map(([option, { value, isRepeatable = false }]) => {
    return `[--${option}${value === undefined ? '' : ` ${value}`}]${isRepeatable ? '…' : ''}`;
  });
  return [...(group === null ? [] : [group.name]), name, ...operands, ...written].join(' ');
}

/** @param group null for a command without actions */
export function renderActionHelp(group: CommandGroup | null, action: Action): string {
  const options = [
    ...Object.entries(action.options ?? {}).map(([name, { value, help }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help]),
    ['--json', 'Print JSON'],
  ];
  return `node dist/main.js ${renderUsage(group, action)}\n\n${action.help}\n\n${renderColumns(options, 2)}`;
}

export function renderGroupHelp(group: CommandGroup): string {
  const rows = group.actions.map((action) => [renderUsage(group, action), action.help]);
  return `${group.help}\n\n${rows.map(([usage, help]) => `  ${usage}\n      ${help}\n`).join('')}\nEach takes --json and --help.\n`;
}

/** {@link alignColumns} as text. */
export function renderColumns(rows: readonly Row[], indent = 0): string {
  return alignColumns(rows, indent)
    .map((line) => `${line}\n`)
    .join('');
}

type Row = readonly (string | undefined)[];

/** A line for each row, its cells in columns, two spaces apart. The last column is as wide as it is. */
export function alignColumns(rows: readonly Row[], indent = 0): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell = '', column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows.map((row) => `${' '.repeat(indent)}${row.map((cell = '', column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
