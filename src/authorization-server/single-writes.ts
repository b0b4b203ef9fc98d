import type { PgTable } from 'drizzle-orm/pg-core';
import { BufferedRequest } from '../buffered-request.ts';
import type { Database } from '../db/client.ts';
import { auditEvent } from '../db/schema/audit.ts';
import { oauthClient } from '../db/schema/auth.ts';
import type { RequestFlows } from './request-flow.ts';

/**
 * Answers a request whose rows are written in one statement, together with the look whether all is still as it was read. Null: the request
 * is none of those, or something has changed meanwhile; it is to be answered anew, writing as it goes.
 *
 * @param answer what the library and the hooks around it do, the audit event included
 */
export type AnswerInSingleWrite = (request: Request, endpoint: string, answer: () => Promise<Response>) => Promise<Response | null>;

/** Whoever comes second finds the client of the first, which is plain again. */
const ATTEMPTS = 2;

/** What a registration inserts. A client that was there already inserts an audit event alone. */
const REGISTRATION: ReadonlySet<PgTable> = new Set<PgTable>([oauthClient, auditEvent]);

export function createSingleWrites(db: Database, flows: RequestFlows): AnswerInSingleWrite {
  return async (request, endpoint, answer) => {
    if (!isPlainRegistration(request, endpoint)) return null;
    const flow = flows.current();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const kept = (flow.kept = { rows: [], condition: null });
      flow.reads = new Map();
      const response = await db.keepingInserts(isKept, kept.rows, answer);
      if (kept.rows.length === 0 || (await db.insertTogether(kept.rows, kept.condition))) return response;
      flows.beginAnew();
    }
    return null;
  };
}

/** A refusal is written at once: whether it is counted instead depends on whether that succeeds. */
function isKept(table: PgTable, values: Readonly<Record<string, unknown>>): boolean {
  return REGISTRATION.has(table) && values['decision'] !== 'refused';
}

/** Who sends a session or a token may have either renewed or refused, which is more than a row of a client. */
function isPlainRegistration(request: Request, endpoint: string): boolean {
  const { method, headers } = request;
  return (
    endpoint === 'oauth2/register' &&
    method === 'POST' &&
    request instanceof BufferedRequest &&
    !headers.has('cookie') &&
    !headers.has('authorization')
  );
}
