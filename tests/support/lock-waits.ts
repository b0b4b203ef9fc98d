import type pg from 'pg';

/** How many statements wait for a lock in the database of `client`, and no other one of its server. */
export async function countLockWaits(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.waiting ?? 0;
}
