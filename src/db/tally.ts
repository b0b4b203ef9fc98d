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
  /** Answers what was left out. */
  const writeAll = async (taken: ReadonlyMap<string, Counted<Subject>>, isAlone: boolean) => {
    const rows = [...taken.values()].map(({ subject, at, times }) => Object.assign({ at: at.toISOString(), times }, subject));
    const left = new Set(await write(JSON.stringify(rows), isAlone));
    return new Map([...taken].filter(([key]) => left.has(key)));
  };
  const drain = async () => {
    if (counted.size === 0) return;
    let open: ReadonlyMap<string, Counted<Subject>> = counted;
    counted = new Map();
    try {
      open = await writeAll(open, false);
      for (const [key, one] of open) {
        await writeAll(new Map([[key, one]]), true);
        open = new Map([...open].filter(([other]) => other !== key));
      }
    } catch (error) {
      keep(open);
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
