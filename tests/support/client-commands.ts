import { clientCommands } from '../../src/commands/clients.ts';
import { parseGiven, type Answer } from '../../src/commands/command.ts';
import { createInstallation, type Tools } from '../../src/commands/tools.ts';
import { parseEnv } from '../../src/env.ts';
import type { TestApp } from './app.ts';

const AUTH_SECRET = 'a-secret-for-tests-of-forty-characters-00';

/** Runs `clients` commands in this process, on the database of an app. @param words those behind `clients` */
export async function createClientCommands(app: TestApp): Promise<(words: readonly string[]) => Promise<Answer>> {
  const settings = { APP_URL: app.origin, AUTH_SECRET };
  const parsed = parseEnv(settings);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const { env } = parsed;
  const installation = await createInstallation({ env, db: app.db, secrets: [{ version: 1, value: AUTH_SECRET }] });
  const tools: Tools = { env, settings, clock: () => new Date(), readInput: async () => '', open: async () => installation };
  return async ([name = '', ...rest]) => {
    const action = clientCommands.actions.find((candidate) => candidate.name === name);
    if (action === undefined) throw new RangeError(`clients has no ${name}`);
    return action.run(parseGiven(action, rest), tools);
  };
}

/** The words of a command line as a shell hands them on; double quotes alone are known. */
export function toWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole);
}
