import type { ActivityPage } from '../db/activity.ts';
import { parsePositionText, toPositionText, type ReadPosition } from '../db/resume-reads.ts';

const MAXIMUM_ID = 64;

/** What the activity page and its export show; without anything all of it from the latest on. */
export interface ActivityFilter extends Pick<ActivityPage, 'before' | 'connectionId' | 'apiKeyId' | 'resumeId' | 'ownOnly'> {
  /** Only what was done to resumes, or only what was read. */
  readonly only?: 'changes' | 'reads';
  /** Only reads behind this one. */
  readonly readsBefore?: ReadPosition;
}

/**
 * Reads the filter of the activity page: `by` is `you`, `connection:ID` or `key:ID`, `what` is `changes` or `reads`, `resume` an id,
 * `before` the id of an event and `readsBefore` the position of a read. What can't be read counts as left out. Not checked: whether what
 * it names exists; then nothing is found.
 */
export function parseActivityFilter(query: URLSearchParams): ActivityFilter {
  const by = query.get('by') ?? '';
  const what = query.get('what');
  const [, kind, id] = /^(connection|key):([^\0]+)$/.exec(by) ?? [];
  const resumeId = query.get('resume') ?? '';
  const before = /^[1-9]\d{0,14}$/.test(query.get('before') ?? '') ? Number(query.get('before')) : null;
  const readsBefore = parsePositionText(query.get('readsBefore') ?? '');
  return {
    ...((what === 'changes' || what === 'reads') && { only: what }),
    ...(by === 'you' && { ownOnly: true }),
    ...(kind === 'connection' && isId(id) && { connectionId: id }),
    ...(kind === 'key' && isId(id) && { apiKeyId: id }),
    ...(isId(resumeId) && { resumeId }),
    ...(before !== null && { before }),
    ...(readsBefore !== null && { readsBefore }),
  };
}

/** The same without the place in the list. */
export function fromTheLatest({ before: _before, readsBefore: _readsBefore, ...filter }: ActivityFilter): ActivityFilter {
  return filter;
}

/** The query that {@link parseActivityFilter} reads as this filter; empty for none. */
export function toActivityQuery({ only, before, readsBefore, connectionId, apiKeyId, resumeId, ownOnly }: ActivityFilter): string {
  const by =
    ownOnly === true ? 'you' : connectionId !== undefined ? `connection:${connectionId}` : apiKeyId !== undefined ? `key:${apiKeyId}` : '';
  const query = new URLSearchParams();
  if (only !== undefined) query.set('what', only);
  if (by !== '') query.set('by', by);
  if (resumeId !== undefined) query.set('resume', resumeId);
  if (before !== undefined) query.set('before', String(before));
  if (readsBefore !== undefined) query.set('readsBefore', toPositionText(readsBefore));
  return query.size === 0 ? '' : `?${query}`;
}

function isId(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= MAXIMUM_ID && !text.includes('\0');
}
