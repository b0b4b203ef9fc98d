import type { ActivityPage as ActivityFilter } from '../db/activity.ts';

const MAXIMUM_ID = 64;

/**
 * Reads the filter of the activity page: `by` is `you`, `connection:ID` or `key:ID`, `resume` an id, `before` the id of an event.
 * What can't be read counts as left out. Not checked: whether what it names exists; then nothing is found.
 */
export function parseActivityFilter(query: URLSearchParams): ActivityFilter {
  const by = query.get('by') ?? '';
  const [, kind, id] = /^(connection|key):([^\0]+)$/.exec(by) ?? [];
  const resumeId = query.get('resume') ?? '';
  const before = /^[1-9]\d{0,14}$/.test(query.get('before') ?? '') ? Number(query.get('before')) : null;
  return {
    ...(by === 'you' && { ownOnly: true }),
    ...(kind === 'connection' && isId(id) && { connectionId: id }),
    ...(kind === 'key' && isId(id) && { apiKeyId: id }),
    ...(isId(resumeId) && { resumeId }),
    ...(before !== null && { before }),
  };
}

/** The query that {@link parseActivityFilter} reads as this filter; empty for none. */
export function toActivityQuery({ before, connectionId, apiKeyId, resumeId, ownOnly }: ActivityFilter): string {
  const by =
    ownOnly === true ? 'you' : connectionId !== undefined ? `connection:${connectionId}` : apiKeyId !== undefined ? `key:${apiKeyId}` : '';
  const query = new URLSearchParams();
  if (by !== '') query.set('by', by);
  if (resumeId !== undefined) query.set('resume', resumeId);
  if (before !== undefined) query.set('before', String(before));
  return query.size === 0 ? '' : `?${query}`;
}

function isId(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= MAXIMUM_ID && !text.includes('\0');
}
