import { hkdfSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpDatabase, restoreDatabase, type RowCounts } from '../db/dump.ts';
import { readSchemaVersion } from '../db/migrations-folder.ts';
import { parseEnv } from '../env.ts';
import { openStorage, type Storage } from '../storage.ts';
import { CommandError, UsageError } from './command-error.ts';
import { renderColumns, type Action, type Answer } from './command.ts';
import { writeNewFile } from './new-file.ts';
import { openExisting } from './tools.ts';

/** Commands about everything at once. */
export const backupCommands: readonly Action[] = [
  {
    name: 'backup',
    operands: ['FILE'],
    help: 'Write everything in the database into a new file, as of one moment. Servers on PostgreSQL may go on meanwhile.',
    async run(given, { env, clock }) {
      const file = given.operand('FILE');
      const storage = await openExisting(env);
      try {
        return toAnswer(await writeBackup(storage, file, clock()), [`Wrote ${file}. It has no AUTH_SECRET: keep that apart from it`]);
      } finally {
        await storage.close();
      }
    },
  },
  {
    name: 'restore',
    operands: ['FILE'],
    help: 'Fill an empty database from a backup, all of it or nothing, with the AUTH_SECRET and the version that it was made with.',
    async run(given, { env }) {
      const file = given.operand('FILE');
      if (
        await stat(file).then(
          () => false,
          () => true,
        )
      )
        throw new CommandError(`${file} is not there`);
      const storage = await openStorage(env);
      try {
        return toAnswer(await readBackup(storage, file), [`Restored ${file}`]);
      } finally {
        await storage.close();
      }
    },
  },
  {
    name: 'move',
    options: { to: { value: 'postgres://…', help: 'An empty database on PostgreSQL' } },
    help: 'Copy an embedded installation to PostgreSQL. Connected apps go on when the server starts there with the same AUTH_SECRET and APP_URL.',
    async run(given, { env, settings, clock }) {
      if (env.databaseUrl !== null) throw new UsageError('DATABASE_URL is set: there is no embedded installation to move');
      const source = await openExisting(env);
      const folder = await mkdtemp(join(tmpdir(), 'vitae-move-'));
      try {
        const secret = source.secrets.map(({ version, value }) => `${version}:${value}`).join(',');
        const parsed = parseEnv({ ...settings, AUTH_SECRET: secret, DATABASE_URL: given.text('to') ?? undefined });
        if (!parsed.ok) throw new UsageError(parsed.problems.join('\n').replaceAll('DATABASE_URL', '--to'));
        if (parsed.env.databaseUrl === null) throw new UsageError('--to is missing');
        const target = await openStorage(parsed.env);
        try {
          const file = join(folder, 'everything');
          await writeBackup(source, file, clock());
          const secretFrom = env.authSecrets === null ? `the secret in ${join(env.dataDir, 'auth-secret')}` : 'the AUTH_SECRET it has now';
          return toAnswer(await readBackup(target, file), [
            `Moved. Start the server with DATABASE_URL and, as AUTH_SECRET, ${secretFrom}; ${env.dataDir} is as it was`,
          ]);
        } finally {
          await target.close();
        }
      } finally {
        await source.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
  },
];

/** @throws CommandError when the file is there already or can't be made; no part of it stays when it fails */
async function writeBackup(storage: Storage, file: string, at: Date): Promise<RowCounts> {
  const header = {
    schema: await readSchemaVersion(),
    secrets: storage.secrets.map(({ value }) => nameSecret(value)),
    at: at.toISOString(),
  };
  return writeNewFile(file, (append) => dumpDatabase(storage.db, header, (line) => append(`${line}\n`)));
}

async function readBackup(storage: Storage, file: string): Promise<RowCounts> {
  const secrets = storage.secrets.map(({ value }) => nameSecret(value));
  return restoreDatabase(storage.db, readLines(file), { schema: await readSchemaVersion(), secrets });
}

/** Not `readline`: what it reads before somebody listens is lost. */
async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Tells whether a secret is the same, and says nothing else about it. */
function nameSecret(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'vitae backups', 16)).toString('hex');
}

function toAnswer(counts: RowCounts, lines: readonly string[]): Answer {
  const rows = Object.entries(counts).filter(([, count]) => count > 0);
  const table = renderColumns(
    rows.map(([name, count]) => [name, String(count)]),
    2,
  );
  return { json: { rows: counts }, lines: [...lines, ...table.split('\n').slice(0, -1)] };
}
