/** Bounds of request bodies, in bytes. */
export const OAUTH_BODY_BYTES = 64 * 1024;
export const API_BODY_BYTES = 1024 * 1024;

/** What is read and thrown away of a refused body, so that a client still writing it gets to read the answer. */
const DISCARDED_BYTES = 16 * 1024 * 1024;
const DISCARDING_MS = 3_000;

export type BoundedBody = { readonly ok: true; readonly request: Request } | { readonly ok: false; readonly response: Response };

/**
 * Reads a request's body up to a limit, before anything parses it, and hands on the same request over the bytes that were
 * read. Nothing else about it changes. GET, HEAD and OPTIONS bodies are never read.
 *
 * @returns the request, or the 413 that answers it; a body that breaks off is a 400
 */
export async function boundBody(request: Request, limit: number): Promise<BoundedBody> {
  if (request.body === null || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return { ok: true, request };
  const reader = request.body.getReader();
  if (Number(request.headers.get('content-length') ?? 0) > limit) return refuseTooLarge(reader, limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.byteLength;
      if (size > limit) return await refuseTooLarge(reader, limit);
      chunks.push(next.value);
    }
  } catch {
    return { ok: false, response: refuseBody(400, 'The body broke off') };
  }
  const { url, method, headers, signal } = request;
  return { ok: true, request: new Request(url, { method, headers, signal, body: Buffer.concat(chunks) }) };
}

async function refuseTooLarge(reader: ReadableStreamDefaultReader<Uint8Array>, limit: number): Promise<BoundedBody> {
  await discard(reader);
  return { ok: false, response: refuseBody(413, `The body is larger than ${limit} bytes`) };
}

/** Reads to the end, or until it is too much or takes too long. Keeps nothing and never rejects. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const late = setTimeout(() => void reader.cancel().catch(() => undefined), DISCARDING_MS);
  try {
    let size = 0;
    for (let next = await reader.read(); !next.done && size <= DISCARDED_BYTES; next = await reader.read()) size += next.value.byteLength;
  } catch {
    // The client went away: nobody is left to answer.
  } finally {
    clearTimeout(late);
    reader.cancel().catch(() => undefined);
  }
}

function refuseBody(status: 400 | 413, description: string): Response {
  return Response.json(
    { error: 'invalid_request', error_description: description },
    // Where something of the body is left unread, the connection can't be used again.
    { status, headers: { connection: 'close', 'cache-control': 'no-store' } },
  );
}
