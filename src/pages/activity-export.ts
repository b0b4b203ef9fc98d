import { stringify } from 'csv-stringify/sync';
import { toEventKey } from './activity-words.ts';
import type { ActivityDirectory } from '../api/base.ts';
import type { Activity, ActivityPage as ActivityFilter } from '../db/activity.ts';
import { buildPageHeaders } from './headers.ts';
import type { Messages } from './messages.ts';

const COLUMNS = ['at', 'event', 'what', 'decision', 'reason', 'app_or_key', 'resume', 'revision', 'changed', 'address'] as const;

/**
 * Everything that a filter finds as CSV (RFC 4180), newest first, read page by page while it is sent. A cell that a spreadsheet
 * would take for a formula starts with an apostrophe.
 */
export function buildActivityExport(activity: ActivityDirectory, userId: string, filter: ActivityFilter, messages: Messages): Response {
  const encoder = new TextEncoder();
  let { before } = filter;
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const events = await activity.list(userId, { ...filter, ...(before !== undefined && { before }) });
      const header = isFirst ? [[...COLUMNS]] : [];
      const text = stringify([...header, ...events.map((event) => toCells(event, messages))], {
        escape_formulas: true,
        record_delimiter: 'windows',
      });
      if (text !== '') controller.enqueue(encoder.encode(text));
      isFirst = false;
      before = events.at(-1)?.id;
      if (before === undefined) controller.close();
    },
  });
  const headers = buildPageHeaders('owner');
  headers.set('content-type', 'text/csv; charset=utf-8; header=present');
  headers.set('content-disposition', 'attachment; filename="activity.csv"');
  return new Response(body, { headers });
}

function toCells(event: Activity, messages: Messages): string[] {
  const key = toEventKey(event.event);
  return [
    event.at.toISOString(),
    event.event,
    key === null ? '' : messages.text(key),
    event.decision,
    event.reason ?? '',
    event.clientName ?? event.apiKeyName ?? '',
    event.resumeName ?? '',
    event.version === null ? '' : String(event.version.revision),
    event.version?.touched.join(' ') ?? '',
    event.address ?? '',
  ];
}
