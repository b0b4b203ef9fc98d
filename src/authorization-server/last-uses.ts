import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';

/** Remembers uses in memory and writes them together, so that a hot key or connection costs no write per call. */
export interface LastUses {
  note(use: { readonly kind: 'grant' | 'api_key'; readonly id: string }): void;
  /** Writes what was noted. Rejects when the database can't be reached; the notes are kept for the next try. */
  flush(): Promise<void>;
}

export function createLastUses(db: Database, clock: () => Date): LastUses {
  const noted = { grant: new Map<string, Date>(), api_key: new Map<string, Date>() };
  const drain = async (kind: keyof typeof noted, write: (ids: string, times: string) => Promise<unknown>) => {
    const uses = [...noted[kind]];
    if (uses.length === 0) return;
    await write(JSON.stringify(uses.map(([id]) => id)), JSON.stringify(uses.map(([, at]) => at.toISOString())));
    for (const [id, at] of uses) if (noted[kind].get(id) === at) noted[kind].delete(id);
  };
  return {
    note({ kind, id }) {
      noted[kind].set(id, clock());
    },
    async flush() {
      await drain('grant', (ids, times) =>
        db.orm.execute(
          sql`update oauth_grant set last_used_at = greatest(last_used_at, noted.at) from ${usesTable(ids, times)} as noted where oauth_grant.id = noted.id`,
        ),
      );
      await drain('api_key', (ids, times) =>
        db.orm.execute(sql`insert into api_key_use (api_key_id, last_used_at)
          select noted.id, noted.at from ${usesTable(ids, times)} as noted join apikey on apikey.id = noted.id
          on conflict (api_key_id) do update set last_used_at = greatest(api_key_use.last_used_at, excluded.last_used_at)`),
      );
    },
  };
}

function usesTable(ids: string, times: string) {
  return sql`(select id, at::timestamptz from rows from (jsonb_array_elements_text(${ids}::jsonb), jsonb_array_elements_text(${times}::jsonb)) as use (id, at))`;
}
