import { openInspector } from './inspector.ts';

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
  const inspector = await openInspector(port);
  try {
    await inspector.call('Profiler.enable');
    await inspector.call('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
    await inspector.call('Profiler.start');
    await work();
    const { profile } = (await inspector.call('Profiler.stop')) as { profile: Profile };
    return profile;
  } finally {
    inspector.close();
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
