/** What an outside client would get, as far as a diagnosis needs it. */
export interface Reply {
  readonly ok: true;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
  readonly milliseconds: number;
  /** When it arrived, by this machine. */
  readonly at: Date;
}

export interface NoReply {
  readonly ok: false;
  readonly url: string;
  readonly failure: 'timed_out' | 'certificate' | 'unreachable';
  readonly message: string;
}

export type Answer = Reply | NoReply;

/**
 * Sends one request as a client would: without cookies, following nothing. Never rejects.
 * @param path below the public address, or a whole address
 */
export type Probe = (
  path: string,
  init?: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string },
) => Promise<Answer>;

export interface ProbeOptions {
  /** The public address. */
  readonly origin: string;
  readonly clock: () => Date;
  readonly timeoutMs: number;
}

const MAXIMUM_CHARACTERS = 100_000;
const CERTIFICATE_ERRORS = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME|ERR_SSL|ERR_TLS/;

export function createProbe({ origin, clock, timeoutMs }: ProbeOptions): Probe {
  return async (path, init = {}) => {
    const url = path.startsWith('/') ? `${origin}${path}` : path;
    const startedAt = clock().getTime();
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
      const text = (await response.text()).slice(0, MAXIMUM_CHARACTERS);
      const at = clock();
      const { status, headers } = response;
      return { ok: true, url, status, headers, text, json: parseJson(text), milliseconds: at.getTime() - startedAt, at };
    } catch (error) {
      return { ok: false, url, ...explain(error) };
    }
  };
}

function explain(error: unknown): Pick<NoReply, 'failure' | 'message'> {
  if (error instanceof DOMException && error.name === 'TimeoutError') return { failure: 'timed_out', message: error.message };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const message = `${cause instanceof Error ? cause.message : String(cause)}${code === '' ? '' : ` (${code})`}`;
  return { failure: CERTIFICATE_ERRORS.test(code) ? 'certificate' : 'unreachable', message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
