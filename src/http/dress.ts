import { FastResponse } from 'srvx';
import { PreparedResponse, type ResponseParts } from '../prepared-response.ts';
import { DEFAULT_HEADERS, FORBIDDEN_HEADERS, buildFixedHeaders } from './security-headers.ts';

type HeaderLine = [name: string, value: string];

/** What the answers of a route carry: unless they say something else themselves, and in any case. */
export interface Dress {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** The headers of each answer of its document, but the request's name: put together once. */
  readonly documents: WeakMap<ResponseParts, readonly HeaderLine[]>;
}

export function buildDress(appUrl: string, cors: Readonly<Record<string, string>>): Dress {
  return { before: DEFAULT_HEADERS, after: { ...buildFixedHeaders(appUrl), ...cors }, documents: new WeakMap() };
}

/** The same answer with the headers that every answer of the route carries. */
export function dress(
  response: Response | ResponseParts,
  { before, after, documents }: Dress,
  { method, requestId }: { readonly method: string; readonly requestId: string },
): Response {
  const { status } = response;
  if (!(response instanceof Response)) {
    const lines = documents.get(response) ?? Object.entries({ ...before, ...response.headers, ...after });
    documents.set(response, lines);
    return new FastResponse(method === 'HEAD' ? null : response.body, { status, headers: [...lines, ['x-request-id', requestId]] });
  }
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
