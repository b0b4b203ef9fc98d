import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Settings } from './process.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  /** Both streams. */
  readonly output: string;
}

/** Runs a command of the built program to its end. @param input what stands in its standard input */
export async function runCommand(words: readonly string[], settings: Settings = {}, input = ''): Promise<CommandResult> {
  const child = spawn(process.execPath, [MAIN, ...words], { env: { PATH: process.env['PATH'], ...settings } });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.on('error', () => undefined).end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, output: out + err };
}

/** {@link runCommand} with `--json`: what it answers. Rejects unless it ends with 0. */
export async function askCommand(words: readonly string[], settings: Settings, input = ''): Promise<unknown> {
  const { code, output } = await runCommand([...words, '--json'], settings, input);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${output}`);
  const answer: unknown = JSON.parse(output);
  return answer;
}
