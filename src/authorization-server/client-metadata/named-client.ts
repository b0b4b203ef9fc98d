import { decodeJwt } from 'jose';

/** What of a request names its client. */
export interface ClientNamingRequest {
  readonly authorization: string | null;
  readonly contentType: string | null;
  readonly body: string;
}

/**
 * The `https` client id that a POST to the token, revocation or consent endpoint names, by form parameter, client assertion,
 * Basic credentials or signed authorize query; null when it names none, or one that is no URL.
 *
 * Not checked: anything. The endpoint does; this only says which metadata document it is going to need.
 */
export function parseNamedClient({ authorization, contentType, body }: ClientNamingRequest): string | null {
  const named = isJson(contentType) ? nameInConsent(body) : (nameInForm(new URLSearchParams(body)) ?? nameInBasic(authorization));
  return named !== null && named.startsWith('https:') ? named : null;
}

function isJson(contentType: string | null): boolean {
  return contentType !== null && /^application\/json\b/i.test(contentType);
}

function nameInConsent(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || !('oauth_query' in parsed) || typeof parsed.oauth_query !== 'string') return null;
    return new URLSearchParams(parsed.oauth_query).get('client_id');
  } catch {
    return null;
  }
}

function nameInForm(form: URLSearchParams): string | null {
  const clientId = form.get('client_id');
  const assertion = form.get('client_assertion');
  if (clientId !== null || assertion === null) return clientId;
  try {
    const { sub, iss } = decodeJwt(assertion);
    return sub ?? iss ?? null;
  } catch {
    return null;
  }
}

/** RFC 6749 §2.3.1: both halves are percent-encoded; some clients leave a URL as it is, colon and all. */
function nameInBasic(authorization: string | null): string | null {
  const credentials = /^basic +([a-z0-9+/_-]+=*)$/i.exec(authorization ?? '')?.[1];
  if (credentials === undefined) return null;
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const encoded = text.slice(0, text.startsWith('https:') ? text.lastIndexOf(':') : text.indexOf(':'));
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
