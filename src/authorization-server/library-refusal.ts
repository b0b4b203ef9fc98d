import { OAuthError } from './oauth-error.ts';

/** What the auth library says against a request. */
export interface LibraryRefusal {
  /** An error code of RFC 6749 or RFC 7591. */
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A refusal as it goes over the wire. */
export interface HttpRefusal {
  readonly status: 400 | 401;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The operator's half: audited, never sent. */
  readonly reason: string;
}

const CHALLENGES: Readonly<Record<string, string>> = {
  invalid_client: 'Basic realm="oauth"',
  invalid_token: 'Bearer error="invalid_token"',
};

/** The library's refusal in an error, or null. Told by shape: the provider throws the APIError of another copy of the same module. */
export function toLibraryRefusal(error: unknown): LibraryRefusal | null {
  if (!(error instanceof Error) || !('body' in error) || !isRecord(error.body)) return null;
  const code = error.body['error'];
  return typeof code === 'string' ? { code, body: error.body } : null;
}

/** What the library says against something, in words, or null; anything but a refusal is thrown on. */
export async function findRefusal(work: () => unknown): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const refusal = toLibraryRefusal(error);
    if (refusal === null) throw error;
    const description = refusal.body['error_description'];
    return typeof description === 'string' ? description : refusal.code;
  }
}

/** Our refusals, and the library's `invalid_client` that it would answer with 400, as RFC 6749 §5.2 has them; null for the rest. */
export function toHttpRefusal(error: unknown): HttpRefusal | null {
  if (error instanceof OAuthError) {
    const { status, code, description, reason } = error;
    return { status, body: { error: code, error_description: description }, headers: headersFor(code), reason };
  }
  const refusal = toLibraryRefusal(error);
  return refusal?.code === 'invalid_client'
    ? { status: 401, body: refusal.body, headers: headersFor('invalid_client'), reason: 'invalid_client' }
    : null;
}

function headersFor(code: string): Record<string, string> {
  const challenge = CHALLENGES[code];
  return { 'cache-control': 'no-store', ...(challenge !== undefined && { 'www-authenticate': challenge }) };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
