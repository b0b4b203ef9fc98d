import { createHash } from 'node:crypto';
import { PreparedResponse } from '../prepared-response.ts';

/** Something everybody may read and caches may keep, prepared once. */
export interface Document {
  /** Answers GET and HEAD; 304 when the client has this very version (RFC 9110 §13.1.2). */
  answer(request: Pick<Request, 'headers'>): Response;
}

const CACHE_CONTROL = 'public, max-age=300';

export function createDocument(body: string, contentType = 'application/json', extra: Readonly<Record<string, string>> = {}): Document {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const whole = { status: 200, headers: { 'content-type': contentType, 'cache-control': CACHE_CONTROL, etag, ...extra }, body };
  const unchanged = { status: 304, headers: { 'cache-control': CACHE_CONTROL, etag }, body: null };
  return {
    answer({ headers }) {
      const known = headers.get('if-none-match');
      const isKnown = known !== null && known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
      return new PreparedResponse(isKnown ? unchanged : whole);
    },
  };
}

/** A document that is made anew when it is older than this, by one request for all that wait. */
export function createRefreshedDocument(load: () => Promise<string>, clock: () => Date, maximumAgeMs: number) {
  let held: { readonly document: Document; readonly at: number } | null = null;
  let loading: Promise<Document> | null = null;
  return {
    /** At once while it is young enough. Rejects when the document can't be made. */
    answer(request: Pick<Request, 'headers'>): Response | Promise<Response> {
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
      return loading.then((document) => document.answer(request));
    },
  };
}
