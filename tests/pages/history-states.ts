import type { PageSuggestion, PageVersion } from '../../src/pages/dependencies.ts';

type DaysAgo = (days: number) => Date;

const OWNER = { kind: 'owner', id: 'user-1', name: 'Ada Lovelace' } as const;
const APP = {
  kind: 'connection',
  id: 'g1',
  name: 'Resume Assistant for Very Ambitious People Who Like Long Names, Version Twelve',
} as const;

/** One version of every kind of maker. */
export function buildVersions(daysAgo: DaysAgo): PageVersion[] {
  return [
    { revision: 12, at: daysAgo(0.01), kind: 'patched', by: APP, operations: 2, touched: ['work', 'skills', 'basics'] },
    { revision: 11, at: daysAgo(1), kind: 'accepted', by: OWNER, operations: 1, touched: ['basics'] },
    { revision: 3, at: daysAgo(2), kind: 'updated', by: { kind: 'api_key', id: 'k1', name: null }, operations: 1, touched: ['name'] },
    { revision: 2, at: daysAgo(3), kind: 'patched', by: { kind: 'connection', id: 'g2', name: null }, operations: 40, touched: ['work'] },
    { revision: 1, at: daysAgo(40), kind: 'created', by: OWNER, operations: 0, touched: [] },
  ];
}

/** One that applies, one that no longer does, and those that were decided on. */
export function buildSuggestions(daysAgo: DaysAgo): PageSuggestion[] {
  const operations = [
    { line: 'Added skills 4: "AVeryLongWordThatHasToBreakSomewhereBecauseItDoesNotFitOnAnyNarrowScreenAtAll"' },
    { line: 'Changed work 1 (Analytical Engine) position: "Programmer" → "Lead programmer"' },
  ];
  const pending = { status: 'pending', decidedAt: null, operations, by: { name: APP.name } } as const;
  return [
    { ...pending, id: 's1', createdAt: daysAgo(0.1), conflicts: [] },
    { ...pending, id: 's2', createdAt: daysAgo(1), conflicts: ['/data/work/0/position'], by: { name: null } },
    { ...pending, id: 's3', status: 'partly_accepted', createdAt: daysAgo(2), decidedAt: daysAgo(1), conflicts: [] },
    { ...pending, id: 's4', status: 'rejected', createdAt: daysAgo(3), decidedAt: daysAgo(1), conflicts: [] },
  ];
}
