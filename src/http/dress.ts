import { FastResponse } from 'srvx';
import { PreparedResponse, type ResponseParts } from '../prepared-response.ts';
import { buildCorsHeaders, type CorsPolicy } from './cors.ts';
import { DEFAULT_HEADERS, FORBIDDEN_HEADERS, buildFixedHeaders } from './security-headers.ts';

type HeaderLine = [name: string, value: string];

/** What the answers of a route carry: unless they say something else themselves, and in any case. */
export interface Dress {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** The headers of each answer of its document, but the request's name: put together once. */
  readonly documents: WeakMap<ResponseParts, readonly HeaderLine[]>;
}

export function buildDress(appUrl: string, cors: CorsPolicy): Dress {
  return { before: DEFAULT_HEADERS, after: { ...buildFixedHeaders(appUrl), ...buildCorsHeaders(cors) }, documents: new WeakMap() };
}

/** The headers of a document's answer, but the request's name. The same list for the same answer. */
export function dressDocument(answer: ResponseParts, { before, after, documents }: Dress): readonly HeaderLine[] {
  const lines = documents.get(answer) ?? Object.entries({ ...before, ...answer.headers, ...after });
  documents.set(answer, lines);
  return lines;
}

/** The same answer with the headers that every answer of the route carries. */
export function dress(
  response: Response | ResponseParts,
  worn: Dress,
  { method, requestId }: { readonly method: string; readonly requestId: string },
): Response {
  const { status } = response;
  if (!(response instanceof Response)) {
    const headers: HeaderLine[] = [...dressDocument(response, worn), ['x-request-id', requestId]];
    return new FastResponse(method === 'HEAD' ? null : response.body, { status, headers });
  }
  const { before, after } = worn;
  if (response instanceof PreparedResponse) {
    const { body, headers } = response.parts;
    const dressed = { ...before, ...headers, ...after, 'x-request-id': requestId };
    return new FastResponse(method === 'HEAD' ? null : body, { status, headers: dressed });
  }
  const headers = new Headers(response.headers);
  for (const name of FORBIDDEN_HEADERS) headers.delete(name);
  for (const [name, value] of Object.entries(before)) if (!headers.has(name)) headers.set(name, value);
  for (const [name, value] of Object.entries(after)) headers.set(name, value);
  headers.set('x-request-id', requestId);
  return new FastResponse(method === 'HEAD' ? null : response.body, { status, statusText: response.statusText, headers });
}
