import { IncomingMessage } from 'node:http';
import { H3, type H3Event } from 'h3';
import type { Identifiers } from '../authorization-server/identifiers.ts';
import type { Log } from '../observability/log.ts';
import { createNotes, type RequestNotes, type RequestOrigins } from '../observability/request-origin.ts';
import type { ResponseParts } from '../prepared-response.ts';
import { API_BODY_BYTES, OAUTH_BODY_BYTES, boundBody, hasBody } from './body-limit.ts';
import { buildCorsHeaders, buildPreflight, type CorsPolicy } from './cors.ts';
import type { Document } from './document.ts';
import { buildErrorResponse, buildMethodNotAllowed, buildNotFound } from './errors.ts';
import { buildDress, dress, type Dress } from './dress.ts';
import { createExchange, nameRequest, type AddressResolver, type Exchange } from './exchange.ts';
import { listPublicPaths, toOwnPathname } from './public-path.ts';
import type { TraceRequest } from './request-spans.ts';

/** Answers one request. Rejections become 500 or 503 here. */
export type Answer = (exchange: Exchange) => Promise<Response> | Response;

/** What answers below the routes; the composition root supplies it. */
export interface RouteHandlers {
  readonly live: Answer;
  readonly ready: Answer;
  readonly metrics: Answer;
  readonly mcp: Answer;
  readonly serverCard: Document;
  readonly protectedResourceMetadata: Document;
  readonly authorizationServerMetadata: Document;
  readonly keySet: Document;
  readonly auth: Answer;
  readonly rpc: Answer;
  readonly rest: Answer;
  readonly openApiDocument: Document;
  readonly apiReference: Document;
  readonly download: Answer;
  readonly page: Answer;
  /** A body that a page does not take, for a person to read. */
  readonly refusedPage: (exchange: Exchange, refusal: Response) => Response;
}

interface Route {
  readonly path: string;
  /** Methods beside OPTIONS; null: the handler answers every method itself. */
  readonly methods: readonly string[] | null;
  readonly cors: CorsPolicy;
  readonly bodyBytes: number;
  /** The path opens something by itself, so that the log has the pattern instead. */
  readonly isPathSecret?: true;
  /** A document is read and nothing else: nothing about its answer depends on who asks, or from where. */
  readonly answer: Answer | Document;
  /** Rewords the refusal of a body. */
  readonly refused?: (exchange: Exchange, refusal: Response) => Response;
}

interface ServedRoute extends Route {
  readonly dress: Dress;
}

const READ: readonly string[] = ['GET', 'HEAD'];

/** The URL table: everything the outside can reach, in one place. */
export function buildRouteTable(handlers: RouteHandlers, hasResumes = true): readonly Route[] {
  const oauth = (endpoint: string, methods: readonly string[], cors: CorsPolicy, alias?: string): Route => ({
    path: alias ?? `/api/auth/oauth2/${endpoint}`,
    methods,
    cors,
    bodyBytes: OAUTH_BODY_BYTES,
    answer: (exchange) => handlers.auth(alias === undefined ? exchange : redirectedInside(exchange, endpoint)),
  });
  const { authorizationServerMetadata, protectedResourceMetadata } = handlers;
  const table: readonly Route[] = [
    get('/health/live', handlers.live),
    get('/health/ready', handlers.ready),
    get('/metrics', handlers.metrics),

    all('/mcp', handlers.mcp, 'public', API_BODY_BYTES),
    all('/mcp/', handlers.mcp, 'public', API_BODY_BYTES),
    get('/mcp/server-card', handlers.serverCard, 'public'),
    get('/.well-known/mcp/server-card.json', handlers.serverCard, 'public'),

    get('/.well-known/oauth-protected-resource', protectedResourceMetadata, 'public'),
    get('/.well-known/oauth-protected-resource/mcp', protectedResourceMetadata, 'public'),
    get('/mcp/.well-known/oauth-protected-resource', protectedResourceMetadata, 'public'),
    ...['oauth-authorization-server', 'openid-configuration'].flatMap((document) => [
      get(`/.well-known/${document}`, authorizationServerMetadata, 'public'),
      get(`/.well-known/${document}/api/auth`, authorizationServerMetadata, 'public'),
      get(`/.well-known/${document}/mcp`, authorizationServerMetadata, 'public'),
      get(`/api/auth/.well-known/${document}`, authorizationServerMetadata, 'public'),
      get(`/mcp/.well-known/${document}`, authorizationServerMetadata, 'public'),
    ]),
    all('/.well-known/**', buildNotFound, 'public', 0),

    oauth('authorize', ['GET', 'POST'], 'none'),
    oauth('consent', ['POST'], 'none'),
    oauth('continue', ['POST'], 'none'),
    oauth('register', ['POST'], 'public'),
    oauth('token', ['POST'], 'public'),
    oauth('revoke', ['POST'], 'public'),
    oauth('introspect', ['POST'], 'public'),
    oauth('userinfo', ['GET', 'POST'], 'public'),
    all('/api/auth/oauth2/**', buildNotFound, 'public', OAUTH_BODY_BYTES),
    get('/api/auth/jwks', handlers.keySet, 'public'),
    all('/api/auth/**', handlers.auth, 'none', OAUTH_BODY_BYTES),
    oauth('authorize', ['GET', 'POST'], 'none', '/authorize'),
    oauth('token', ['POST'], 'public', '/token'),
    oauth('register', ['POST'], 'public', '/register'),

    all('/api/rpc/**', handlers.rpc, 'none', API_BODY_BYTES),
    get('/api/openapi.json', handlers.openApiDocument),
    get('/api/docs', handlers.apiReference),
    all('/api/v1/**', handlers.rest, 'none', API_BODY_BYTES),
    all('/api/**', buildNotFound, 'none', 0),

    { ...get('/download/*', handlers.download), isPathSecret: true },
    { ...all('/resumes/import', handlers.page, 'none', API_BODY_BYTES), refused: handlers.refusedPage },
    { ...all('/**', handlers.page, 'none', OAUTH_BODY_BYTES), refused: handlers.refusedPage },
  ];
  return hasResumes ? table : table.filter(({ path }) => !OF_RESUMES.test(path));
}

/** Left out where another service is behind the server: what is neither authorization nor MCP is its own. */
const OF_RESUMES = /^\/(?:api\/(?:rpc|openapi|docs|v1|\*)|download|resumes)/;

function get(path: string, answer: Answer | Document, cors: CorsPolicy = 'none'): Route {
  return { path, methods: READ, cors, bodyBytes: 0, answer };
}

function all(path: string, answer: Answer, cors: CorsPolicy, bodyBytes: number): Route {
  return { path, methods: null, cors, bodyBytes, answer };
}

export interface RouterOptions {
  readonly identifiers: Pick<Identifiers, 'issuer' | 'base'>;
  readonly resolveAddress: AddressResolver;
  readonly log: Log;
  /** Told of every answer. `route` is the pattern of the table, never the path. */
  readonly onAnswered: (answer: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
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
    const served = { ...route, dress: buildDress(options.identifiers.issuer, buildCorsHeaders(route.cors)) };
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
    const elapsedMs = performance.now() - startedAt;
    options.onAnswered({ route: notes.route ?? route.path, method: request.method, status: response.status, seconds: elapsedMs / 1000 });
    if (log.isLevelEnabled('info')) {
      const durationMs = Math.round(elapsedMs);
      const { grantId, clientId, traceId } = notes;
      log.info({
        event: 'http.answered',
        requestId,
        method: request.method,
        path,
        status: response.status,
        durationMs,
        address,
        grantId,
        clientId,
        ...(traceId !== null && { traceId }),
      });
    }
    return dress(response, route.dress, { method: request.method, requestId });
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

/** Clients that could not read the metadata guess these paths; the query stays as it was sent. */
function redirectedInside(exchange: Exchange, endpoint: string): Exchange {
  const url = new URL(`/api/auth/oauth2/${endpoint}${exchange.url.search}`, exchange.url);
  return createExchange(exchange.request, exchange.body, exchange, url.href);
}
