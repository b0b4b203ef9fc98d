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

/** @param write gets a JSON array: of each subject its members, the last `at` and how many `times` */
export function createTally<Subject extends object>(write: (counted: string) => Promise<unknown>): Tally<Subject> {
  let counted = new Map<string, Counted<Subject>>();
  let writing = Promise.resolve();
  const drain = async () => {
    if (counted.size === 0) return;
    const taken = counted;
    counted = new Map();
    try {
      await write(
        JSON.stringify([...taken.values()].map(({ subject, at, times }) => Object.assign({ at: at.toISOString(), times }, subject))),
      );
    } catch (error) {
      for (const [key, { subject, at, times }] of taken) {
        const since = counted.get(key);
        counted.set(key, { subject, at: since?.at ?? at, times: times + (since?.times ?? 0) });
      }
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
