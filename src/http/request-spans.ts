import type { RequestNotes } from '../observability/request-origin.ts';
import type { Span, Tracer } from '../observability/tracing.ts';

type Answered = Promise<Response> | Response;

/** Answers a request inside of its span. */
export type TraceRequest = (
  route: string,
  request: Pick<Request, 'method' | 'headers'> & { readonly ip?: string | undefined },
  notes: RequestNotes,
  answer: () => Answered,
) => Answered;

export interface RequestTracing {
  readonly tracer: Tracer;
  readonly appUrl: string;
  /** Whose trace contexts are continued; those of everybody else are only linked to. */
  readonly isTrusted: (peer: string | null, headers: Headers) => boolean;
}

/** Methods with a name of their own in spans and metrics; strangers can send any word. */
export const NAMED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/**
 * A server span for each request, by the semantic conventions for HTTP. It names the pattern of the route and never the path, the query or a
 * header: those hold what people wrote, and what opens something.
 */
export function createRequestTracing({ tracer, appUrl, isTrusted }: RequestTracing): TraceRequest {
  const url = new URL(appUrl);
  const server = { 'url.scheme': url.protocol.slice(0, -1), 'server.address': url.hostname };
  return (route, request, notes, answer) => {
    const { headers } = request;
    const method = NAMED_METHODS.find((named) => named === request.method) ?? '_OTHER';
    const start = {
      name: toName(method, route),
      kind: 'server',
      attributes: { 'http.request.method': method, 'http.route': route, ...server },
      remote: { traceparent: headers.get('traceparent'), tracestate: headers.get('tracestate') },
      isTrusted: isTrusted(request.ip ?? null, headers),
    } as const;
    return tracer.run(start, (span) => {
      notes.traceId = span.traceId;
      const finish = (response: Response) => {
        describe(span, method, notes.route ?? route, response);
        return response;
      };
      const answered = answer();
      return answered instanceof Promise ? answered.then(finish) : finish(answered);
    });
  };
}

function describe(span: Span, method: string, route: string, { status, headers }: Response): void {
  span.rename(toName(method, route));
  span.set({ 'http.route': route, 'http.response.status_code': status, 'vitae.request_id': headers.get('x-request-id') ?? '' });
  if (status >= 500) span.fail(String(status));
}

function toName(method: string, route: string): string {
  return `${method === '_OTHER' ? 'HTTP' : method} ${route}`;
}
