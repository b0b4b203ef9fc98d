import { spawn } from 'node:child_process';
import { requireRegistryPrograms, RUNTIME, RUNTIME_VERSION, runtimeIn } from '../support/registry-programs.ts';

/** The Node of `deploy/Dockerfile`: on an older one promises cost more for the sake of asynchronous context. */
const IMAGE_NODE = RUNTIME_VERSION;
const MARK = 'VITAE_BENCH_NODE';

/**
 * Runs this program on the Node that the image runs, fetched from the npm registry when ours is older, and ends the process with its exit
 * code. Returns where it is to go on here: on that Node, with `--this-node`, or when there is none to be had, which it says.
 */
export async function requireImageNode(): Promise<void> {
  const isOurs = Number(process.versions.node.split('.')[0]) >= Number(IMAGE_NODE.split('.')[0]);
  const here = process.argv.indexOf('--this-node');
  if (here !== -1) process.argv.splice(here, 1);
  if (isOurs || here !== -1 || process.env[MARK] !== undefined) return;
  const brought = await requireRegistryPrograms(`node-${IMAGE_NODE}`, [RUNTIME]).catch((error: unknown) => {
    process.stderr.write(`measured on Node ${process.versions.node}: Node ${IMAGE_NODE} can't be fetched: ${String(error)}\n`);
    return null;
  });
  if (brought === null) return;
  const child = spawn(runtimeIn(brought.folder), ['--import', 'tsx', ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: IMAGE_NODE },
  });
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, forward);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  process.exit(code ?? 1);
}
