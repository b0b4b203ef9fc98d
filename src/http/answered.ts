import type { Log } from '../observability/log.ts';
import type { RequestNotes } from '../observability/request-origin.ts';

/** Told of every answer. `route` is the pattern of the table, never the path. */
export type AnswerObserver = (answer: {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}) => void;

/** A request whose answer is about to be sent. */
interface Answered {
  /** The pattern of the table; the notes may know a closer one. */
  readonly route: string;
  readonly method: string;
  /** As the log may have it. */
  readonly path: string;
  readonly status: number;
  readonly requestId: string;
  /** Of `performance.now()`. */
  readonly startedAt: number;
  readonly notes: RequestNotes;
  /** Finds the client's address, which only the log asks for. */
  readonly findAddress: () => string | null;
}

export type AnswerReport = (answered: Answered) => void;

/** Tells metrics and log of an answer, whichever way it is sent. */
export function createAnswerReport(log: Log, observe: AnswerObserver): AnswerReport {
  return ({ route, method, path, status, requestId, startedAt, notes, findAddress }) => {
    const elapsedMs = performance.now() - startedAt;
    observe({ route: notes.route ?? route, method, status, seconds: elapsedMs / 1000 });
    if (!log.isLevelEnabled('info')) return;
    const durationMs = Math.round(elapsedMs);
    const { grantId, clientId, traceId } = notes;
    const traced = traceId !== null && { traceId };
    const address = findAddress();
    log.info({ event: 'http.answered', requestId, method, path, status, durationMs, address, grantId, clientId, ...traced });
  };
}
