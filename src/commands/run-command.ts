import { once } from 'node:events';
import { DataFolderError } from '../db/data-folder.ts';
import { DumpError } from '../db/dump.ts';
import { parseEnv } from '../env.ts';
import { StorageError } from '../storage.ts';
import { auditCommands } from './audit.ts';
import { backupCommands } from './backups.ts';
import { asksForHelp, parseGiven, renderActionHelp, renderColumns, renderGroupHelp, type Action, type CommandGroup } from './command.ts';
import { CommandError, UsageError } from './command-error.ts';
import { clientCommands } from './clients.ts';
import type { CommandProcess } from './command-process.ts';
import { runDoctor } from './doctor.ts';
import { grantCommands } from './grants.ts';
import { keyCommands } from './keys.ts';
import { secretCommands } from './secrets.ts';
import { signingKeyCommands } from './signing-keys.ts';
import { createToolBox } from './tools.ts';
import { userCommands } from './users.ts';

const IN_USE =
  'The embedded database belongs to one process: stop the server, run this, start it again. On PostgreSQL commands run beside servers.';

const GROUPS: readonly CommandGroup[] = [
  userCommands,
  clientCommands,
  grantCommands,
  keyCommands,
  signingKeyCommands,
  secretCommands,
  auditCommands,
];

/**
 * Does what the words behind the program's name say, instead of serving.
 *
 * @returns the exit code: 0 done, 1 it could not be done (the error stream says why), 2 it was not understood
 * Rejects for what no person can mend.
 */
export async function runCommand(words: readonly string[], io: CommandProcess): Promise<0 | 1 | 2> {
  try {
    return await perform(words, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`${error.message}\n`);
      return 2;
    }
    if (!(error instanceof CommandError || error instanceof DumpError || error instanceof StorageError || error instanceof DataFolderError))
      throw error;
    io.stderr.write(
      `${error instanceof DataFolderError && error.code === 'folder_in_use' ? `${error.message}\n${IN_USE}` : error.message}\n`,
    );
    return 1;
  }
}

async function perform([name = '', ...words]: readonly string[], io: CommandProcess): Promise<0 | 1> {
  if (name === 'help' || name === '--help' || name === '-h') return write(io, renderHelp());
  if (name === 'doctor') return runDoctor(words, io);
  const single = backupCommands.find((candidate) => candidate.name === name);
  if (single !== undefined) return act(null, single, words, io);
  const group = GROUPS.find((candidate) => candidate.name === name);
  if (group === undefined) throw new UsageError(`Unknown: ${name}. Without arguments it serves; --help lists what else it does`);
  const [verb, ...rest] = words;
  const action = group.actions.find((candidate) => candidate.name === verb);
  if (action === undefined) {
    if (verb === undefined || asksForHelp(words)) return write(io, renderGroupHelp(group));
    throw new UsageError(`Unknown: ${name} ${verb}. There is: ${group.actions.map((candidate) => candidate.name).join(', ')}`);
  }
  return act(group, action, rest, io);
}

async function act(group: CommandGroup | null, action: Action, words: readonly string[], io: CommandProcess): Promise<0> {
  if (asksForHelp(words)) return write(io, renderActionHelp(group, action));
  const given = parseGiven(action, words);
  const parsed = parseEnv(io.settings);
  if (!parsed.ok) throw new CommandError(parsed.problems.join('\n'));
  const box = createToolBox(parsed.env, io);
  try {
    const { json, lines, stream } = await action.run(given, box.tools);
    if (stream !== undefined) return await writeAll(io, stream);
    return write(io, given.isJson ? `${JSON.stringify(json, null, 2)}\n` : lines.map((line) => `${line.trimEnd()}\n`).join(''));
  } finally {
    await box.close();
  }
}

/** No faster than the reader reads. */
async function writeAll({ stdout }: CommandProcess, parts: AsyncIterable<string>): Promise<0> {
  for await (const part of parts) if (!stdout.write(part)) await once(stdout, 'drain');
  return 0;
}

function write({ stdout }: CommandProcess, text: string): 0 {
  stdout.write(text);
  return 0;
}

function renderHelp(): string {
  const rows = [
    ['doctor [ADDRESS]', 'Look at a running server through its public address as clients do'],
    ...GROUPS.map(({ name, help, actions }) => [`${name} ${actions.map((action) => action.name).join('|')}`, help]),
    ...backupCommands.map(({ name, operands = [], help }) => [[name, ...operands].join(' '), help]),
  ];
  return `node dist/main.js             serves\nnode dist/main.js COMMAND …\n\n${renderColumns(rows, 2)}\nEach takes --help.\n`;
}
