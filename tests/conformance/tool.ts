import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { requireRegistryPrograms } from '../support/registry-programs.ts';

const CONFORMANCE = '@modelcontextprotocol/conformance@0.2.0-alpha.12';

export interface ConformanceTool {
  /** Runs the suite with these arguments, its output on ours. Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
  /** The same with its standard output handed to us as well, line by line. */
  runReading(args: readonly string[], onLine: (line: string) => void): Promise<number>;
}

/**
 * Brings the official conformance suite and a Node it runs on.
 *
 * Rejects when the registry can't be reached.
 */
export async function requireConformanceTool(): Promise<ConformanceTool> {
  const { folder, runtime } = await requireRegistryPrograms('conformance-0.2.0-alpha.12', [CONFORMANCE]);
  const entry = join(folder, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
  return {
    run: (args) => waitForExit(spawn(runtime, [entry, ...args], { cwd: folder, stdio: 'inherit' })),
    runReading(args, onLine) {
      const child = spawn(runtime, [entry, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.pipe(process.stdout, { end: false });
      createInterface({ input: child.stdout }).on('line', onLine);
      return waitForExit(child);
    },
  };
}

async function waitForExit(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
