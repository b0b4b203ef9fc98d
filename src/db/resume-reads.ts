import { and, desc, eq, gte, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { toDay } from './expiries.ts';
import { apikey } from './schema/auth.ts';
import { oauthGrant } from './schema/grants.ts';
import { resumeReads } from './schema/reads.ts';
import { resume } from './schema/resumes.ts';
import { createTally } from './tally.ts';

/** Counts in memory who reads which resume, by the day (UTC), and writes the counts together. */
export interface ResumeReads {
  /** A connection or an API key was answered with the content of a resume, now. */
  note(read: { readonly kind: 'grant' | 'api_key'; readonly id: string; readonly resumeId: string }): void;
  /**
   * Writes what was noted; of a reader or resume that has gone meanwhile nothing. Rejects when the database can't be reached, and keeps
   * the notes for the next try.
   */
  flush(): Promise<void>;
}

export function createResumeReads(db: Database, clock: () => Date): ResumeReads {
  const createReads = (table: typeof oauthGrant | typeof apikey, column: 'grant_id' | 'api_key_id') =>
    createTally<{ readonly id: string; readonly resumeId: string; readonly day: string }>(async (reads) => {
      await db.orm.execute(sql`insert into resume_reads as counted (user_id, resume_id, ${sql.identifier(column)}, day, reads, last_at)
        select resume.user_id, resume.id, reader.id, noted.day, noted.times, noted.at
        from jsonb_to_recordset(${reads}::jsonb) as noted (id text, "resumeId" text, day date, at timestamptz, times integer)
        join ${table} reader on reader.id = noted.id join resume on resume.id = noted."resumeId"
        order by reader.id, resume.id, noted.day
        on conflict (${sql.identifier(column)}, resume_id, day) do update
        set reads = counted.reads + excluded.reads, last_at = greatest(counted.last_at, excluded.last_at)`);
      return [];
    });
  const noted = { grant: createReads(oauthGrant, 'grant_id'), api_key: createReads(apikey, 'api_key_id') };
  return {
    note({ kind, id, resumeId }) {
      const at = clock();
      const day = toDay(at);
      noted[kind].count(`${id} ${resumeId} ${day}`, { id, resumeId, day }, at);
    },
    async flush() {
      await noted.grant.flush();
      await noted.api_key.flush();
    },
  };
}

/** What one connection or API key read of one resume on one day. */
export interface ResumeRead {
  readonly id: number;
  /** Null for an API key's. */
  readonly connectionId: string | null;
  readonly clientName: string | null;
  readonly apiKeyId: string | null;
  readonly apiKeyName: string | null;
  readonly resumeId: string;
  readonly resumeName: string;
  /** `YYYY-MM-DD`, in UTC. */
  readonly day: string;
  readonly reads: number;
  readonly lastAt: Date;
}

/** The place in the list right behind one entry. */
export type ReadPosition = Pick<ResumeRead, 'lastAt' | 'id'>;

/** Which part of the list; without it the latest. What is named narrows it down. */
export interface ResumeReadPage {
  /** At most 100. */
  readonly limit?: number;
  readonly before?: ReadPosition;
  readonly connectionId?: string;
  readonly apiKeyId?: string;
  readonly resumeId?: string;
  /** Only of this day (UTC) and later ones. */
  readonly since?: Date;
}

const MAXIMUM_READS = 100;

/** What connections and API keys have read of a person's resumes, the latest first. */
export async function listResumeReads(db: Database, userId: string, page: ResumeReadPage = {}): Promise<ResumeRead[]> {
  const { limit = MAXIMUM_READS, before, connectionId, apiKeyId, resumeId, since } = page;
  return db.orm
    .select({
      id: resumeReads.id,
      connectionId: resumeReads.grantId,
      clientName: oauthGrant.clientName,
      apiKeyId: resumeReads.apiKeyId,
      apiKeyName: apikey.name,
      resumeId: resumeReads.resumeId,
      resumeName: resume.name,
      day: resumeReads.day,
      reads: resumeReads.reads,
      lastAt: resumeReads.lastAt,
    })
    .from(resumeReads)
    .innerJoin(resume, eq(resume.id, resumeReads.resumeId))
    .leftJoin(oauthGrant, eq(oauthGrant.id, resumeReads.grantId))
    .leftJoin(apikey, eq(apikey.id, resumeReads.apiKeyId))
    .where(
      and(
        eq(resumeReads.userId, userId),
        before && isBehind(before),
        since && gte(resumeReads.day, toDay(since)),
        connectionId === undefined ? undefined : eq(resumeReads.grantId, connectionId),
        apiKeyId === undefined ? undefined : eq(resumeReads.apiKeyId, apiKeyId),
        resumeId === undefined ? undefined : eq(resumeReads.resumeId, resumeId),
      ),
    )
    .orderBy(desc(resumeReads.day), desc(resumeReads.lastAt), desc(resumeReads.id))
    .limit(Math.min(limit, MAXIMUM_READS));
}

function isBehind({ lastAt, id }: ReadPosition) {
  const place = sql`(${toDay(lastAt)}::date, ${lastAt.toISOString()}::timestamptz, ${id}::bigint)`;
  return sql`(${resumeReads.day}, ${resumeReads.lastAt}, ${resumeReads.id}) < ${place}`;
}

/** A position as text, for links and answers. */
export function toPositionText({ lastAt, id }: ReadPosition): string {
  return `${lastAt.getTime()}-${id}`;
}

/** What {@link toPositionText} makes. */
export const READ_POSITION = /^(\d{1,13})-([1-9]\d{0,14})$/;

/** @returns null for what {@link toPositionText} can't have made */
export function parsePositionText(text: string): ReadPosition | null {
  const [, milliseconds, id] = READ_POSITION.exec(text) ?? [];
  return id === undefined ? null : { lastAt: new Date(Number(milliseconds)), id: Number(id) };
}
