import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiContext } from '../api/base.ts';
import type { ApiHandlers } from '../api/http.ts';
import { isForeignMutation } from '../api/same-origin.ts';
import type { AuthorizationServer } from '../authorization-server/authorization-server.ts';
import type { Identifiers } from '../authorization-server/identifiers.ts';
import type { LastUses } from '../authorization-server/last-uses.ts';
import { isDatabaseUnavailable } from '../db/unavailable.ts';
import type { McpEndpoint } from '../mcp/handler.ts';
import { checkOrigin } from '../mcp/origin-policy.ts';
import { SERVER_CARD_MEDIA_TYPE } from '../mcp/server-card.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RequestNotes } from '../observability/request-origin.ts';
import type { Pages } from '../pages/pages.ts';
import { PreparedResponse, toPreparedResponse } from '../prepared-response.ts';
import type { Authentication, Authenticator } from '../resource-server/authenticate.ts';
import { buildChallenge } from '../resource-server/challenge.ts';
import type { Principal } from '../resource-server/principal.ts';
import { createDocument, type RefreshedDocument } from './document.ts';
import type { AccessRefusals, Realm } from './access-refusals.ts';
import { RETRY_AFTER_SECONDS, buildNotFound } from './errors.ts';
import { PDF_LINK_PREFIX, type ResumeOutput } from '../resumes/publishing/resume-output.ts';
import { buildPdfResponse } from '../resumes/publishing/pdf-response.ts';
import { isLocalPeer, ReadRequest, type Exchange } from './exchange.ts';
import type { Limits } from './limits/limits.ts';
import { buildTooMany } from './limits/refusal.ts';
import type { RouteHandlers } from './routes.ts';

export interface HandlerDependencies {
  readonly identifiers: Identifiers;
  /** Rejects when the database does not answer. */
  readonly askDatabase: () => Promise<void>;
  readonly keySet: RefreshedDocument;
  readonly metricsToken: string | null;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly authorizationServer: AuthorizationServer;
  readonly authenticator: Authenticator;
  readonly lastUses: LastUses;
  readonly mcp: McpEndpoint;
  readonly api: ApiHandlers;
  readonly openApi: { readonly document: string; readonly reference: string };
  readonly pages: Pages;
  readonly output: ResumeOutput;
  readonly createContext: (principal: Principal, requestId: string) => ApiContext;
  readonly isDraining: () => boolean;
  readonly refusals: AccessRefusals;
  readonly limits: Limits;
}

/** The longest that a form sent too often has to wait, which is after wrong passwords. */
const PAGE_RETRY_SECONDS = 300;

/** Connects the routes to the parts below: each handler resolves the credential, then hands a value on. */
export function createHandlers(dependencies: HandlerDependencies): RouteHandlers {
  const { identifiers, log, metrics, authorizationServer, authenticator, lastUses, refusals, limits, mcp, api, openApi, pages } =
    dependencies;

  const serverCard = createDocument(JSON.stringify(mcp.serverCard), SERVER_CARD_MEDIA_TYPE);
  const protectedResource = createDocument(authorizationServer.metadata.protectedResource);
  const authorizationServerDocument = createDocument(authorizationServer.metadata.authorizationServer);
  const openApiDocument = createDocument(openApi.document);
  const apiReference = createDocument(openApi.reference, 'text/html; charset=utf-8', {
    'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
  });

  /** Answers with what the principal may have, or the challenge. */
  const withPrincipal = async (
    authentication: Authentication,
    realm: Realm,
    exchange: Exchange,
    answer: (principal: Principal) => Promise<Response> | Response,
  ): Promise<Response> => {
    if (!authentication.ok) {
      const { failure } = authentication;
      if (failure.reason !== 'no_credentials') {
        log.info({ event: 'authentication.refused', requestId: exchange.requestId, address: exchange.address, ...failure });
      }
      if (failure.reason === 'access_token_revoked') Object.assign(exchange.notes, toNotes(failure));
      refusals.unauthenticated(realm, failure);
      const wait = failure.reason === 'api_key_refused' ? limits.keyGuess(exchange.address) : null;
      if (wait !== null) return buildTooMany(wait);
      return buildChallenge(failure, identifiers, realm);
    }
    const { principal } = authentication;
    if (principal.method === 'access_token') {
      Object.assign(exchange.notes, toNotes(principal));
      lastUses.note({ kind: 'grant', id: principal.grantId });
    }
    if (principal.method === 'api_key') lastUses.note({ kind: 'api_key', id: principal.apiKeyId });
    const wait = limits.call(principal);
    if (wait !== null) return buildTooMany(wait);
    const response = await answer(principal);
    if (response.status === 403) refusals.forbidden(realm, principal);
    return response;
  };

  const callApi = async (exchange: Exchange, answer: (request: Request, context: ApiContext) => Promise<Response>) =>
    withPrincipal(await authenticator.authenticateApi(exchange.request), 'api', exchange, (principal) =>
      principal.method === 'session' && isForeignMutation(exchange.request, identifiers.origin)
        ? refuse(403, 'cross_site_request', 'A page of another site sent this')
        : answer(exchange.request, dependencies.createContext(principal, exchange.requestId)),
    );

  return {
    live: () => text(200, 'ok'),
    async ready() {
      if (dependencies.isDraining()) return text(503, 'draining');
      await dependencies.askDatabase();
      return text(200, 'ready');
    },
    async metrics({ request, peer }) {
      if (!isLocalPeer(peer, request.headers) && !holdsToken(request.headers, dependencies.metricsToken)) return buildNotFound();
      const { contentType, body } = await metrics.expose();
      return new Response(body, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } });
    },

    async mcp(exchange) {
      const { incoming } = exchange;
      const { headers } = incoming;
      const refusal = checkOrigin({ origin: headers.get('origin'), host: headers.get('host') ?? exchange.url.host }, identifiers.issuer);
      if (refusal !== null) {
        refusals.foreign(refusal);
        return refuse(403, refusal, 'This address does not answer pages of other sites');
      }
      return withPrincipal(await authenticator.authenticateMcp(incoming), 'mcp', exchange, (principal) =>
        mcp.fetch(new ReadRequest(exchange), dependencies.createContext(principal, exchange.requestId)),
      );
    },
    serverCard,

    protectedResourceMetadata: protectedResource,
    authorizationServerMetadata: authorizationServerDocument,
    keySet: dependencies.keySet,
    async auth({ request, url, requestId, address }) {
      const origin = { requestId, address, userAgent: request.headers.get('user-agent') };
      const response = await limits.auth(request, address, (onNewClient) => authorizationServer.handle(request, origin, onNewClient));
      // A person is looking at this one.
      if (response.status !== 429 || !url.pathname.endsWith('/authorize')) return toPreparedResponse(response);
      return asPage(pages.problem('tooMany', request, { requestId, clientAddress: address }), response);
    },

    rpc: (exchange) => callApi(exchange, (request, context) => api.rpc(request, context)),
    rest: (exchange) => callApi(exchange, (request, context) => api.rest(request, context)),
    openApiDocument,
    apiReference,

    async download({ request, url, requestId, address }) {
      const resume = await dependencies.output.openPdfLink(url.pathname.slice(PDF_LINK_PREFIX.length));
      if (resume === null) return pages.problem('notFound', request, { requestId, clientAddress: address });
      if (request.method === 'HEAD') return buildPdfResponse(null, resume.slug);
      const made = await dependencies.output.renderPdf(resume);
      if (made.ok) return buildPdfResponse(made.bytes, resume.slug);
      log.warn({ event: 'pdf.not_made', requestId, reason: made.reason, detail: made.detail });
      return pages.problem(made.reason === 'busy' ? 'unavailable' : 'internal', request, { requestId, clientAddress: address });
    },

    refusedPage({ incoming, requestId, address }, refusal) {
      const page = pages.problem(refusal.status === 413 ? 'tooLarge' : 'malformed', incoming, { requestId, clientAddress: address });
      page.headers.set('connection', 'close');
      return page;
    },

    async page({ request, url, requestId, address, notes }) {
      const info = { requestId, clientAddress: address, onRoute: (pattern: string) => void (notes.route = pattern) };
      const answer = async () => (await pages.fetch(request, info)) ?? pages.problem('notFound', request, info);
      try {
        const isTry = request.method === 'POST' && url.pathname.startsWith('/r/');
        const response = await (isTry ? limits.resumePassword(url.pathname, address, answer) : answer());
        if (response.status !== 429) return response;
        if (isTry) return asPage(pages.problem('tooMany', request, info), response);
        if (!response.headers.has('retry-after')) response.headers.set('retry-after', String(PAGE_RETRY_SECONDS));
        return response;
      } catch (error) {
        const unavailable = isDatabaseUnavailable(error);
        log.error({ event: 'page.failed', requestId, unavailable, err: error });
        const response = pages.problem(unavailable ? 'unavailable' : 'internal', request, info);
        if (unavailable) response.headers.set('retry-after', String(RETRY_AFTER_SECONDS));
        return response;
      }
    },
  };
}

function toNotes({ grantId, clientId }: { readonly grantId: string; readonly clientId: string }): Partial<RequestNotes> {
  return { grantId, clientId };
}

function holdsToken(headers: Headers, token: string | null): boolean {
  if (token === null) return false;
  const given = createHash('sha256')
    .update(headers.get('authorization') ?? '')
    .digest();
  return timingSafeEqual(given, createHash('sha256').update(`Bearer ${token}`).digest());
}

/** The same refusal for a person to read. */
function asPage(page: Response, refusal: Response): Response {
  page.headers.set('retry-after', refusal.headers.get('retry-after') ?? String(PAGE_RETRY_SECONDS));
  return page;
}

function refuse(status: 403, error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status, headers: { 'cache-control': 'no-store' } });
}

function text(status: number, body: string): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return new PreparedResponse({ status, headers, body: `${body}\n` });
}
