import { z } from 'zod';
import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  isJSONRPCRequest,
  WebStandardStreamableHTTPServerTransport,
  type JSONRPCMessage,
  type McpServer,
} from '@modelcontextprotocol/server';
import type { ApiContext } from '../api/base.ts';
import type { Router } from '../api/router.ts';
import type { Identifiers } from '../authorization-server/identifiers.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { NO_SPAN, type Span, type Tracer } from '../observability/tracing.ts';
import { buildInsufficientScope } from '../resource-server/challenge.ts';
import type { Exchange } from './exchange.ts';
import { resumeSchema } from '../resumes/resume.ts';
import type { Service } from '../service.ts';
import { PreparedResponse, toPreparedResponse } from '../prepared-response.ts';
import { createListAnswers } from './list-answers.ts';
import { parseMessage } from './message.ts';
import { answerMessage } from './one-message.ts';
import { traceMessage } from './message-spans.ts';
import { isPrompt } from './prompts.ts';
import { challengedScopes, requiredScopesOf } from './required-scopes.ts';
import { createResourceHandlers } from './resources.ts';
import { createResumeReader } from './resume-reader.ts';
import { buildServerCard, type ServerCard } from './server-card.ts';
import { TOOL_OUTCOMES, createServer, type McpExtension, type ToolOutcome } from './server.ts';
import { createToolCatalogue } from './tools.ts';
import { isPlainLegacyMessage, toTransportHeaders, wantsEventStream } from './transport-tolerance.ts';

/** Serves the messages of 2025-era revisions; the default answers each by a server of its own. Null: not a POST. */
export type LegacyLeg = (request: Request, message: JSONRPCMessage | null, serving: LegacyServing) => Promise<Response>;

interface LegacyServing {
  readonly context: ApiContext;
  readonly createServer: () => McpServer;
}

export interface McpEndpointOptions {
  /** Every procedure in it that has a tool in its meta is served. */
  readonly router: Pick<Router, 'resumes'>;
  /** Serves its procedures as tools instead, and no resources and prompts. */
  readonly service?: Service | undefined;
  readonly identifiers: Identifiers;
  readonly version: string;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'counter' | 'histogram' | 'cache'>;
  readonly tracer?: Tracer | undefined;
  readonly extension?: McpExtension;
  readonly legacyLeg?: LegacyLeg;
}

/** What the endpoint reads of a request. The caller has bounded what {@link Request.text} reads. */
export type McpRequest = Pick<Request, 'method' | 'url' | 'headers' | 'signal' | 'text'>;

export interface McpEndpoint {
  /**
   * Answers one request to `/mcp`. Authentication, Host and Origin are the caller's to check before; credentials in the
   * headers are neither read nor passed on.
   */
  fetch(request: McpRequest, context: ApiContext): Promise<Response>;
  /** The card of this endpoint, for the HTTP layer to publish. */
  readonly serverCard: ServerCard;
  /** Ends open streams. In-flight calls of 2025-era clients finish. */
  close(): Promise<void>;
}

const MAXIMUM_BODY_BYTES = 1024 * 1024;
const RETRY_AFTER_SECONDS = 2;

/**
 * Creates the MCP endpoint: Streamable HTTP for the 2025-era revisions and for 2026-07-28 on one path, stateless, a server
 * per request. HTTP statuses besides the protocol's own: 405, 415, 413, 400 for a body that is not one message, 403 for a
 * missing scope (RFC 6750 §3.1) before anything is dispatched, 503 when the database is away.
 */
export function createMcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  const { identifiers, log, metrics, router, service } = options;
  const resumes = createResumeReader(router);
  const catalogue = createToolCatalogue(service?.router ?? router);
  const names = catalogue.tools.map(({ definition }) => definition.name);
  const toolCalls = metrics.counter('vitae_tool_calls_total', { tool: names, outcome: TOOL_OUTCOMES });
  const toolSeconds = metrics.histogram('vitae_tool_call_duration_seconds', { tool: names });
  const parts = {
    version: options.version,
    catalogue,
    content:
      service === undefined ? { resumes, resources: createResourceHandlers(resumes, z.toJSONSchema(resumeSchema, { io: 'input' })) } : null,
    service,
    reportFailure: (error: unknown, context: ApiContext) => log.error({ event: 'mcp.failed', requestId: context.requestId, err: error }),
    onToolCalled(name: string, outcome: ToolOutcome, seconds: number) {
      toolCalls({ tool: name, outcome });
      toolSeconds({ tool: name }, seconds);
    },
    ...(options.extension !== undefined && { extension: options.extension }),
  };
  const legacyLeg = options.legacyLeg ?? answerStateless;
  const exchanges = new WeakMap<Request, Exchange>();
  const modernLeg = createMcpHandler(({ requestInfo }) => createServer(parts, exchangeOf(exchanges, requestInfo)), {
    legacy: 'reject',
    onerror: (error) => log.debug({ event: 'mcp.rejected', err: error }),
  });

  // An extension may make a list of anything.
  const askForList = options.extension === undefined && options.legacyLeg === undefined ? createListAnswers(metrics) : () => null;

  async function serve(request: McpRequest, message: JSONRPCMessage | null, context: ApiContext, span: Span): Promise<Response> {
    if (request.signal.aborted) return clientGone();
    const exchange: Exchange = { context, span, unavailable: false };
    if (options.legacyLeg === undefined && message !== null && isPlainLegacyMessage(request.headers, message)) {
      return finish(request, exchange, await answerPlain(createServer(parts, exchange), message, request.signal));
    }
    const headers = toTransportHeaders(request.headers, message);
    const transportRequest = new Request(request.url, { method: request.method, headers, signal: request.signal });
    exchanges.set(transportRequest, exchange);
    const response =
      message === null || (await isLegacyRequest(transportRequest, message))
        ? await legacyLeg(transportRequest, message, { context, createServer: () => createServer(parts, exchange) })
        : await modernLeg.fetch(transportRequest, { parsedBody: message });
    return finish(request, exchange, response);
  }

  const isKnown = (name: string) => catalogue.find(name) !== undefined || isPrompt(name);
  const dispatch = (request: McpRequest, message: JSONRPCMessage | null, context: ApiContext) =>
    message === null
      ? serve(request, message, context, NO_SPAN)
      : traceMessage(options.tracer, message, isKnown, (span) => serve(request, message, context, span));

  return {
    serverCard: buildServerCard(
      catalogue.tools.map((tool) => tool.definition),
      identifiers,
      options.version,
      service,
    ),
    async fetch(request, context) {
      if (request.method !== 'POST') {
        return options.legacyLeg === undefined
          ? refuse(405, -32_000, 'Only POST is served here', { Allow: 'POST' })
          : dispatch(request, null, context);
      }
      if (!isJsonContentType(request.headers.get('content-type'))) return refuse(415, -32_000, 'The content type must be application/json');
      const text = await request.text();
      if (Buffer.byteLength(text) > MAXIMUM_BODY_BYTES) return refuse(413, -32_000, `The body is larger than ${MAXIMUM_BODY_BYTES} bytes`);
      const parsed = parseMessage(text);
      if (!parsed.ok) return refuse(400, parsed.refusal.code, parsed.refusal.message);
      const scopes = challengedScopes(
        requiredScopesOf(parsed.message, catalogue, service === undefined),
        context.principal.scopes,
        identifiers.scopes.own,
      );
      if (scopes !== null) {
        log.info({ event: 'mcp.scope_missing', requestId: context.requestId, scopes });
        const name = calledTool(parsed.message);
        if (name !== null) toolCalls({ tool: name, outcome: 'not_permitted' });
        return buildInsufficientScope(scopes, identifiers);
      }
      const list = askForList(request.headers, parsed.message, context.principal.scopes);
      return (
        list?.findAnswer() ??
        (await (list?.keep(await dispatch(request, parsed.message, context)) ?? dispatch(request, parsed.message, context)))
      );
    },
    close: () => modernLeg.close(),
  };
}

/** The tool that a message calls, whether there is one of that name or not. */
function calledTool(message: JSONRPCMessage): string | null {
  const name = isJSONRPCRequest(message) && message.method === 'tools/call' ? message.params?.['name'] : undefined;
  return typeof name === 'string' ? name : null;
}

function exchangeOf(exchanges: WeakMap<Request, Exchange>, request: Request | undefined): Exchange {
  const exchange = request === undefined ? undefined : exchanges.get(request);
  if (exchange === undefined) throw new Error('A server was asked for outside of a request');
  return exchange;
}

/** What the HTTP transport of the protocol layer answers, without its requests, streams and sessions, which cost more than most tools. */
async function answerPlain(server: McpServer, message: JSONRPCMessage, signal: AbortSignal): Promise<Response> {
  const answer = await answerMessage(server, message, signal);
  if (answer !== null)
    return new PreparedResponse({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) });
  return isJSONRPCRequest(message) ? clientGone() : new Response(null, { status: 202 });
}

/** A fresh server and transport for one message, answered as one JSON body. */
async function answerStateless(request: Request, message: JSONRPCMessage | null, serving: LegacyServing): Promise<Response> {
  const server = serving.createServer();
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  const aborted = new Promise<Response>((resolve) => {
    request.signal.addEventListener('abort', () => resolve(clientGone()), { once: true });
  });
  try {
    return await Promise.race([transport.handleRequest(request, { parsedBody: message }), aborted]);
  } finally {
    await server.close();
  }
}

/** Frames what the protocol layer answered as the client reads it, or says that the database is away. */
async function finish(request: McpRequest, exchange: Exchange, response: Response): Promise<Response> {
  if (!exchange.unavailable) return wantsEventStream(request.headers.get('accept')) ? toEventStream(response) : toPrepared(response);
  await response.body?.cancel();
  return refuse(503, -32_000, 'The database is not available; try again shortly', { 'Retry-After': String(RETRY_AFTER_SECONDS) });
}

/** Nobody reads it: the connection it would go to is closed. */
function clientGone(): Response {
  return new Response(null, { status: 499 });
}

function refuse(status: number, code: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers });
}

/** A stream stays one. */
async function toPrepared(response: Response): Promise<Response> {
  return isJsonContentType(response.headers.get('content-type')) ? toPreparedResponse(response) : response;
}

/** Frames a JSON answer as an event stream of one message. */
async function toEventStream(response: Response): Promise<Response> {
  if (!response.ok || !isJsonContentType(response.headers.get('content-type'))) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'text/event-stream');
  headers.delete('content-length');
  return new Response(`event: message\ndata: ${await response.text()}\n\n`, { status: response.status, headers });
}
