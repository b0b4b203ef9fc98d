import type { ApiContext } from '../api/base.ts';

export interface ResumeListing {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly updatedAt: string;
}

/** The two reads that resources, prompts and completions are made of. They run the API's procedures, scopes and all. */
export interface ResumeAccess {
  /** A page of the principal's resumes, most recently changed first. */
  list(context: ApiContext, cursor?: string): Promise<{ readonly resumes: readonly ResumeListing[]; readonly nextCursor?: string }>;
  /** The JSON Resume document and its name; null when there is no such resume for this principal. */
  read(context: ApiContext, id: string): Promise<{ readonly name: string; readonly data: unknown; readonly updatedAt: string } | null>;
}
