import type { ActivityDirectory } from '../api/base.ts';
import type { Activity } from '../db/activity.ts';
import type { ResumeRead } from '../db/resume-reads.ts';
import type { ActivityFilter } from './activity-filter.ts';

/** An event, or what somebody read of a resume on a day, which stands where its last read does. */
export type TimelineEntry = { readonly kind: 'event'; readonly event: Activity } | { readonly kind: 'read'; readonly read: ResumeRead };

export interface TimelinePage {
  /** At most 100, the latest first. */
  readonly entries: readonly TimelineEntry[];
  /** What finds the entries behind these; null when there are none. */
  readonly next: ActivityFilter | null;
}

const PAGE_ENTRIES = 100;

/**
 * Reads events and reads of a person as one list in the order of time. Each has a place of its own in the filter, so that nothing is
 * left out or shown twice at the end of a page; a read that is counted up between two pages moves to the start.
 */
export async function readTimeline(activity: ActivityDirectory, userId: string, filter: ActivityFilter): Promise<TimelinePage> {
  const { only, before, readsBefore, ownOnly = false, ...named } = filter;
  const events =
    only === 'reads'
      ? []
      : await activity.list(userId, { ...named, ownOnly, changesOnly: only === 'changes', ...(before !== undefined && { before }) });
  // What the person reads themselves is not counted.
  const reads =
    only === 'changes' || ownOnly
      ? []
      : await activity.listReads(userId, { ...named, ...(readsBefore !== undefined && { before: readsBefore }) });
  const entries: TimelineEntry[] = [];
  let [eventsTaken, readsTaken] = [0, 0];
  while (entries.length < PAGE_ENTRIES) {
    const [event, read] = [events[eventsTaken], reads[readsTaken]];
    if (event !== undefined && (read === undefined || event.at >= read.lastAt)) {
      entries.push({ kind: 'event', event });
      eventsTaken += 1;
    } else if (read === undefined) {
      break;
    } else {
      entries.push({ kind: 'read', read });
      readsTaken += 1;
    }
  }
  const [lastEvent, lastRead] = [events[eventsTaken - 1], reads[readsTaken - 1]];
  const next = { ...filter, ...(lastEvent && { before: lastEvent.id }), ...(lastRead && { readsBefore: lastRead }) };
  return { entries, next: entries.length < PAGE_ENTRIES ? null : next };
}
