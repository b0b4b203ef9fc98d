import { IncomingMessage } from 'node:http';
import { H3, type H3Event } from 'h3';
import type { Identifiers } from '../authorization-server/identifiers.ts';
import type { Log } from '../observability/log.ts';
import { createNotes, type RequestNotes, type RequestOrigins } from '../observability/request-origin.ts';
import type { ResponseParts } from '../prepared-response.ts';
import type { AnswerReport } from './answered.ts';
import { boundBody, hasBody } from './body-limit.ts';
import { buildPreflight } from './cors.ts';
import { buildDress, dress, type Dress } from './dress.ts';
import { buildErrorResponse, buildMethodNotAllowed } from './errors.ts';
import { createExchange, nameRequest, type AddressResolver, type Exchange } from './exchange.ts';
import { listPublicPaths, toOwnPathname } from './public-path.ts';
import type { TraceRequest } from './request-spans.ts';
import { READ, type Route } from './routes.ts';

interface ServedRoute extends Route {
  readonly dress: Dress;
}

export interface RouterOptions {
  readonly identifiers: Pick<Identifiers, 'issuer' | 'base'>;
  readonly resolveAddress: AddressResolver;
  readonly log: Log;
  readonly report: AnswerReport;
  readonly origins: RequestOrigins;
  readonly trace?: TraceRequest | undefined;
}

/**
 * Builds the router over the table: names the request, establishes the client's address, answers preflights and wrong methods,
 * bounds the body, and answers what is thrown.
 */
export function createRouter(table: readonly Route[], options: RouterOptions): H3 {
  const router = new H3();
  for (const route of table) {
    const served = { ...route, dress: buildDress(options.identifiers.issuer, route.cors) };
    const answer = (event: H3Event) => {
      const notes = createNotes();
      const work = () => serve(served, event, notes, options);
      return options.trace === undefined ? work() : options.trace(route.path, event.req, notes, work);
    };
    for (const path of listPublicPaths(route.path, options.identifiers.base)) router.all(path, answer);
  }
  return router;
}

function serve(route: ServedRoute, event: H3Event, notes: RequestNotes, options: RouterOptions): Promise<Response> | Response {
  const { log } = options;
  const request = event.req;
  const peer = request.ip ?? null;
  const startedAt = performance.now();
  const requestId = nameRequest(request.headers);
  const path = route.isPathSecret === true ? route.path : event.url.pathname;
  const address = options.resolveAddress(peer, request.headers.get('x-forwarded-for'));
  const finish = (response: Response | ResponseParts): Response => {
    const { method } = request;
    options.report({ route: route.path, method, path, status: response.status, requestId, startedAt, notes, findAddress: () => address });
    return dress(response, route.dress, { method, requestId });
  };
  const answer = () => {
    const origin = { requestId, address, userAgent: request.headers.get('user-agent') };
    return options.origins.run(origin, notes, () =>
      answerRoute(route, event, { requestId, address, peer, notes }, options.identifiers.base),
    );
  };
  const fail = (error: unknown): Response => {
    log.error({ event: 'http.failed', requestId, path, err: error });
    return finish(buildErrorResponse(error, requestId));
  };
  try {
    const response = typeof route.answer === 'object' && READ.includes(request.method) ? route.answer.answer(request) : answer();
    return response instanceof Promise ? response.then(finish, fail) : finish(response);
  } catch (error) {
    return fail(error);
  }
}

/** At once where the route's answer is there already. */
function answerRoute(
  route: Route,
  { req: request, runtime, url }: H3Event,
  origin: Pick<Exchange, 'requestId' | 'address' | 'peer' | 'notes'>,
  base: string,
): Promise<Response> | Response {
  const ownUrl = base === '' ? request.url : `${url.origin}${toOwnPathname(url.pathname, base)}${url.search}`;
  if (request.method === 'OPTIONS') {
    const preflight = buildPreflight(route.cors, route.methods ?? ['GET', 'HEAD', 'POST', 'DELETE']);
    if (preflight !== null) return preflight;
  }
  const { answer } = route;
  if (typeof answer === 'object') return buildMethodNotAllowed(READ);
  if (route.methods !== null && !route.methods.includes(request.method)) return buildMethodNotAllowed(route.methods);
  if (!hasBody(request.method)) return answer(createExchange(request, null, origin, ownUrl));
  const message = runtime?.node?.req;
  return boundBody(request, route.bodyBytes, message instanceof IncomingMessage ? message : undefined).then((bounded) =>
    bounded.ok
      ? answer(createExchange(request, bounded.body, origin, ownUrl))
      : (route.refused?.(createExchange(request, null, origin, ownUrl), bounded.response) ?? bounded.response),
  );
}
