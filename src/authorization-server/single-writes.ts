import type { PgTable } from 'drizzle-orm/pg-core';
import { BufferedRequest } from '../buffered-request.ts';
import type { Database } from '../db/client.ts';
import type { AllowedEvent } from '../db/audit-events.ts';
import { auditEvent } from '../db/schema/audit.ts';
import { oauthClient, verification } from '../db/schema/auth.ts';
import { oauthGrantCode } from '../db/schema/grants.ts';
import { LibraryFailure } from './library-failure.ts';
import type { KeptWrites, RequestFlows } from './request-flow.ts';

/**
 * Answers a request whose rows are written in one statement, together with the look whether all is still as it was read. Null: the request
 * is none of those, or something has changed meanwhile; it is to be answered anew, writing as it goes.
 *
 * @param answer what the library and the hooks around it do, the audit event included
 */
export type AnswerInSingleWrite = (request: Request, endpoint: string, answer: () => Promise<Response>) => Promise<Response | null>;

interface SingleWrite {
  /** What is inserted when all goes well; whatever else is written is written at once. */
  readonly tables: ReadonlySet<PgTable>;
  /** What of the audit trail belongs to it. A refusal does not: whether it is counted instead depends on whether it was written. */
  readonly event: AllowedEvent;
  /** Whether that is all the library writes, so that it needs no transaction. */
  readonly isWhole: boolean;
}

/** Whoever comes second finds what the first has written, which is plain again. */
const ATTEMPTS = 2;

/** A client that was there already inserts an audit event alone. */
const REGISTRATION: SingleWrite = { tables: new Set<PgTable>([oauthClient]), event: 'client.registered', isWhole: true };
/** A code, what it is bound to, and the event. A metadata document that is read anew for its client is not part of it. */
const AUTHORIZATION: SingleWrite = { tables: new Set<PgTable>([verification, oauthGrantCode]), event: 'code.issued', isWhole: false };

export function createSingleWrites(db: Database, flows: RequestFlows): AnswerInSingleWrite {
  // What the library has written fails here, and not while it answers.
  const write = async ({ rows, condition }: KeptWrites) =>
    db.insertTogether(rows, condition).catch((error: unknown) => {
      throw new LibraryFailure(error);
    });

  return async (request, endpoint, answer) => {
    const single = findSingleWrite(request, endpoint);
    if (single === null) return null;
    const { tables, event, isWhole } = single;
    const keeps = (table: PgTable, values: Readonly<Record<string, unknown>>) =>
      table === auditEvent ? values['event'] === event : tables.has(table);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const answered = await flows.attempt(async (flow) => {
        const kept: KeptWrites = { rows: [], keeps, condition: null };
        Object.assign(flow, { kept, reads: new Map(), isWhole });
        const response = await db.keepingInserts(keeps, kept.rows, answer);
        return kept.rows.length === 0 || (await write(kept)) ? response : null;
      });
      if (answered !== null) return answered;
    }
    return null;
  };
}

function findSingleWrite(request: Request, endpoint: string): SingleWrite | null {
  const { method, headers } = request;
  if (endpoint === 'oauth2/authorize') return method === 'GET' && headers.has('cookie') ? AUTHORIZATION : null;
  // Who sends a session or a token may have either renewed or refused, which is more than a row of a client.
  const isPlain = request instanceof BufferedRequest && !headers.has('cookie') && !headers.has('authorization');
  return endpoint === 'oauth2/register' && method === 'POST' && isPlain ? REGISTRATION : null;
}
