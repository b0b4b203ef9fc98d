import { ID_TOKEN_SECONDS } from '../lifetimes.ts';

/**
 * How long a key is published before it signs. Verifiers remember key sets: this server's documents allow five minutes, most libraries take
 * minutes, some a day.
 */
export const LEAD_SECONDS = 24 * 60 * 60;
/** After the last token of a key has ended: clocks of instances differ, and one may sign with it a moment longer. */
const MARGIN_SECONDS = 10 * 60;

/** What the times of a key say. */
export interface KeyTimes {
  readonly id: string;
  readonly signsFrom: Date;
}

/** `next` is published and does not sign; `current` signs; `retiring` is published until its last token has ended; `over` is not published. */
export type KeyState = 'next' | 'current' | 'retiring' | 'over';

export interface Judged<K> {
  readonly key: K;
  readonly state: KeyState;
  /** The end of signing, for `next` and `current`: null while no successor is known. Otherwise the end of being published. */
  readonly until: Date | null;
}

/**
 * What each key is for at an instant. A key signs until the next one does; one always signs, when there is any: the earliest, while the
 * clock says that none should yet.
 *
 * @returns the keys in the order in which they sign
 */
export function judgeKeys<K extends KeyTimes>(keys: readonly K[], now: Date): Judged<K>[] {
  const ordered = keys.toSorted((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime() || (a.id < b.id ? -1 : 1));
  const current = Math.max(
    0,
    ordered.findLastIndex(({ signsFrom }) => signsFrom <= now),
  );
  return ordered.map((key, index) => {
    const signsUntil = ordered[index + 1]?.signsFrom ?? null;
    if (index >= current || signsUntil === null) return { key, state: index === current ? 'current' : 'next', until: signsUntil };
    const until = new Date(signsUntil.getTime() + (ID_TOKEN_SECONDS + MARGIN_SECONDS) * 1000);
    return { key, state: now < until ? 'retiring' : 'over', until };
  });
}

/**
 * From when on a key would sign that is published now; null: none is due.
 *
 * @param keys in any order
 * @param periodSeconds how long a key signs; longer than {@link LEAD_SECONDS}
 */
export function planNextKey(keys: readonly KeyTimes[], now: Date, periodSeconds: number): Date | null {
  // Nobody can remember a set without keys.
  if (keys.length === 0) return now;
  const judged = judgeKeys(keys, now);
  const current = judged.find(({ state }) => state === 'current');
  if (current === undefined || judged.some(({ state }) => state === 'next')) return null;
  const end = current.key.signsFrom.getTime() + periodSeconds * 1000;
  const earliest = now.getTime() + LEAD_SECONDS * 1000;
  return end > earliest ? null : new Date(earliest);
}
