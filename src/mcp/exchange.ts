import { INTERNAL_ERROR, ProtocolError } from '@modelcontextprotocol/server';
import type { ApiContext } from '../api/base.ts';
import type { Span } from '../observability/tracing.ts';
import { isDatabaseUnavailable } from '../db/unavailable.ts';

/** One request on its way through the protocol layer. Lives exactly as long as the request. */
export interface Exchange {
  readonly context: ApiContext;
  /** Ends with the request. */
  readonly span: Span;
  /** Set by a handler that found the database away: the HTTP answer is then 503, whatever the protocol layer made of it. */
  unavailable: boolean;
}

/** Told of every failure whose text stays inside. */
export type ReportFailure = (error: unknown, context: ApiContext) => void;

/**
 * Runs a handler so that nothing it throws reaches the wire by accident: a `ProtocolError` is an answer, anything else
 * becomes -32603 with the request id and no text of its own.
 */
export async function answerOrHide<T>(exchange: Exchange, report: ReportFailure, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    if (isDatabaseUnavailable(error)) exchange.unavailable = true;
    report(error, exchange.context);
    throw new ProtocolError(INTERNAL_ERROR, 'Internal error', { requestId: exchange.context.requestId });
  }
}
