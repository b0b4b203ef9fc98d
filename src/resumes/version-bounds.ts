import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';

/**
 * What is kept of one resume's past: this many versions, in this many bytes. A thousand versions of 50 KB take a tenth of either,
 * so that only a program that writes without end gets here.
 */
export const MAX_VERSIONS = 10_000;
export const MAX_VERSION_BYTES = 25_000_000;

/**
 * Lets the oldest versions go, as many whole spans from a snapshot to the next as are over the bounds. What stays begins with a
 * snapshot. One statement, in the transaction of the change; called where a snapshot has just been written.
 */
export async function trimVersions(db: Database, resumeId: string): Promise<void> {
  await db.orm.execute(sql`
    delete from resume_version where resume_id = ${resumeId} and revision < (
      select min(revision) from (
        select revision, snapshot is not null as is_whole, row_number() over newest as kept,
          sum(coalesce(octet_length(patches), 0) + coalesce(octet_length(snapshot), 0)) over newest as bytes
        from resume_version where resume_id = ${resumeId} window newest as (order by revision desc)
      ) counted
      where is_whole and kept <= ${MAX_VERSIONS}::int and bytes <= ${MAX_VERSION_BYTES}::int
    )`);
}
