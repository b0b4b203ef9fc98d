import { createHash } from 'node:crypto';
import type { ResponseParts } from '../prepared-response.ts';

/** Headers of a request. */
export type HeaderReader = Pick<Headers, 'get'>;

/** Something everybody may read and caches may keep, prepared once. */
export interface Document {
  /**
   * What answers GET and HEAD: 304 when the client has this very version (RFC 9110 §13.1.2). The same object for as long as the
   * document stays the same.
   */
  answer(request: { readonly headers: HeaderReader }): ResponseParts | Promise<ResponseParts>;
  /** The same, where it is there already; null where it must be made. */
  answerAtOnce(headers: HeaderReader): ResponseParts | null;
}

/** A document that is there already. */
export interface PreparedDocument extends Document {
  answer(request: { readonly headers: HeaderReader }): ResponseParts;
  answerAtOnce(headers: HeaderReader): ResponseParts;
}

const CACHE_CONTROL = 'public, max-age=300';

export function createDocument(
  body: string,
  contentType = 'application/json',
  extra: Readonly<Record<string, string>> = {},
): PreparedDocument {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const whole = { status: 200, headers: { 'content-type': contentType, 'cache-control': CACHE_CONTROL, etag, ...extra }, body };
  const unchanged = { status: 304, headers: { 'cache-control': CACHE_CONTROL, etag }, body: null };
  const answerAtOnce = (headers: HeaderReader) => {
    const known = headers.get('if-none-match');
    const isKnown = known !== null && known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
    return isKnown ? unchanged : whole;
  };
  return { answerAtOnce, answer: ({ headers }) => answerAtOnce(headers) };
}

/** A document that changes, read again when it is old. */
export interface RefreshedDocument extends Document {
  /** At once while it is young enough. Rejects when the document can't be made. */
  answer(request: { readonly headers: HeaderReader }): ResponseParts | Promise<ResponseParts>;
  /** Makes it anew at the next request, whatever its age. */
  forget(): void;
}

const REFRESHED_MAXIMUM_AGE_MS = 60_000;

/** A document that is made anew when it is older than a minute, by one request for all that wait. */
export function createRefreshedDocument(load: () => Promise<string>, clock: () => Date): RefreshedDocument {
  let held: { readonly document: PreparedDocument; readonly at: number } | null = null;
  let loading: Promise<PreparedDocument> | null = null;
  const make = (now: number): Promise<PreparedDocument> => {
    const started = load()
      .then((body) => {
        const document = createDocument(body);
        // It was forgotten meanwhile: this may be what is out of date.
        if (loading === started) held = { document, at: now };
        return document;
      })
      .finally(() => {
        if (loading === started) loading = null;
      });
    loading = started;
    return started;
  };
  const findYoung = (now: number) => (held !== null && now - held.at < REFRESHED_MAXIMUM_AGE_MS ? held.document : null);
  return {
    answerAtOnce: (headers) => findYoung(clock().getTime())?.answerAtOnce(headers) ?? null,
    answer({ headers }) {
      const now = clock().getTime();
      return findYoung(now)?.answerAtOnce(headers) ?? (loading ?? make(now)).then((document) => document.answerAtOnce(headers));
    },
    forget() {
      held = null;
      loading = null;
    },
  };
}
