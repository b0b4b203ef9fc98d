import { API_BODY_BYTES, OAUTH_BODY_BYTES } from './body-limit.ts';
import type { CorsPolicy } from './cors.ts';
import type { Document } from './document.ts';
import { buildNotFound } from './errors.ts';
import { createExchange, type Exchange } from './exchange.ts';

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

export interface Route {
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

/** What a document answers; the other methods are refused. */
export const READ: readonly string[] = ['GET', 'HEAD'];

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

/** Clients that could not read the metadata guess these paths; the query stays as it was sent. */
function redirectedInside(exchange: Exchange, endpoint: string): Exchange {
  const url = new URL(`/api/auth/oauth2/${endpoint}${exchange.url.search}`, exchange.url);
  return createExchange(exchange.request, exchange.body, exchange, url.href);
}
