import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const CONFORMANCE = '@modelcontextprotocol/conformance@0.2.0-alpha.12';
/** The suite does not start on Node 20, which the product supports. */
const MINIMUM_NODE_MAJOR = 22;
const RUNTIME = 'node@24.21.0';

export interface ConformanceTool {
  /** Runs the suite with these arguments, its output on ours. Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
  /** The same with its standard output handed to us as well, line by line. */
  runReading(args: readonly string[], onLine: (line: string) => void): Promise<number>;
}

/**
 * Brings the official conformance suite and a Node it runs on, into a folder of their own that later runs find again. They are
 * no dependencies of the project: a `node` among those would shadow the runtime of every script.
 *
 * Rejects when the registry can't be reached.
 */
export async function requireConformanceTool(): Promise<ConformanceTool> {
  const folder = join(tmpdir(), 'vitae-conformance-0.2.0-alpha.12');
  const entry = join(folder, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
  const ownMajor = Number(process.versions.node.split('.')[0]);
  const runtime = ownMajor >= MINIMUM_NODE_MAJOR ? process.execPath : join(folder, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(entry) || !existsSync(runtime)) {
    await mkdir(folder, { recursive: true });
    const packages = ownMajor >= MINIMUM_NODE_MAJOR ? [CONFORMANCE] : [CONFORMANCE, RUNTIME];
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...packages]);
  }
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
