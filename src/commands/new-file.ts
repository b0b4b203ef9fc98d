import { open, rm } from 'node:fs/promises';
import { CommandError } from './command-error.ts';

const WRITE_CHARACTERS = 1_000_000;

/**
 * Makes a file that its owner alone can read.
 *
 * @param write hands over the text of the file part by part
 * @throws CommandError when it is there already or can't be made; what `write` throws, and no part of the file stays then
 */
export async function writeNewFile<T>(file: string, write: (append: (text: string) => Promise<void>) => Promise<T>): Promise<T> {
  const output = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw new CommandError(`${file} can't be made: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  try {
    let pending = '';
    const result = await write(async (text) => {
      pending += text;
      if (pending.length < WRITE_CHARACTERS) return;
      await output.writeFile(pending);
      pending = '';
    });
    await output.writeFile(pending);
    await output.sync();
    await output.close();
    return result;
  } catch (error) {
    await output.close();
    await rm(file, { force: true });
    throw error;
  }
}
