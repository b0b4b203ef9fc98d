import { FastResponse } from 'srvx';

export interface ResponseParts {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/**
 * A response whose body is there as a whole. Read like any other; the HTTP layer sends its parts in one piece, without the stream and
 * the header list of the web's own class, which cost more than the answer. The parts are final: a header that is set later on is not sent.
 */
export class PreparedResponse extends FastResponse {
  readonly parts: ResponseParts;

  constructor(parts: ResponseParts) {
    super(parts.body, { status: parts.status, headers: { ...parts.headers } });
    this.parts = parts;
  }
}

/**
 * Reads an answer whose body is complete anyway, so that it is sent in one piece. One that sets cookies stays as it is: their lines can't be
 * put into one. Not for a body that is still being made.
 */
export async function toPreparedResponse(response: Response): Promise<Response> {
  if (response instanceof PreparedResponse || response.headers.has('set-cookie')) return response;
  const body = await response.text();
  return new PreparedResponse({ status: response.status, headers: Object.fromEntries(response.headers), body: body === '' ? null : body });
}
