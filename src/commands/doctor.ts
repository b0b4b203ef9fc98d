import { diagnose, exitCodeOf, renderDiagnosis } from '../doctor/doctor.ts';
import { parseEnv } from '../env.ts';
import type { CommandProcess } from './command-process.ts';
import { asksForHelp } from './command.ts';
import { CommandError, UsageError } from './command-error.ts';

const HELP = `node dist/main.js doctor [ADDRESS]

Looks at a running server through its public address, APP_URL unless another is given, as clients do, and says what they would
stumble on. Exits with 1 if there is something.
`;

/** @returns 1 when clients would stumble on something */
export async function runDoctor(
  words: readonly string[],
  { settings, stdout }: Pick<CommandProcess, 'settings' | 'stdout'>,
): Promise<0 | 1> {
  if (asksForHelp(words)) {
    stdout.write(HELP);
    return 0;
  }
  const [address, ...more] = words;
  if (more.length > 0) throw new UsageError(`Too much: ${more.join(' ')}`);
  const parsed = parseEnv(address === undefined ? settings : { APP_URL: address });
  if (!parsed.ok) throw new CommandError(parsed.problems.join('\n'));
  const diagnosis = await diagnose(parsed.env.appUrl, { clock: () => new Date() });
  stdout.write(renderDiagnosis(diagnosis));
  return exitCodeOf(diagnosis);
}
