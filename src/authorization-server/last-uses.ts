import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../db/client.ts';
import { createResumeReads, type ResumeReads } from '../db/resume-reads.ts';
import { createTally, type WriteCounted } from '../db/tally.ts';

/** Remembers uses in memory and writes them together, so that a hot key or connection costs no write per call. */
export interface LastUses {
  note(use: { readonly kind: 'grant' | 'api_key'; readonly id: string }): void;
  readonly noteRead: ResumeReads['note'];
  /**
   * Writes what was noted: when, of connections how often on the day (UTC), and what was read. Rejects when the database can't be
   * reached; the notes are kept for the next try. Not checked: whether a write whose answer was lost took place; its calls are
   * counted again.
   */
  flush(): Promise<void>;
}

const leftSchema = z.object({ rows: z.array(z.object({ id: z.string() })) });

/**
 * Rows are locked in the order of their ids, as wherever several connections are written at once, and those that somebody else holds are
 * left out and then written each by itself: so whoever waits here holds nothing that another one, of any release, could wait for.
 */
export function createLastUses(db: Database, clock: () => Date): LastUses {
  /** @param skipping what a lock does when it finds another's */
  const writing =
    (build: (uses: string, skipping: SQL) => SQL): WriteCounted =>
    async (uses, isAlone) => {
      const { rows } = leftSchema.parse(await db.orm.execute(build(uses, isAlone ? sql`` : sql`skip locked`)));
      return rows.map(({ id }) => id);
    };
  const noted = {
    grant: createTally<{ readonly id: string }>(
      writing(
        (uses, skipping) => sql`with noted as ${usesTable(uses)}, held as (
          select oauth_grant.id, noted.at, noted.times from oauth_grant join noted on noted.id = oauth_grant.id
          order by oauth_grant.id for no key update of oauth_grant ${skipping}), used as (
          update oauth_grant set last_used_at = greatest(last_used_at, held.at) from held where oauth_grant.id = held.id
          returning held.id, held.at, held.times), written as (
          insert into oauth_grant_calls as counted (grant_id, day, calls)
          select id, (at at time zone 'UTC')::date, times from used
          on conflict (grant_id, day) do update set calls = counted.calls + excluded.calls)
        select noted.id from noted join oauth_grant on oauth_grant.id = noted.id
        where not exists (select from held where held.id = noted.id)`,
      ),
    ),
    api_key: createTally<{ readonly id: string }>(
      writing(
        (uses, skipping) => sql`with noted as ${usesTable(uses)}, held as (
          select api_key_use.api_key_id as id from api_key_use join noted on noted.id = api_key_use.api_key_id
          order by api_key_use.api_key_id for no key update of api_key_use ${skipping}), written as (
          insert into api_key_use (api_key_id, last_used_at)
          select noted.id, noted.at from noted join apikey on apikey.id = noted.id
          where exists (select from held where held.id = noted.id)
            or not exists (select from api_key_use where api_key_use.api_key_id = noted.id)
          order by noted.id
          on conflict (api_key_id) do update set last_used_at = greatest(api_key_use.last_used_at, excluded.last_used_at))
        select noted.id from noted join api_key_use on api_key_use.api_key_id = noted.id
        where not exists (select from held where held.id = noted.id)`,
      ),
    ),
  };
  const reads = createResumeReads(db, clock);
  return {
    note({ kind, id }) {
      noted[kind].count(id, { id }, clock());
    },
    noteRead: (read) => reads.note(read),
    async flush() {
      await noted.grant.flush();
      await noted.api_key.flush();
      await reads.flush();
    },
  };
}

function usesTable(uses: string) {
  return sql`(select id, at, times from jsonb_to_recordset(${uses}::jsonb) as use (id text, at timestamptz, times integer))`;
}
