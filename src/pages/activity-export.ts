import { stringify } from 'csv-stringify/sync';
import type { ActivityFilter } from './activity-filter.ts';
import { readTimeline, type TimelineEntry } from './activity-timeline.ts';
import { toActorName, toEventKey } from './activity-words.ts';
import type { ActivityDirectory } from '../api/base.ts';
import type { Activity } from '../db/activity.ts';
import type { ResumeRead } from '../db/resume-reads.ts';
import { buildPageHeaders } from './headers.ts';
import type { Messages } from './messages.ts';

const COLUMNS = ['at', 'event', 'what', 'decision', 'reason', 'app_or_key', 'resume', 'revision', 'changed', 'address', 'times'] as const;

/**
 * Everything that a filter finds as CSV (RFC 4180), newest first, read page by page while it is sent. A cell that a spreadsheet
 * would take for a formula starts with an apostrophe.
 */
export function buildActivityExport(activity: ActivityDirectory, userId: string, filter: ActivityFilter, messages: Messages): Response {
  const encoder = new TextEncoder();
  let next: ActivityFilter | null = filter;
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next === null) return controller.close();
      const page = await readTimeline(activity, userId, next);
      const header = isFirst ? [[...COLUMNS]] : [];
      const text = stringify([...header, ...page.entries.map((entry) => toCells(entry, messages))], {
        escape_formulas: true,
        record_delimiter: 'windows',
      });
      if (text !== '') controller.enqueue(encoder.encode(text));
      isFirst = false;
      ({ next } = page);
      if (next === null) controller.close();
    },
  });
  const headers = buildPageHeaders('owner');
  headers.set('content-type', 'text/csv; charset=utf-8; header=present');
  headers.set('content-disposition', 'attachment; filename="activity.csv"');
  return new Response(body, { headers });
}

function toCells(entry: TimelineEntry, messages: Messages): string[] {
  return entry.kind === 'event' ? toEventCells(entry.event, messages) : toReadCells(entry.read, messages);
}

/** `at` is the last time of the day. */
function toReadCells(read: ResumeRead, messages: Messages): string[] {
  const what = messages.plural('activity.read', read.reads);
  const who = toActorName(messages, read) ?? '';
  return [read.lastAt.toISOString(), 'resume.read', what, 'allowed', '', who, read.resumeName, '', '', '', String(read.reads)];
}

function toEventCells(event: Activity, messages: Messages): string[] {
  const key = toEventKey(event.event);
  return [
    event.at.toISOString(),
    event.event,
    key === null ? '' : messages.text(key),
    event.decision,
    event.reason ?? '',
    toActorName(messages, event) ?? '',
    event.resumeName ?? '',
    event.version === null ? '' : String(event.version.revision),
    event.version?.touched.join(' ') ?? '',
    event.address ?? '',
    '',
  ];
}
