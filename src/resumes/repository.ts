import type { Database } from '../db/client.ts';

/** Reads and writes resumes, always for one owner, in SQL. */
export interface ResumeRepository {
  readonly db: Database;
}
