/** The most that one statement asks for; who comes after waits for the next one. */
const MAXIMUM_KEYS = 100;

/** Answers for each key that there is something for. Rejects for all of them. */
export type FindAll<Found> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Found>>;

/**
 * Looks up one by one what is asked for one by one, and in one statement what is asked for in the same turn of the event loop: a busy server
 * finds several requests on its sockets at once. Every answer was read after it was asked for; nothing is remembered.
 *
 * Not inside a transaction: the statement is part of whatever the first of those who ask is part of, of its trace too.
 *
 * @param atEndOfTurn calls what it is given when the requests that are there already have been begun
 * @returns what there is for a key; undefined: nothing. Rejects when the statement of its turn failed.
 */
export function gatherLookups<Found>(
  findAll: FindAll<Found>,
  atEndOfTurn: (ask: () => void) => void = setImmediate,
): (key: string) => Promise<Found | undefined> {
  let open: { readonly keys: Set<string>; readonly found: Promise<ReadonlyMap<string, Found>> } | null = null;

  // A statement that can't even be built is a rejection, too: nobody waits where it would be thrown.
  const askAll = async (keys: ReadonlySet<string>) => findAll([...keys]);
  const begin = () => {
    const keys = new Set<string>();
    const found = new Promise<ReadonlyMap<string, Found>>((resolve) => {
      atEndOfTurn(() => {
        if (open?.keys === keys) open = null;
        resolve(askAll(keys));
      });
    });
    return { keys, found };
  };

  return async (key) => {
    if (open === null || open.keys.size === MAXIMUM_KEYS) open = begin();
    open.keys.add(key);
    return (await open.found).get(key);
  };
}
