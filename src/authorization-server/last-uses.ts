import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { createResumeReads, type ResumeReads } from '../db/resume-reads.ts';
import { createTally } from '../db/tally.ts';

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

/** Rows are locked in the order of their ids, as wherever several connections are written at once: instances never wait for each other in a circle. */
export function createLastUses(db: Database, clock: () => Date): LastUses {
  const noted = {
    grant: createTally<{ readonly id: string }>((uses) =>
      db.orm.execute(sql`with noted as ${usesTable(uses)}, held as (
          select oauth_grant.id, noted.at, noted.times from oauth_grant join noted on noted.id = oauth_grant.id
          order by oauth_grant.id for no key update of oauth_grant), used as (
          update oauth_grant set last_used_at = greatest(last_used_at, held.at) from held where oauth_grant.id = held.id
          returning held.id, held.at, held.times)
        insert into oauth_grant_calls as counted (grant_id, day, calls)
        select id, (at at time zone 'UTC')::date, times from used
        on conflict (grant_id, day) do update set calls = counted.calls + excluded.calls`),
    ),
    api_key: createTally<{ readonly id: string }>((uses) =>
      db.orm.execute(sql`with noted as ${usesTable(uses)}
        insert into api_key_use (api_key_id, last_used_at)
        select noted.id, noted.at from noted join apikey on apikey.id = noted.id order by noted.id
        on conflict (api_key_id) do update set last_used_at = greatest(api_key_use.last_used_at, excluded.last_used_at)`),
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
