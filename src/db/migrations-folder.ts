import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** `migrations/` beside `src/` and `dist/`: the same relative path from either. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));

const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string() })).min(1) });

/** The name of the newest migration: a database that has been opened is of this schema. */
export async function readSchemaVersion(): Promise<string> {
  const { entries } = journalSchema.parse(JSON.parse(await readFile(join(MIGRATIONS_FOLDER, 'meta', '_journal.json'), 'utf8')));
  return entries.at(-1)?.tag ?? '';
}
