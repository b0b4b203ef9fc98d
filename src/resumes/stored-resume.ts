import { sql } from 'drizzle-orm';
import { resume } from '../db/schema/resumes.ts';
import { resumeSchema, type Resume } from './resume.ts';

/** A resume without its document. */
export interface ResumeSummary {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly tags: readonly string[];
  readonly isPublic: boolean;
  readonly isLocked: boolean;
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface StoredResume extends ResumeSummary {
  readonly data: Resume;
}

export const SUMMARY_COLUMNS = {
  id: resume.id,
  name: resume.name,
  slug: resume.slug,
  tags: resume.tags,
  isPublic: resume.isPublic,
  isLocked: resume.isLocked,
  revision: resume.revision,
  createdAt: resume.createdAt,
  updatedAt: resume.updatedAt,
};

/** Only {@link parseResume}'s results are ever written, so the column is trusted to hold a resume. */
export const STORED_COLUMNS = { ...SUMMARY_COLUMNS, data: sql<Resume>`${resume.data}` };

/**
 * PostgreSQL keeps members of `jsonb` by length of name; readers get them in the standard's order. A document from before a
 * rule was tightened is given back as it is.
 */
export function toStoredResume<Row extends StoredResume>(row: Row): Row {
  const parsed = resumeSchema.safeParse(row.data);
  return parsed.success ? { ...row, data: parsed.data } : row;
}
