import { INTERNAL_ERROR, ProtocolError } from '@modelcontextprotocol/server';
import type { ApiContext } from '../api/base.ts';

/** One request on its way through the protocol layer. Lives exactly as long as the request. */
export interface Exchange {
  readonly context: ApiContext;
  /** Set by a handler that found the database away: the HTTP answer is then 503, whatever the protocol layer made of it. */
  unavailable: boolean;
}

export interface FailureReporter {
  /** Tells a database that is away from every other failure. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Told of every failure whose text stays inside. */
  readonly report: (error: unknown, context: ApiContext) => void;
}

/**
 * Runs a handler so that nothing it throws reaches the wire by accident: a `ProtocolError` is an answer, anything else
 * becomes -32603 with the request id and no text of its own.
 */
export async function answerOrHide<T>(exchange: Exchange, failures: FailureReporter, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    if (failures.isUnavailable(error)) exchange.unavailable = true;
    failures.report(error, exchange.context);
    throw new ProtocolError(INTERNAL_ERROR, 'Internal error', { requestId: exchange.context.requestId });
  }
}
