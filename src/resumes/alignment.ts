import type { JsonValue } from './json.ts';
import { isJsonObject } from './json.ts';

/** An item of one list and its counterpart in another, by index. */
export type Pair = readonly [before: number, after: number];

/** Beyond this many comparisons lists are paired by place alone, so that no document makes a comparison slow. */
const MAX_EXACT_COMPARISONS = 250_000;
const MAX_SIMILARITY_COMPARISONS = 2_500;

/** Enough to pair two items of one kind that share nothing, when nothing better is at hand. */
const SAME_KIND = 0.001;

/**
 * Finds which items of two lists are the same one: equal items first, then between those the ones that have most in common.
 * Pairs never cross: both indexes only grow.
 */
export function alignLists(before: readonly JsonValue[], after: readonly JsonValue[]): Pair[] {
  const left = before.map(toCanonicalText);
  const right = after.map(toCanonicalText);
  const anchors = [...findAnchors(left, right), [before.length, after.length] as const];
  const pairs: Pair[] = [];
  let start: Pair = [0, 0];
  for (const anchor of anchors) {
    const [i, j] = start;
    for (const [x, y] of pairSimilar(before.slice(i, anchor[0]), after.slice(j, anchor[1]))) pairs.push([i + x, j + y]);
    if (anchor[0] < before.length) pairs.push(anchor);
    start = [anchor[0] + 1, anchor[1] + 1];
  }
  return pairs;
}

/** The same text for values that differ in nothing but the order of members. */
export function toCanonicalText(value: JsonValue): string {
  return JSON.stringify(value, (_name, member: JsonValue) =>
    isJsonObject(member) ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}

/** A longest common subsequence; of very long lists only what they begin and end with. */
function findAnchors(left: readonly string[], right: readonly string[]): Pair[] {
  let start = 0;
  const shorter = Math.min(left.length, right.length);
  while (start < shorter && left[start] === right[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && left.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  const middleLeft = left.slice(start, left.length - tail);
  const middleRight = right.slice(start, right.length - tail);
  const isSmall = middleLeft.length * middleRight.length <= MAX_EXACT_COMPARISONS;
  const middle = isSmall ? pairBest(middleLeft, middleRight, (a, b) => (a === b ? 1 : 0)) : [];
  return [
    ...Array.from({ length: start }, (_unused, index): Pair => [index, index]),
    ...middle.map(([i, j]): Pair => [start + i, start + j]),
    ...Array.from({ length: tail }, (_unused, index): Pair => [left.length - tail + index, right.length - tail + index]),
  ];
}

function pairSimilar(before: readonly JsonValue[], after: readonly JsonValue[]): Pair[] {
  if (before.length * after.length <= MAX_SIMILARITY_COMPARISONS) return pairBest(before, after, measureSimilarity);
  return Array.from({ length: Math.min(before.length, after.length) }, (_unused, index): Pair => [index, index]);
}

/** The pairs of highest total score that never cross (dynamic programming over both lists); a score of 0 pairs nothing. */
function pairBest<Item>(left: readonly Item[], right: readonly Item[], score: (a: Item, b: Item) => number): Pair[] {
  if (left.length === 0 || right.length === 0) return [];
  const width = right.length + 1;
  const best = new Float64Array((left.length + 1) * width);
  const scores = new Float64Array(left.length * right.length);
  const at = (i: number, j: number) => best[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const [a, b] = [left[i], right[j]];
      const paired = a === undefined || b === undefined ? 0 : score(a, b);
      scores[i * right.length + j] = paired;
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), paired > 0 ? paired + at(i + 1, j + 1) : 0);
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const paired = scores[i * right.length + j] ?? 0;
    if (paired > 0 && at(i, j) === paired + at(i + 1, j + 1)) {
      pairs.push([i, j]);
      [i, j] = [i + 1, j + 1];
    } else if (at(i, j) === at(i + 1, j)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** 0 to 1: of objects the share of members that are equal; two other values of one kind hardly anything, of two kinds nothing. */
export function measureSimilarity(before: JsonValue, after: JsonValue): number {
  if (!isJsonObject(before) || !isJsonObject(after)) {
    return Array.isArray(before) === Array.isArray(after) && typeof before === typeof after && isJsonObject(before) === isJsonObject(after)
      ? SAME_KIND
      : 0;
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const equal = Object.keys(before).filter((name) => {
    const [a, b] = [before[name], Object.hasOwn(after, name) ? after[name] : undefined];
    return a !== undefined && b !== undefined && toCanonicalText(a) === toCanonicalText(b);
  });
  return SAME_KIND + equal.length / Math.max(names.size, 1);
}
