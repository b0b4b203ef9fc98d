/** Counts in memory what is written together, so that what happens often costs no write each time. */
export interface Tally<Subject> {
  /** @param key what counts as the same, e.g. the id of a connection; the first subject under it is kept */
  count(key: string, subject: Subject, at: Date): void;
  /**
   * Writes what was counted, after a write that is under way. Rejects when that can't be done; everything is kept for the next try.
   * Not checked: whether a write whose answer was lost took place; it is counted again.
   */
  flush(): Promise<void>;
}

interface Counted<Subject> {
  readonly subject: Subject;
  readonly at: Date;
  readonly times: number;
}

/**
 * Writes what was counted.
 *
 * @param counted a JSON array: of each subject its members, the last `at` and how many `times`
 * @param isAlone it is one, of which the same call had answered that it was left out before
 * @returns the keys of what it left out, to be written each by itself
 */
export type WriteCounted = (counted: string, isAlone: boolean) => Promise<readonly string[]>;

export function createTally<Subject extends object>(write: WriteCounted): Tally<Subject> {
  let counted = new Map<string, Counted<Subject>>();
  let writing = Promise.resolve();
  const keep = (taken: ReadonlyMap<string, Counted<Subject>>) => {
    for (const [key, { subject, at, times }] of taken) {
      const since = counted.get(key);
      counted.set(key, { subject, at: since?.at ?? at, times: times + (since?.times ?? 0) });
    }
  };
  const drain = async () => {
    if (counted.size === 0) return;
    const taken = counted;
    counted = new Map();
    try {
      const left = new Set(await write(toRows(taken.values()), false));
      for (const key of taken.keys()) if (!left.has(key)) taken.delete(key);
      for (const [key, one] of taken) {
        await write(toRows([one]), true);
        taken.delete(key);
      }
    } catch (error) {
      keep(taken);
      throw error;
    }
  };
  return {
    count(key, subject, at) {
      const known = counted.get(key);
      counted.set(key, { subject: known?.subject ?? subject, at, times: (known?.times ?? 0) + 1 });
    },
    flush() {
      writing = writing.catch(() => undefined).then(drain);
      return writing;
    },
  };
}

function toRows(counted: Iterable<Counted<object>>): string {
  return JSON.stringify(Array.from(counted, ({ subject, at, times }) => Object.assign({ at: at.toISOString(), times }, subject)));
}
