import diagnostics from 'node:diagnostics_channel';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../../src/db/client.ts';
import type { Site } from '../../support/browser.ts';

/** A rejected request may leave these: what happened, how often, and when something was last seen. */
const RECORDS_OF_REFUSALS: ReadonlySet<string> = new Set(['audit_event', 'rate_limit', 'rate_limits', 'api_key_use']);

/** Everything a database holds, as one checksum a table. When a connection was last used is written later than it was used. */
export type TableChecksums = Readonly<Record<string, string>>;

export async function readChecksums(db: Database): Promise<TableChecksums> {
  const tables = await rowsOf(db, sql`select tablename as value from pg_tables where schemaname = 'public' order by tablename`);
  const checksums: Record<string, string> = {};
  for (const table of tables.filter((name) => !RECORDS_OF_REFUSALS.has(name))) {
    const [checksum = ''] = await rowsOf(
      db,
      sql`select count(*) || ' rows ' || coalesce(md5(string_agg((to_jsonb(row) - 'last_used_at')::text, '|' order by (to_jsonb(row) - 'last_used_at')::text)), '') as value from ${sql.identifier(table)} row`,
    );
    checksums[table] = checksum;
  }
  return checksums;
}

async function rowsOf(db: Database, query: ReturnType<typeof sql>): Promise<string[]> {
  const result: unknown = await db.orm.execute(query);
  return (result as { readonly rows: readonly { readonly value: string }[] }).rows.map(({ value }) => value);
}

/** Text that only the inside of a program says: frames of a stack, SQL, names of drivers. */
const INSIDES =
  /\bat \S+ \(?[^\s()]*:\d+:\d+|node_modules|file:\/\/\S+\.[mc]?[jt]s\b|Failed query|\b(?:insert into|delete from|update "|select .{1,80} from)\b|drizzle|pglite|SQLSTATE/i;

export function expectNoInsides(body: string): void {
  expect(body).not.toMatch(INSIDES);
}

/** Requests over HTTP that this process sends while `work` runs. */
async function countOutboundRequests(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const note = () => {
    count += 1;
  };
  const channels = ['http.client.request.start', 'undici:request:create'] as const;
  for (const channel of channels) diagnostics.subscribe(channel, note);
  try {
    await work();
  } finally {
    for (const channel of channels) diagnostics.unsubscribe(channel, note);
  }
  return count;
}

export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The `error` member of a JSON body. */
  readonly error: string | null;
  /** Where a redirect leads, when the answer is one. */
  readonly location: URL | null;
}

/**
 * Sends what must be refused and holds what every refusal promises: no row written in any table beside the records of refusals, no
 * request sent to anybody, nothing of the inside in the body, no server error.
 */
export async function attack(target: Site & { readonly db: Database }, request: Request): Promise<Refusal> {
  const before = await readChecksums(target.db);
  let response = new Response();
  const outbound = await countOutboundRequests(async () => {
    response = await target.fetch(request);
  });
  const refusal = await readRefusal(response, request.url);
  expect(await readChecksums(target.db)).toEqual(before);
  expect(outbound).toBe(0);
  expect(refusal.status).toBeLessThan(500);
  expectNoInsides(refusal.body);
  return refusal;
}

async function readRefusal(response: Response, url: string): Promise<Refusal> {
  const body = await response.text();
  const location = response.headers.get('location');
  return {
    status: response.status,
    headers: response.headers,
    body,
    error: errorOf(body),
    location: location === null ? null : new URL(location, url),
  };
}

function errorOf(body: string): string | null {
  if (!body.startsWith('{')) return null;
  const parsed = JSON.parse(body) as { readonly error?: unknown };
  return typeof parsed.error === 'string' ? parsed.error : null;
}
