import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The commit of the release before this one. Moved at each release: docs/upgrading.md. */
const PREVIOUS_RELEASE = '3118e895ef11fa5227d6200a816960285047040d';
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Release {
  /** Its built entry point. */
  readonly main: string;
  dispose(): void;
}

/** Whether the repository at hand reaches back that far: a shallow clone does not. */
export const hasPreviousRelease = spawnSync('git', ['cat-file', '-e', `${PREVIOUS_RELEASE}^{commit}`], { cwd: ROOT }).status === 0;

/** Builds the previous release in a folder of its own, with the packages that it pins. Takes a minute, and the registry or pnpm's store. */
export function buildPreviousRelease(): Release {
  const folder = mkdtempSync(join(tmpdir(), 'vitae-previous-'));
  const run = (command: string, args: readonly string[], input?: Buffer) =>
    execFileSync(command, args, { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'], ...(input !== undefined && { input }) });
  const archive = execFileSync('git', ['archive', PREVIOUS_RELEASE, '.'], { cwd: ROOT, maxBuffer: 256 * 1024 * 1024 });
  run('tar', ['-x'], archive);
  run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline']);
  run('pnpm', ['run', 'build']);
  return { main: join(folder, 'dist/main.js'), dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
