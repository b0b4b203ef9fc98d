import diagnostics from 'node:diagnostics_channel';
import { eq, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../../src/db/client.ts';
import { auditEvent } from '../../../src/db/schema/audit.ts';
import type { Site } from '../../support/browser.ts';
import { waitUntil } from '../../support/wait.ts';

/** A rejected request may leave these: what happened, how often, and when something was last seen. */
const RECORDS_OF_REFUSALS: ReadonlySet<string> = new Set(['audit_event', 'rate_limit', 'rate_limits', 'api_key_use', 'oauth_grant_calls']);

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

/** Refused at the edge, before anything knows what the request wanted: these are counted in the metrics instead. */
const REFUSED_AT_THE_EDGE: ReadonlySet<number> = new Set([404, 405, 413, 429, 431]);
/** What refuses with an event in the audit trail, when it is a POST or an authorization request. */
const AUDITED =
  /^\/api\/auth\/(?:oauth2\/(?:authorize|consent|register|token|revoke|introspect)|sign-in\/email|sign-up\/email|change-password|delete-user|api-key\/(?:create|update|delete))$|^\/(?:authorize|token|register)$/;
/** Equal refusals that the trail writes one by one before it counts. */
const WRITTEN_ONE_BY_ONE = 10;

/** Whether a refusal has to leave an event. */
function mustBeRecorded(request: Request, { status, location }: Refusal): boolean {
  const { pathname } = new URL(request.url);
  const isRefused = status >= 400 || location?.searchParams.has('error') === true;
  if (!isRefused || REFUSED_AT_THE_EDGE.has(status)) return false;
  if (AUDITED.test(pathname)) return request.method === 'POST' || pathname.endsWith('/authorize');
  return /^\/mcp\/?$/.test(pathname) && status === 401 && ['authorization', 'x-api-key'].some((name) => request.headers.has(name));
}

/** Holds that a refusal left one event, or that equal ones were written so often that it was counted; and never more than one. */
async function expectOneEvent(db: Database, request: Request, refusal: Refusal): Promise<void> {
  const requestId = refusal.headers.get('x-request-id') ?? '';
  const count = () => db.orm.$count(auditEvent, eq(auditEvent.requestId, requestId));
  if (mustBeRecorded(request, refusal)) {
    const refusedBefore = () => db.orm.$count(auditEvent, eq(auditEvent.decision, 'refused'));
    await waitUntil(async () => (await count()) > 0 || (await refusedBefore()) >= WRITTEN_ONE_BY_ONE, 2_000);
  }
  expect(await count()).toBeLessThanOrEqual(1);
}

/**
 * Sends what must be refused and holds what every refusal promises: no row written in any table beside the records of refusals, no
 * request sent to anybody, nothing of the inside in the body, no server error, one event in the audit trail.
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
  await expectOneEvent(target.db, request, refusal);
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
