import { z } from 'zod';
import type { Language } from '../language.ts';
import type { PageDependencies } from './dependencies.ts';

const answerSchema = z
  .object({
    redirect: z.boolean().optional(),
    url: z.string().optional(),
    code: z.string().optional(),
    error: z.string().optional(),
    twoFactorRedirect: z.boolean().optional(),
    totpURI: z.string().optional(),
    backupCodes: z.array(z.string()).optional(),
    reason: z.string().nullish(),
    until: z.iso.datetime().nullish(),
  })
  .catch({});

/** What an endpoint of the auth library has answered. */
export interface AuthAnswer {
  readonly status: number;
  /** Where the flow goes on, when it does. */
  readonly location: string | null;
  /** The library's error code (`INVALID_EMAIL_OR_PASSWORD`) or the OAuth error (`invalid_signature`). */
  readonly code: string | null;
  readonly setCookies: readonly string[];
  /** The password was right, and a code is needed before there is a session. */
  readonly needsCode: boolean;
  /** What an authenticator app is told, as an `otpauth:` URI, and codes for when it is lost. */
  readonly totpUri: string | null;
  readonly backupCodes: readonly string[];
  /** Of an account that is closed: why, in the operator's words, and until when, where they said so. */
  readonly closed: { readonly reason: string | null; readonly until: Date | null };
}

export interface AuthCaller {
  /** @param path below the library's base path, of an endpoint that does what it does by GET */
  get(request: Request, path: string, query: Readonly<Record<string, string>>): Promise<AuthAnswer>;
  /**
   * @param path below the library's base path, e.g. `sign-in/email`
   * @param setCookies of an answer just received, which the browser does not have yet: they win over its own
   */
  post(request: Request, path: string, body: Readonly<Record<string, unknown>>, setCookies?: readonly string[]): Promise<AuthAnswer>;
}

/** An endpoint of the auth library failed on the server's side; `status` is 500 or above. */
export class AuthFailure extends Error {
  readonly status: number;
  constructor(path: string, status: number) {
    super(`${path} answered ${status}`);
    this.status = status;
  }
}

const HEADERS_PASSED_ON = ['cookie', 'user-agent', 'x-client-ip'] as const;

/**
 * Calls the auth library's documented endpoints on behalf of a browser.
 *
 * Each call is a new request to the configured origin. It carries the browser's cookie and user agent, the client address the
 * HTTP layer has established, and our own origin: the page's POST has been checked before. Its language is the page's, which
 * mails are written in. Throws {@link AuthFailure} for a
 * status of 500 or above.
 */
export function createAuthCaller(deps: Pick<PageDependencies, 'auth' | 'identifiers'>, language: Language): AuthCaller {
  const { origin, authBasePath } = deps.identifiers;

  async function post(
    request: Request,
    path: string,
    content: Readonly<Record<string, unknown>>,
    setCookies: readonly string[] = [],
  ): Promise<AuthAnswer> {
    const headers = buildHeaders(request);
    headers.set('content-type', 'application/json');
    if (setCookies.length > 0) headers.set('cookie', mergeCookies(headers.get('cookie'), setCookies));
    return send(path, new Request(`${origin}${authBasePath}/${path}`, { method: 'POST', headers, body: JSON.stringify(content) }));
  }

  function buildHeaders(request: Request): Headers {
    const headers = new Headers({ accept: 'application/json', 'accept-language': language, origin });
    for (const name of HEADERS_PASSED_ON) {
      const value = request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    return headers;
  }

  async function send(path: string, request: Request): Promise<AuthAnswer> {
    const response = await deps.auth(request);
    if (response.status >= 500) throw new AuthFailure(path, response.status);
    const answer = answerSchema.parse(parseJson(await response.text()));
    return {
      status: response.status,
      location: answer.url ?? response.headers.get('location'),
      code: answer.code ?? answer.error ?? null,
      setCookies: response.headers.getSetCookie(),
      needsCode: answer.twoFactorRedirect === true,
      totpUri: answer.totpURI ?? null,
      backupCodes: answer.backupCodes ?? [],
      closed: { reason: answer.reason ?? null, until: typeof answer.until === 'string' ? new Date(answer.until) : null },
    };
  }

  return {
    post,
    get: (request, path, query) =>
      send(path, new Request(`${origin}${authBasePath}/${path}?${new URLSearchParams(query)}`, { headers: buildHeaders(request) })),
  };
}

/** A `Cookie` header with what the `Set-Cookie` headers would have made of it (RFC 6265 §5.4); attributes don't matter here. */
function mergeCookies(header: string | null, setCookies: readonly string[]): string {
  const pairs = [...(header ?? '').split(';'), ...setCookies.map((cookie) => cookie.split(';')[0] ?? '')];
  const byName = new Map(pairs.map((pair) => [pair.split('=')[0]?.trim() ?? '', pair.trim()]));
  return [...byName.values()].filter((pair) => pair !== '').join('; ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON means no code and no location: callers then answer by status alone.
    return null;
  }
}
