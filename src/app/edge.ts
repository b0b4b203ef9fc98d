import type { H3 } from 'h3';
import type { Identifiers } from '../authorization-server/identifiers.ts';
import type { Env } from '../env.ts';
import { createAnswerReport } from '../http/answered.ts';
import { createAddressResolver, createPeerTrust } from '../http/exchange.ts';
import { createNodeDocuments, type NodeDocuments } from '../http/node-documents.ts';
import { createRequestTracing } from '../http/request-spans.ts';
import { createRouter, type RouterOptions } from '../http/router.ts';
import type { Route } from '../http/routes.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RequestOrigins } from '../observability/request-origin.ts';
import type { Tracer } from '../observability/tracing.ts';
import { createAnswerObserver } from './observers.ts';

export interface EdgeParts {
  readonly env: Env;
  readonly identifiers: Identifiers;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly origins: RequestOrigins;
  readonly tracer: Tracer | undefined;
}

/**
 * Puts the URL table where requests arrive.
 *
 * @param pages patterns of the pages, which are one route of the table
 */
export function createEdge(
  { env, identifiers, log, metrics, origins, tracer }: EdgeParts,
  table: readonly Route[],
  pages: readonly { readonly path: string }[],
): { readonly router: H3; readonly answerDocument: NodeDocuments } {
  const options: RouterOptions = {
    identifiers,
    resolveAddress: createAddressResolver(env.trustedProxies, env.socket !== null),
    log,
    report: createAnswerReport(log, createAnswerObserver(metrics, [...table, ...pages])),
    origins,
    trace: tracer && createRequestTracing({ tracer, appUrl: env.appUrl, isTrusted: createPeerTrust(env.trustedProxies) }),
  };
  return { router: createRouter(table, options), answerDocument: createNodeDocuments(table, options) };
}
