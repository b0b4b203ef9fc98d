import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What the programs need that the product does not: they are written for Node 22. */
const MINIMUM_NODE_MAJOR = 22;
/** The Node that the image runs too. */
export const RUNTIME_VERSION = '24.21.0';
export const RUNTIME = `node@${RUNTIME_VERSION}`;
const INSTALL_DEADLINE_MS = 150_000;

/** Programs from the npm registry that tests start as processes, and what to start them with. */
export interface RegistryPrograms {
  readonly folder: string;
  /** A Node they run on: ours, or one that was brought along. */
  readonly runtime: string;
}

/**
 * Brings programs and, when ours is too old, a Node they run on into a folder that later runs find again. They are no dependencies of
 * the project: their own dependencies would be ours, and a `node` among them would shadow the runtime of every script.
 *
 * @param name of the folder; name it after the versions
 * @param packages as `npm install` takes them, with exact versions
 * Rejects when the registry can't be reached or takes longer than two and a half minutes.
 */
export async function requireRegistryPrograms(name: string, packages: readonly string[]): Promise<RegistryPrograms> {
  const folder = join(tmpdir(), `vitae-${userInfo().uid}-${name}`);
  const isOwnEnough = Number(process.versions.node.split('.')[0]) >= MINIMUM_NODE_MAJOR;
  if (!existsSync(folder)) {
    // A rename makes it appear whole: what was broken off is not found again.
    const unfinished = await mkdtemp(`${folder}-`);
    try {
      const args = [
        'install',
        '--no-audit',
        '--no-fund',
        '--fetch-retries=1',
        '--prefix',
        unfinished,
        ...packages,
        ...(isOwnEnough ? [] : [RUNTIME]),
      ];
      await promisify(execFile)('npm', args, { timeout: INSTALL_DEADLINE_MS });
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  const runtime = isOwnEnough ? process.execPath : runtimeIn(folder);
  if (!existsSync(runtime)) throw new Error(`no Node ${MINIMUM_NODE_MAJOR} in ${folder}: remove it to have it fetched again`);
  return { folder, runtime };
}

/** Where {@link RUNTIME} is in a folder that it was brought into. */
export function runtimeIn(folder: string): string {
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}
