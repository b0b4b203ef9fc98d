import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects all garbage of the process at once and gives its memory back, which stops everything for some tens of milliseconds. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  // The flag makes it a global of the contexts that are made from here on.
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') return;
  // Node 20 takes any argument for a collection of young objects alone; Node 24 gives memory back with this one only.
  for (const how of [[], [{ type: 'major', flavor: 'last-resort' }]]) Reflect.apply(collect, undefined, how);
}
