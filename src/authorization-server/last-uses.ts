import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';

/** Remembers uses in memory and writes them together, so that a hot key or connection costs no write per call. */
export interface LastUses {
  note(use: { readonly kind: 'grant' | 'api_key'; readonly id: string }): void;
  /**
   * Writes what was noted: when, and of connections how often on the day (UTC). Rejects when the database can't be reached; the notes
   * are kept for the next try. Not checked: whether a write whose answer was lost took place; its calls are counted again.
   */
  flush(): Promise<void>;
}

interface Use {
  readonly at: Date;
  readonly calls: number;
}

export function createLastUses(db: Database, clock: () => Date): LastUses {
  const noted = { grant: new Map<string, Use>(), api_key: new Map<string, Use>() };
  const drain = async (kind: keyof typeof noted, write: (uses: string) => Promise<unknown>) => {
    const uses = noted[kind];
    if (uses.size === 0) return;
    const later = (noted[kind] = new Map<string, Use>());
    try {
      await write(JSON.stringify([...uses].map(([id, { at, calls }]) => ({ id, at: at.toISOString(), calls }))));
    } catch (error) {
      for (const [id, { at, calls }] of uses) {
        const since = later.get(id);
        later.set(id, { at: since?.at ?? at, calls: calls + (since?.calls ?? 0) });
      }
      throw error;
    }
  };
  return {
    note({ kind, id }) {
      noted[kind].set(id, { at: clock(), calls: (noted[kind].get(id)?.calls ?? 0) + 1 });
    },
    async flush() {
      await drain('grant', (uses) =>
        db.orm.execute(sql`with noted as ${usesTable(uses)}, used as (
            update oauth_grant set last_used_at = greatest(last_used_at, noted.at) from noted where oauth_grant.id = noted.id
            returning noted.id, noted.at, noted.calls)
          insert into oauth_grant_calls as counted (grant_id, day, calls)
          select id, (at at time zone 'UTC')::date, calls from used
          on conflict (grant_id, day) do update set calls = counted.calls + excluded.calls`),
      );
      await drain('api_key', (uses) =>
        db.orm.execute(sql`with noted as ${usesTable(uses)}
          insert into api_key_use (api_key_id, last_used_at)
          select noted.id, noted.at from noted join apikey on apikey.id = noted.id
          on conflict (api_key_id) do update set last_used_at = greatest(api_key_use.last_used_at, excluded.last_used_at)`),
      );
    },
  };
}

function usesTable(uses: string) {
  return sql`(select id, at, calls from jsonb_to_recordset(${uses}::jsonb) as use (id text, at timestamptz, calls integer) order by id)`;
}
