import { once } from 'node:events';
import { WebSocket } from 'undici';

/** The part of the inspector's `Profiler.Profile` that is read here. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Share of a profile's busy time that was spent in something's own code, by name. */
export type Shares = readonly (readonly [name: string, share: number])[];

const SAMPLE_MICROSECONDS = 200;
const IDLE: readonly string[] = ['(idle)', '(program)', '(root)'];

/**
 * Records what a process does while `work` runs, over its inspector. Sampling costs it a few percent, so nothing is measured
 * meanwhile.
 *
 * @param port of the process's `--inspect`
 */
export async function recordProfile(port: number, work: () => Promise<unknown>): Promise<Profile> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error('the process has no inspector');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, 'open');
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  const call = (method: string, params: Readonly<Record<string, unknown>> = {}) =>
    new Promise<unknown>((resolve) => {
      const id = waiting.size + 1;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
  try {
    await call('Profiler.enable');
    await call('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
    await call('Profiler.start');
    await work();
    const { profile } = (await call('Profiler.stop')) as { profile: Profile };
    return profile;
  } finally {
    socket.close();
  }
}

/** Self time by package (or `vitae`, `node`, `(garbage collector)`), the largest first. */
export function sharesByPackage(profile: Profile): Shares {
  return shares(profile, ({ url, functionName }) => {
    if (functionName === '(garbage collector)') return functionName;
    const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
    return inPackage ?? (url.includes('/dist/') ? 'vitae' : 'node');
  });
}

/** Self time by function. */
export function sharesByFunction(profile: Profile): Shares {
  return shares(profile, ({ functionName, url, lineNumber }) => {
    const file = url.replace(/.*\/(?:node_modules|dist)\//, '');
    return `${functionName === '' ? '(anonymous)' : functionName} ${file}:${lineNumber + 1}`;
  });
}

function shares({ nodes, samples, timeDeltas }: Profile, nameOf: (frame: Profile['nodes'][number]['callFrame']) => string): Shares {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || IDLE.includes(frame.functionName)) continue;
    const time = timeDeltas[index] ?? 0;
    const name = nameOf(frame);
    times.set(name, (times.get(name) ?? 0) + time);
    total += time;
  }
  return [...times].map(([name, time]) => [name, time / total] as const).toSorted(([, left], [, right]) => right - left);
}
