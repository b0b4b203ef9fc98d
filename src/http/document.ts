import { createHash } from 'node:crypto';

/** Something everybody may read and caches may keep, as prepared bytes. */
export interface Document {
  /** Answers GET and HEAD; 304 when the client has this very version (RFC 9110 §13.1.2). */
  answer(request: Request): Response;
}

const CACHE_CONTROL = 'public, max-age=300';

export function createDocument(body: string, contentType = 'application/json', extra: Readonly<Record<string, string>> = {}): Document {
  const bytes = new TextEncoder().encode(body);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  const headers = { 'content-type': contentType, 'cache-control': CACHE_CONTROL, etag, ...extra };
  return {
    answer(request) {
      const known = request.headers.get('if-none-match');
      const isKnown = known !== null && known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
      return isKnown
        ? new Response(null, { status: 304, headers: { 'cache-control': CACHE_CONTROL, etag } })
        : new Response(bytes, { headers });
    },
  };
}

/** A document that is made anew when it is older than this, by one request for all that wait. */
export function createRefreshedDocument(load: () => Promise<string>, clock: () => Date, maximumAgeMs: number) {
  let held: { readonly document: Document; readonly at: number } | null = null;
  let loading: Promise<Document> | null = null;
  return {
    /** Rejects when the document can't be made. */
    async answer(request: Request): Promise<Response> {
      const now = clock().getTime();
      if (held !== null && now - held.at < maximumAgeMs) return held.document.answer(request);
      loading ??= load()
        .then((body) => {
          held = { document: createDocument(body), at: now };
          return held.document;
        })
        .finally(() => {
          loading = null;
        });
      return (await loading).answer(request);
    },
  };
}
