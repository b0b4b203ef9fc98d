/** Bounds of request bodies, in bytes. */
export const OAUTH_BODY_BYTES = 64 * 1024;
export const API_BODY_BYTES = 1024 * 1024;

export type BoundedBody = { readonly ok: true; readonly request: Request } | { readonly ok: false; readonly response: Response };

/**
 * Reads a request's body up to a limit, before anything parses it, and hands on the same request over the bytes that were
 * read. Nothing else about it changes. GET, HEAD and OPTIONS bodies are never read.
 *
 * @returns the request, or the 413 that answers it; a body that breaks off is a 400
 */
export async function boundBody(request: Request, limit: number): Promise<BoundedBody> {
  if (request.body === null || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return { ok: true, request };
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limit) return { ok: false, response: refuseBody(413, `The body is larger than ${limit} bytes`) };
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.byteLength;
      if (size > limit) {
        reader.cancel().catch(() => undefined);
        return { ok: false, response: refuseBody(413, `The body is larger than ${limit} bytes`) };
      }
      chunks.push(next.value);
    }
  } catch {
    return { ok: false, response: refuseBody(400, 'The body broke off') };
  }
  return {
    ok: true,
    request: new Request(request.url, {
      method: request.method,
      headers: request.headers,
      body: Buffer.concat(chunks),
      signal: request.signal,
    }),
  };
}

function refuseBody(status: 400 | 413, description: string): Response {
  return Response.json(
    { error: 'invalid_request', error_description: description },
    // What is left of the body is not read, so the connection can't be used again.
    { status, headers: { connection: 'close', 'cache-control': 'no-store' } },
  );
}
