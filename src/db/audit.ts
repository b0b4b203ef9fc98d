import { sql, type SQL } from 'drizzle-orm';
import type { RequestOrigin } from '../observability/request-origin.ts';
import type { Database } from './client.ts';
import type { KeptRow } from './kept-inserts.ts';
import type { AllowedEvent, RefusedEvent } from './audit-events.ts';
import { createRefusalTally } from './refusal-tally.ts';
import { auditEvent } from './schema/audit.ts';

type Row = typeof auditEvent.$inferInsert;

/** What an event tells. What it leaves out of who and where is filled in: the owner of the grant, and the request that is being served. */
interface Told extends Omit<Row, 'id' | 'at' | 'event' | 'decision' | 'userId' | 'requestId' | 'address' | 'userAgent'> {
  readonly userId?: string | null;
  /** Whose account an anonymous request was about, when there is one; the address itself is not kept. */
  readonly email?: string | null;
}

/** Something that was done. */
export interface AuditEvent extends Told {
  readonly event: AllowedEvent;
}

/** Something that was refused. */
export interface AuditRefusal extends Told {
  readonly event: RefusedEvent;
}

export interface AuditTrail {
  /**
   * Appends one event. Inside a transaction it is part of it: what rolls back was not done and is not recorded.
   * Values must be free of secrets; nothing here looks for them.
   */
  record(event: AuditEvent): Promise<void>;
  /** The same for whoever writes an event and what it is about in one statement: the row, about a person who is known. */
  toRow(event: AuditEvent & { readonly userId: string }): KeptRow;
  /**
   * Appends a refusal. The same one again and again (by event, reason, client, grant, key and network) is written a few times
   * a minute and then counted; the count is written with {@link AuditTrail.flush}.
   */
  recordRefusal(event: AuditRefusal): Promise<void>;
  /** Writes what was only counted. Rejects when the database can't be reached; the counts are kept for the next try. */
  flush(): Promise<void>;
}

/** Longest text an event keeps of what a client can choose freely. */
const MAXIMUM_TEXT = 300;

/** @param currentOrigin of the request that is being served, or null outside of one */
export function createAuditTrail(db: Database, clock: () => Date, currentOrigin: () => RequestOrigin | null = () => null): AuditTrail {
  const tally = createRefusalTally<PreparedRow>(clock);

  const prepare = ({ email, ...event }: AuditEvent | AuditRefusal, decision: Row['decision']): PreparedRow => {
    const origin = currentOrigin();
    return {
      ...event,
      decision,
      at: clock(),
      userId: event.userId ?? ownerOf(event.grantId, event.apiKeyId, email),
      reason: bound(event.reason),
      clientId: bound(event.clientId),
      requestId: origin?.requestId ?? null,
      address: origin?.address ?? null,
      userAgent: bound(origin?.userAgent),
    };
  };
  const insert = async (row: PreparedRow) => {
    await db.orm.insert(auditEvent).values(row);
  };

  return {
    record: (event) => insert(prepare(event, 'allowed')),
    toRow: (event) => ({ table: auditEvent, values: { ...NOTHING_TOLD, ...prepare(event, 'allowed') } }),
    async recordRefusal(event) {
      const row = prepare(event, 'refused');
      const key = JSON.stringify([event.event, event.reason, event.clientId, event.grantId, event.apiKeyId, event.userId, row.address]);
      if (!tally.mayWrite(key, row)) return;
      await insert(row).catch((error: unknown) => {
        tally.count(key);
        throw error;
      });
    },
    async flush() {
      await tally.drain(async ({ row, count }) => insert({ ...row, detail: { ...row.detail, repeated: count } }));
    },
  };
}

/** So that every row has the same columns. */
const NOTHING_TOLD = { reason: null, clientId: null, grantId: null, apiKeyId: null, resumeId: null, detail: null };

/** A row whose owner the database may still have to look up. */
type PreparedRow = Omit<Row, 'userId'> & { readonly userId: string | SQL<string | null> | null };

function ownerOf(grantId: string | null | undefined, apiKeyId: string | null | undefined, email: string | null | undefined) {
  if (typeof grantId === 'string') return sql<string | null>`(select user_id from oauth_grant where id = ${grantId})`;
  if (typeof apiKeyId === 'string') return sql<string | null>`(select reference_id from apikey where id = ${apiKeyId})`;
  if (typeof email === 'string') return sql<string | null>`(select id from "user" where email = ${bound(email.toLowerCase())})`;
  return null;
}

function bound(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : text.replaceAll('\0', '').slice(0, MAXIMUM_TEXT);
}
