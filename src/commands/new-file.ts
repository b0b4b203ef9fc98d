import { open, rm } from 'node:fs/promises';
import { messageOf } from '../storage.ts';
import { CommandError } from './command-error.ts';

const WRITE_CHARACTERS = 1_000_000;

/**
 * Makes a file that its owner alone can read.
 *
 * @param write hands over the text of the file part by part
 * @throws CommandError when it is there already, can't be made, or can't be written to its end (a full disk); what `write` throws. No
 * part of the file stays then
 */
export async function writeNewFile<T>(file: string, write: (append: (text: string) => Promise<void>) => Promise<T>): Promise<T> {
  const output = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw new CommandError(`${file} can't be made: ${messageOf(error)}`, { cause: error });
  });
  const unwritten = (error: unknown): never => {
    throw new CommandError(`${file} can't be written, and nothing of it was kept: ${messageOf(error)}`, { cause: error });
  };
  try {
    let pending = '';
    const result = await write(async (text) => {
      pending += text;
      if (pending.length < WRITE_CHARACTERS) return;
      await output.writeFile(pending).catch(unwritten);
      pending = '';
    });
    await output.writeFile(pending).catch(unwritten);
    await output.sync().catch(unwritten);
    await output.close().catch(unwritten);
    return result;
  } catch (error) {
    // What went wrong before is what is told.
    await output.close().catch(() => undefined);
    await rm(file, { force: true });
    throw error;
  }
}
