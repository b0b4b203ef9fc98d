import { z } from 'zod';
import { parseJson } from './json.ts';
import type { ResumeSummary } from './stored-resume.ts';

export const RESUME_SORTS = ['lastUpdatedAt', 'createdAt', 'name'] as const;
export type ResumeSort = (typeof RESUME_SORTS)[number];

/** The place in a sorted list right after one resume. */
export interface CursorPosition {
  /** The name, or an instant as `2026-01-31T12:00:00.000Z`. */
  readonly key: string;
  readonly id: string;
}

const cursorSchema = z.tuple([z.enum(RESUME_SORTS), z.string().max(1_000), z.string().max(200)]);
const instantSchema = z.iso.datetime({ precision: 3 });

export function toCursor(sort: ResumeSort, last: ResumeSummary): string {
  const key = sort === 'name' ? last.name : (sort === 'createdAt' ? last.createdAt : last.updatedAt).toISOString();
  return Buffer.from(JSON.stringify([sort, key, last.id])).toString('base64url');
}

/**
 * Reads a cursor. It is not signed: a made-up one only moves the start of the caller's own list.
 * @returns null for anything that {@link toCursor} can't have made for this sort
 */
export function parseCursor(cursor: string, sort: ResumeSort): CursorPosition | null {
  const parsed = cursorSchema.safeParse(decode(cursor));
  if (!parsed.success || parsed.data[0] !== sort) return null;
  const [, key, id] = parsed.data;
  if (sort !== 'name' && !instantSchema.safeParse(key).success) return null;
  return parseJson([key, id]).ok ? { key, id } : null;
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
