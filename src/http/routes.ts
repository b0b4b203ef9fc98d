import { H3 } from 'h3';
import { CLIENT_ADDRESS_HEADER } from '../authorization-server/auth.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RequestOrigins } from '../observability/request-origin.ts';
import { API_BODY_BYTES, OAUTH_BODY_BYTES, boundBody } from './body-limit.ts';
import { applyCors, buildPreflight, type CorsPolicy } from './cors.ts';
import { buildErrorResponse, buildMethodNotAllowed, buildNotFound } from './errors.ts';
import { nameRequest, type AddressResolver, type Exchange } from './exchange.ts';
import { applySecurityHeaders } from './security-headers.ts';

/** Answers one request. Rejections become 500 or 503 here. */
export type Answer = (exchange: Exchange) => Promise<Response> | Response;

/** What answers below the routes; the composition root supplies it. */
export interface RouteHandlers {
  readonly live: Answer;
  readonly ready: Answer;
  readonly metrics: Answer;
  readonly mcp: Answer;
  readonly serverCard: Answer;
  readonly protectedResourceMetadata: Answer;
  readonly authorizationServerMetadata: Answer;
  readonly keySet: Answer;
  readonly auth: Answer;
  readonly rpc: Answer;
  readonly rest: Answer;
  readonly openApiDocument: Answer;
  readonly apiReference: Answer;
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
  readonly answer: Answer;
  /** Rewords the refusal of a body. */
  readonly refused?: (exchange: Exchange, refusal: Response) => Response;
}

const READ: readonly string[] = ['GET', 'HEAD'];

/** The URL table: everything the outside can reach, in one place. */
export function buildRouteTable(handlers: RouteHandlers): readonly Route[] {
  const oauth = (endpoint: string, methods: readonly string[], cors: CorsPolicy, alias?: string): Route => ({
    path: alias ?? `/api/auth/oauth2/${endpoint}`,
    methods,
    cors,
    bodyBytes: OAUTH_BODY_BYTES,
    answer: (exchange) => handlers.auth(alias === undefined ? exchange : redirectedInside(exchange, endpoint)),
  });
  const { authorizationServerMetadata, protectedResourceMetadata } = handlers;
  return [
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

    get('/download/*', handlers.download),
    { ...all('/resumes/import', handlers.page, 'none', API_BODY_BYTES), refused: handlers.refusedPage },
    { ...all('/**', handlers.page, 'none', OAUTH_BODY_BYTES), refused: handlers.refusedPage },
  ];
}

function get(path: string, answer: Answer, cors: CorsPolicy = 'none'): Route {
  return { path, methods: READ, cors, bodyBytes: 0, answer };
}

function all(path: string, answer: Answer, cors: CorsPolicy, bodyBytes: number): Route {
  return { path, methods: null, cors, bodyBytes, answer };
}

export interface RouterOptions {
  readonly appUrl: string;
  readonly resolveAddress: AddressResolver;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: () => Date;
  readonly origins: RequestOrigins;
}

/**
 * Builds the router over the table: names the request, establishes the client's address, answers preflights and wrong methods,
 * bounds the body, and answers what is thrown.
 */
export function createRouter(table: readonly Route[], options: RouterOptions): H3 {
  const router = new H3();
  for (const route of table) router.all(route.path, (event) => serve(route, event.req, event.req.ip ?? null, options));
  return router;
}

async function serve(route: Route, request: Request, peer: string | null, options: RouterOptions): Promise<Response> {
  const { log, metrics, clock } = options;
  const startedAt = clock().getTime();
  const requestId = nameRequest(request.headers);
  const address = options.resolveAddress(peer, request.headers.get('x-forwarded-for'));
  const url = new URL(request.url);
  let response: Response;
  try {
    const origin = { requestId, address, userAgent: request.headers.get('user-agent') };
    response = await options.origins.run(origin, () => answerRoute(route, { request, url, requestId, address, peer }));
  } catch (error) {
    response = buildErrorResponse(error, requestId);
    log.error({ event: 'http.failed', requestId, path: url.pathname, err: error });
  }
  // Answers of libraries can have immutable headers.
  const answered = new Response(request.method === 'HEAD' ? null : response.body, response);
  answered.headers.set('x-request-id', requestId);
  applyCors(route.cors, answered.headers);
  applySecurityHeaders(answered.headers, options.appUrl);
  const durationMs = clock().getTime() - startedAt;
  metrics.observeRequest({ route: route.path, method: request.method, status: answered.status, durationMs });
  log.info({ event: 'http.answered', requestId, method: request.method, path: url.pathname, status: answered.status, durationMs, address });
  return answered;
}

async function answerRoute(route: Route, exchange: Exchange): Promise<Response> {
  const { request } = exchange;
  if (request.method === 'OPTIONS') {
    const preflight = buildPreflight(route.cors, route.methods ?? ['GET', 'HEAD', 'POST', 'DELETE']);
    if (preflight !== null) return preflight;
  }
  if (route.methods !== null && !route.methods.includes(request.method)) return buildMethodNotAllowed(route.methods);
  const bounded = await boundBody(request, route.bodyBytes);
  if (!bounded.ok) return route.refused?.(exchange, bounded.response) ?? bounded.response;
  // The one header the edge owns: what a client sent in it is gone before anyone reads it.
  bounded.request.headers.delete(CLIENT_ADDRESS_HEADER);
  if (exchange.address !== null) bounded.request.headers.set(CLIENT_ADDRESS_HEADER, exchange.address);
  bounded.request.headers.set('x-request-id', exchange.requestId);
  return route.answer({ ...exchange, request: bounded.request });
}

/** Clients that could not read the metadata guess these paths; the query stays as it was sent. */
function redirectedInside(exchange: Exchange, endpoint: string): Exchange {
  const url = new URL(`/api/auth/oauth2/${endpoint}${exchange.url.search}`, exchange.url);
  const { method, headers, body, signal } = exchange.request;
  return { ...exchange, url, request: new Request(url, { method, headers, body, signal, ...(body === null ? {} : { duplex: 'half' }) }) };
}
