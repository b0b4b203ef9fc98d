import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { inject, type TestContext } from 'vitest';
import type { RegistryPrograms } from '../../support/registry-programs.ts';
import type { Person } from '../../support/app.ts';
import { waitUntil } from '../../support/wait.ts';

const DEADLINE_MS = 60_000;

/** The programs, or the end of the test as skipped, with its reason. */
export function requirePrograms(context: TestContext): RegistryPrograms {
  const programs = inject('programs');
  if (!programs.ok) return context.skip(programs.reason);
  return programs;
}

export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a program asks its person to go. */
const AUTHORIZATION_URL = /https?:\/\/\S+\/oauth2\/authorize\?\S+/;

/**
 * Runs a program to its end.
 *
 * @param entry its file below the folder of packages
 * @param onAuthorizationUrl called once, when it tells its person on standard error which address to open
 * Rejects when it takes longer than a minute, or when the callback does.
 */
export async function runProgram(
  programs: RegistryPrograms,
  entry: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly onAuthorizationUrl?: (url: URL) => Promise<void> } = {},
): Promise<ProgramEnd> {
  const child = spawn(programs.runtime, [join(programs.folder, 'node_modules', entry), ...args], {
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  const answers: Promise<void>[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    const url = findAuthorizationUrl(stderr);
    if (url !== null && answers.length === 0 && options.onAuthorizationUrl !== undefined) answers.push(options.onAuthorizationUrl(url));
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  await Promise.all(answers);
  return { code, stdout, stderr };
}

/** The last address a program has told its person to open; null while its line is not whole. */
export function findAuthorizationUrl(output: string): URL | null {
  const lines = output.split('\n').slice(0, -1);
  const line = lines.findLast((candidate) => AUTHORIZATION_URL.test(candidate));
  const url = AUTHORIZATION_URL.exec(line ?? '')?.[0];
  return url === undefined ? null : new URL(url);
}

/** What the person does in their browser: opens the address, presses Allow, and is sent back to the program on this computer. */
export async function allow(person: Person, url: URL): Promise<void> {
  const allowed = await (await person.browser.open(url)).press('Allow');
  if (allowed.leavesTo === null) throw new Error(`no way back to the program: ${allowed.status} ${allowed.text()}`);
  const arrived = await arriveAt(allowed.leavesTo);
  if (!arrived.ok) throw new Error(`the program answered its callback with ${arrived.status}`);
}

/** A program may name the address before it listens for the answer: no person is as quick as this. */
async function arriveAt(callback: URL): Promise<Response> {
  const arrived: Response[] = [];
  await waitUntil(async () => {
    const response = await fetch(callback).catch((error: unknown) => {
      if (error instanceof Error && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNREFUSED')
        return null;
      throw error;
    });
    if (response !== null) arrived.push(response);
    return response !== null;
  });
  const [response] = arrived;
  if (response === undefined) throw new TypeError('it is waited for until there is one');
  return response;
}
