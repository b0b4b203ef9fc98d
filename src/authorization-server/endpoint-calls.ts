import { BufferedRequest, peekText } from '../buffered-request.ts';
import { PreparedResponse } from '../prepared-response.ts';
import type { Auth } from './auth.ts';
import { isRecord } from './library-refusal.ts';

/**
 * Lets the library answer a request by its endpoint and the hooks around it, without its router. Null: the router has something to say to
 * such a request, or may have. Rejects where the router would answer nothing.
 *
 * @param request at its public address
 * @param endpoint below the auth base path
 */
export type CallEndpoint = (request: Request, endpoint: string) => Promise<Response | null>;

interface Answered {
  readonly response: unknown;
  readonly headers?: Headers | null | undefined;
  readonly status?: number | undefined;
}

/** Members that the router takes for addresses of this server, and checks. */
const CHECKED_BY_THE_ROUTER: readonly string[] = ['callbackURL', 'redirectTo', 'errorCallbackURL', 'newUserCallbackURL'];
/** Under which the library keeps what was set before its endpoint threw. */
const HEADERS_SET_BEFORE = Symbol.for('better-call:api-error-headers');

export function createEndpointCalls(auth: Auth): CallEndpoint {
  return async (request, endpoint) => {
    switch (endpoint) {
      case 'oauth2/register': {
        const body = await readMetadata(request);
        if (body === null) return null;
        // What is in it is for the hook and the endpoint to judge, as behind the router.
        const metadata = body as NonNullable<Parameters<typeof auth.api.registerOAuthClient>[0]>['body'];
        return toAnswer(() => auth.api.registerOAuthClient({ body: metadata, ...AS_VALUES, request, headers: request.headers }));
      }
      case 'oauth2/authorize': {
        const query = readQuery(request);
        if (query === null) return null;
        const isRedirected = isNavigation(request.headers);
        const headers = isRedirected ? askingForJson(request.headers) : request.headers;
        const answered = () => auth.api.oauth2Authorize({ method: 'GET', body: {}, query, ...AS_VALUES, request, headers });
        return toAnswer(isRedirected ? () => answered().then(toRedirect) : answered);
      }
      default:
        return null;
    }
  };
}

const AS_VALUES = { asResponse: false, returnHeaders: true, returnStatus: true } as const;

/** Whether the provider redirects, and does not tell a script where to. */
function isNavigation(headers: Headers): boolean {
  return headers.get('sec-fetch-mode') !== 'cors' && headers.get('accept')?.includes('application/json') !== true;
}

/** The provider throws a redirect, with a stack that nobody reads, and tells it as a value to whoever takes JSON: it asks itself so after a consent. */
function askingForJson(sent: Headers): Headers {
  const headers = new Headers(sent);
  headers.set('accept', 'application/json');
  return headers;
}

function toRedirect(answered: Answered): Answered {
  const { response, headers } = answered;
  if (!isRecord(response) || response['redirect'] !== true || typeof response['url'] !== 'string') return answered;
  const located = new Headers(headers ?? undefined);
  located.set('location', response['url']);
  return { response: undefined, headers: located, status: 302 };
}

/** The JSON of a registration that only the media type and the members of the body are to be judged of. */
async function readMetadata(request: Request): Promise<Readonly<Record<string, unknown>> | null> {
  const { method, headers, url } = request;
  if (method !== 'POST' || !(request instanceof BufferedRequest) || headers.has('cookie') || url.includes('?')) return null;
  if (headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json') return null;
  const body = parse(await peekText(request));
  return isRecord(body) && !CHECKED_BY_THE_ROUTER.some((name) => name in body) ? body : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The router has the words for it.
    return null;
  }
}

/** The query of an authorization request in which every parameter is there once. */
function readQuery({ method, headers, url }: Request): Record<string, string> | null {
  if (method !== 'GET' || ['content-type', 'content-length', 'transfer-encoding'].some((name) => headers.has(name))) return null;
  const query: Record<string, string> = {};
  for (const [name, value] of new URL(url).searchParams) {
    if (name in query) return null;
    query[name] = value;
  }
  return query;
}

/** As the router answers: what the endpoint gives, and what it or a hook throws to be answered. */
async function toAnswer(call: () => Promise<Answered>): Promise<Response> {
  try {
    const { response, headers, status = 200 } = await call();
    return response instanceof Response ? response : buildAnswer(status, new Headers(headers ?? undefined), response);
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const headers = new Headers(error[HEADERS_SET_BEFORE]);
    for (const [name, value] of new Headers(error.headers)) if (name !== 'set-cookie' || !headers.has(name)) headers.set(name, value);
    return buildAnswer(error.statusCode, headers, error.body);
  }
}

/** A value as the router sends it. @param headers changed in place */
export function buildAnswer(status: number, headers: Headers, value: unknown): Response {
  const body = value === undefined ? null : JSON.stringify(value);
  headers.set('content-type', 'application/json');
  // Lines of cookies can't be put into one.
  if (headers.has('set-cookie')) return new Response(body, { status, headers });
  return new PreparedResponse({ status, headers: Object.fromEntries(headers), body });
}

interface ThrownAnswer {
  readonly statusCode: number;
  readonly body?: unknown;
  readonly headers?: HeadersInit;
  readonly [HEADERS_SET_BEFORE]?: HeadersInit;
}

/** By name: the provider's are of another copy of the same module. */
function isAnswer(error: unknown): error is ThrownAnswer {
  return error instanceof Error && error.name === 'APIError' && 'statusCode' in error && typeof error.statusCode === 'number';
}
