import { randomBytes } from 'node:crypto';
import type { H3 } from 'h3';
import { createAccount } from './api/account.ts';
import type { ApiContext } from './api/base.ts';
import { createApiHandlers } from './api/http.ts';
import { buildOpenApiDocument } from './api/openapi.ts';
import { renderApiReference } from './api/reference-page.tsx';
import { router } from './api/router.ts';
import { createEdge } from './app/edge.ts';
import { createMaintenance } from './app/maintenance.ts';
import { createAuthorizationObserver, createRequestObservers } from './app/observers.ts';
import { createRevocationObserver, exposeState } from './app/state.ts';
import { createAuthorizationServer } from './authorization-server/authorization-server.ts';
import { CLIENT_ADDRESS_HEADER } from './authorization-server/auth.ts';
import type { ClientMetadataOptions } from './authorization-server/client-metadata/client-documents.ts';
import { buildIdentifiers } from './authorization-server/identifiers.ts';
import { createLastUses } from './authorization-server/last-uses.ts';
import { createId } from './db/create-id.ts';
import { createAuditTrail } from './db/audit.ts';
import type { Database } from './db/client.ts';
import type { Swept } from './db/janitor.ts';
import type { Env, VersionedSecret } from './env.ts';
import { deriveKeys } from './env/derived-keys.ts';
import { createRefreshedDocument } from './http/document.ts';
import { createAccessRefusals } from './http/access-refusals.ts';
import { createLimits } from './http/limits/limits.ts';
import { createHandlers } from './http/handlers.ts';
import type { NodeDocuments } from './http/node-documents.ts';
import { buildRouteTable } from './http/routes.ts';
import { createMailing } from './mail/mailing.ts';
import { createMcpEndpoint, type LegacyLeg } from './mcp/handler.ts';
import type { McpExtension } from './mcp/server.ts';
import type { Log } from './observability/log.ts';
import { createMetrics } from './observability/metrics.ts';
import type { Tracer } from './observability/tracing.ts';
import { createRequestOrigins } from './observability/request-origin.ts';
import { createPageApiKeys } from './pages/page-api-keys.ts';
import { createPageEdits } from './pages/page-edits.ts';
import { createPageHistory } from './pages/page-history.ts';
import { createPageResumes } from './pages/page-resumes.ts';
import { readPageSettings } from './pages/page-settings.ts';
import { createPages } from './pages/pages.ts';
import { exportPersonalData } from './personal-data/export.ts';
import { createAccessTokenVerifier } from './resource-server/access-token.ts';
import { createAuthenticator } from './resource-server/authenticate.ts';
import { createAccessTokenJudge } from './resource-server/judge-access-token.ts';
import type { Principal } from './resource-server/principal.ts';
import { createRevocationList } from './resource-server/revocations.ts';
import { createResumeOutput } from './resumes/publishing/resume-output.ts';
import { createPdfRenderer } from './resumes/render/pdf/pdf-renderer.ts';
import { createResumeRepository } from './resumes/repository.ts';
import type { Service } from './service.ts';

export interface AppDependencies {
  readonly env: Env;
  /** Migrated; closing it stays with the caller. */
  readonly db: Database;
  readonly secrets: readonly [VersionedSecret, ...VersionedSecret[]];
  readonly clock: () => Date;
  readonly log: Log;
  readonly version: string;
  /** Stands behind authorization and MCP endpoint in the place of resumes. */
  readonly service?: Service;
  /** Pinned Client ID Metadata Documents, and the network that the others are fetched over. */
  readonly clientMetadata?: ClientMetadataOptions;
  /** More tools, resources and prompts behind the same endpoint, gate and limits. */
  readonly mcpExtension?: McpExtension;
  /** Where spans go; without it nothing is traced. */
  readonly tracer?: Tracer;
  /** Another way to serve 2025-era clients than one server per message. */
  readonly mcpLegacyLeg?: LegacyLeg;
}

export interface App {
  /** The app as an h3 app, for `serve` or to mount in another one. */
  readonly router: H3;
  /** Answers any request; needs no port. */
  fetch(request: Request): Promise<Response>;
  /** Stands in front of the router where Node's own server takes the requests, for speed alone. */
  readonly answerDocument: NodeDocuments;
  /** From now on `/health/ready` says 503, so that load balancers look elsewhere while requests finish. */
  beginDrain(): void;
  /** Removes what is over, now instead of at the next time. Answers how many rows of each kind. */
  sweep(): Promise<Swept>;
  /** Ends background work and writes what is still in memory. */
  close(): Promise<void>;
}

/** The composition root: builds every part and connects them. Rejects when the database can't be used. */
export async function createApp(dependencies: AppDependencies): Promise<App> {
  const { env, db, clock, log, secrets, version, tracer, service } = dependencies;
  const { appUrl } = env;
  const identifiers = buildIdentifiers(appUrl, service);
  const metrics = createMetrics();
  const origins = createRequestOrigins();
  const audit = createAuditTrail(db, clock, () => origins.current());
  const observe = createRequestObservers(metrics);
  const revocations = createRevocationList(db, clock, {
    ...createRevocationObserver(metrics, log),
    onKeyWithdrawn() {
      for (const memory of [authorizationServer.signingKeys, accessTokens, keySet]) memory.forget();
    },
  });
  const outbox = createMailing(env.smtp, log, observe.mailed);
  const accessTokens = createAccessTokenVerifier(identifiers, () => authorizationServer.loadKeys(), clock, metrics);
  const judgeAccessToken = createAccessTokenJudge(accessTokens, revocations);
  const keySet = createRefreshedDocument(async () => JSON.stringify(await authorizationServer.loadKeys()), clock);
  exposeState(metrics, { env, db, version, feedState: () => revocations.feedState() });

  const authorizationServer = await db.exclusively(() =>
    createAuthorizationServer({
      identifiers,
      db,
      secrets,
      clock,
      newId: createId,
      audit,
      log,
      email: { isSent: env.smtp !== null, isRequired: env.requireVerifiedEmail },
      postMail: (mail) => outbox.post(mail),
      onRevocation: () => revocations.markStale(),
      signingKeyDays: env.signingKeyDays,
      onAnswered: createAuthorizationObserver(metrics, origins),
      metrics,
      tracer,
      async inspectAccessToken(token) {
        const judged = await judgeAccessToken(token);
        return judged.ok ? { ...judged.principal, isNarrowed: judged.isNarrowed } : null;
      },
      clientMetadata: dependencies.clientMetadata,
    }),
  );
  await authorizationServer.prepare();
  const { grants, clients, apiKeys } = authorizationServer;
  const authenticator = createAuthenticator({
    judgeAccessToken,
    scopes: identifiers.scopes.own,
    verifyApiKey: (key) => authorizationServer.verifyApiKey(key),
    loadSession: (headers) => authorizationServer.resolveSession(headers),
  });
  const lastUses = createLastUses(db, clock);
  const maintenance = createMaintenance({ env, db, clock, log, metrics, audit, lastUses, authorizationServer });
  await maintenance.askDatabase();

  const resumes = createResumeRepository(db, { now: clock, createId, audit });
  const pdf = createPdfRenderer();
  const output = createResumeOutput({
    db,
    now: clock,
    pdf,
    keys: { pdfLinks: deriveKeys(secrets, 'vitae links to PDFs'), visitors: deriveKeys(secrets, 'vitae visitors of a day') },
  });
  const account = createAccount({ db, grants, apiKeys, lastUses });
  const limits = createLimits({
    isOn: env.rateLimits,
    db,
    clock,
    metrics,
    onLimited(name) {
      observe.limited(name);
      log.info({ event: 'request.limited', limit: name, ...origins.current() });
    },
  });
  const createContext = (principal: Principal, requestId: string): ApiContext => {
    return { principal, resumes, output, ...account, appUrl, requestId };
  };
  const served = { router, service, identifiers, version, log, metrics, tracer };
  const mcp = createMcpEndpoint({ ...served, extension: dependencies.mcpExtension, legacyLeg: dependencies.mcpLegacyLeg });
  const openApi = await buildOpenApiDocument(router, { appUrl, cookiePrefix: identifiers.cookiePrefix, version });
  const pages = createPages({
    identifiers,
    clock,
    randomBytes,
    csrfKeys: deriveKeys(secrets, 'vitae page form tokens'),
    auth(request) {
      const address = request.headers.get(CLIENT_ADDRESS_HEADER);
      const origin = origins.current() ?? { requestId: 'page', address, userAgent: request.headers.get('user-agent') };
      return limits.auth(request, address, () => authorizationServer.handle(request, origin));
    },
    resolveSession: (request) => authenticator.resolveSession(request),
    ...readPageSettings(env),
    accounts: authorizationServer.accounts,
    isAuthorizationQueryIntact: (query) => authorizationServer.isAuthorizationQueryIntact(query),
    describeClient: (clientId) => clients.describe(clientId),
    connections: account.connections,
    apiKeys: createPageApiKeys(account.apiKeys, apiKeys, clock),
    sessions: authorizationServer.sessions,
    activity: account.activity,
    personalData: (userId) => exportPersonalData(db, userId),
    resumes: createPageResumes(createContext),
    edits: createPageEdits(createContext),
    history: createPageHistory(createContext),
    output,
    service,
    unlockKeys: deriveKeys(secrets, 'vitae passwords of resumes'),
  });

  let draining = false;
  const handlers = createHandlers({
    identifiers,
    askDatabase: () => maintenance.askDatabase(),
    metricsToken: env.metricsToken,
    log,
    metrics,
    authorizationServer,
    authenticator,
    lastUses,
    keySet,
    mcp,
    api: createApiHandlers({ router, report: (error, { requestId }) => log.error({ event: 'api.failed', requestId, err: error }) }),
    openApi: {
      document: JSON.stringify(openApi),
      reference: renderApiReference(openApi, identifiers.base, pages.stylesheetPath),
    },
    pages,
    output,
    createContext,
    isDraining: () => draining,
    refusals: createAccessRefusals(audit, log, observe.refused),
    limits,
  });
  const table = buildRouteTable(handlers, service === undefined);
  const edge = createEdge({ env, identifiers, log, metrics, origins, tracer }, table, pages.routes);

  return {
    ...edge,
    fetch: async (request) => edge.router.fetch(request),
    sweep: () => maintenance.sweep(),
    beginDrain() {
      draining = true;
    },
    async close() {
      await maintenance.stop();
      await authorizationServer.settle();
      await outbox.close();
      await revocations.close();
      await mcp.close();
      await pdf.close();
      await lastUses.flush();
      await audit.flush();
    },
  };
}
