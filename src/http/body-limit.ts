import type { IncomingMessage } from 'node:http';

/** Bounds of request bodies, in bytes. */
export const OAUTH_BODY_BYTES = 64 * 1024;
export const API_BODY_BYTES = 1024 * 1024;

/** What is read and thrown away of a refused body, so that a client still writing it gets to read the answer. */
const DISCARDED_BYTES = 16 * 1024 * 1024;
const DISCARDING_MS = 3_000;
const BROKEN_OFF = 'The body broke off';
const READ_BEFORE = 'The body was read before it came here: mount this in front of what reads bodies';

/** Null: there is none, or the method has no use for one. */
export type BoundedBody =
  | { readonly ok: true; readonly body: Buffer<ArrayBuffer> | null }
  | { readonly ok: false; readonly response: Response };

/**
 * Reads a request's body up to a limit, before anything parses it. GET, HEAD and OPTIONS bodies are never read.
 *
 * @param incoming Node's own message behind the request, if there is one: where it says a length that is within the limit, Node sees to it
 * that there is no more, and it is read past the web's streams
 * @returns the body, or the 413 that answers it; a body that breaks off is a 400, one that a host has read already a 500 that says so
 */
export async function boundBody(request: Request, limit: number, incoming?: IncomingMessage): Promise<BoundedBody> {
  // The web's stream over a message is made when it is first asked for: a message is not asked by way of it.
  const isRead = incoming === undefined ? request.bodyUsed || request.body?.locked === true : incoming.readableDidRead;
  if (isRead) return { ok: false, response: refuseBody(500, READ_BEFORE) };
  if (incoming !== undefined && Number(incoming.headers['content-length']) <= limit) return readMessage(incoming);
  if (request.body === null) return { ok: true, body: null };
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
    return { ok: false, response: refuseBody(400, BROKEN_OFF) };
  }
  return { ok: true, body: Buffer.concat(chunks) };
}

export function hasBody(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

function readMessage(incoming: IncomingMessage): Promise<BoundedBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const refuse = () => {
      // It closes after it has ended, too.
      if (!incoming.readableEnded) resolve({ ok: false, response: refuseBody(400, BROKEN_OFF) });
    };
    incoming
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('end', () => resolve({ ok: true, body: Buffer.concat(chunks) }))
      .once('close', refuse)
      .once('error', refuse);
  });
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

function refuseBody(status: 400 | 413 | 500, description: string): Response {
  return Response.json(
    { error: status === 500 ? 'server_error' : 'invalid_request', error_description: description },
    // Where something of the body is left unread, the connection can't be used again.
    { status, headers: { connection: 'close', 'cache-control': 'no-store' } },
  );
}
