/** A request whose body was read as a whole before it was made. */
export class BufferedRequest extends Request {
  readonly whole: Uint8Array<ArrayBuffer>;

  constructor(url: string | URL, init: Omit<RequestInit, 'body'> & { readonly body: Uint8Array<ArrayBuffer> }) {
    super(url, init);
    this.whole = init.body;
  }

  /** The same request, to be read once more. */
  anew(): BufferedRequest {
    const { url, method, headers, signal, whole: body } = this;
    return new BufferedRequest(url, { method, headers, signal, body });
  }
}

/**
 * Reads a body without taking it from whoever reads the request after: from memory where it is there, which costs a tenth of a copy of the
 * stream.
 */
export async function peekText(request: Request): Promise<string> {
  // As `text()` decodes it: a mark of the byte order is no part of it.
  return request instanceof BufferedRequest ? new TextDecoder().decode(request.whole) : request.clone().text();
}
