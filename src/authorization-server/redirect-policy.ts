import { isKnownRedirect } from './interop/known-redirects.ts';
import { OAuthError } from './oauth-error.ts';

/** What stands behind a redirect URI: a host on the web, a program on this computer, or one that owns a scheme. */
export type RedirectKind = 'web' | 'loopback' | 'private_use' | 'known_client';

export type RedirectJudgement = { readonly ok: true; readonly kind: RedirectKind } | { readonly ok: false; readonly reason: string };

const MAXIMUM_REDIRECT_URIS = 10;
const MAXIMUM_URI_BYTES = 2048;

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** A reverse domain name (RFC 8252 §7.1): labels of letters, digits and hyphens, at least two. */
const REVERSE_DOMAIN_SCHEME = /^[a-z](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+:$/;

/**
 * The one rule for every path on which a redirect URI is registered, dynamic or by metadata document: `https` anywhere but on
 * this computer, `http` on the exact loopback hosts (RFC 8252 §7.3), a reverse-domain scheme without authority (§7.1), or one of the
 * known clients' own (interop/known-redirects.ts). No fragment, userinfo, wildcard, white space or control character; at most 2,048 bytes.
 *
 * Not checked: who owns the host or the scheme, and where the host resolves to; nothing is ever fetched from a redirect URI.
 */
export function judgeRedirectUri(uri: string): RedirectJudgement {
  if (Buffer.byteLength(uri) > MAXIMUM_URI_BYTES) return refuse('too_long');
  if (/[\p{Cc}\p{Cf}\s\\]/u.test(uri) || !URL.canParse(uri)) return refuse('not_an_absolute_uri');
  if (isKnownRedirect(uri)) return { ok: true, kind: 'known_client' };
  if (uri.includes('#')) return refuse('fragment');
  if (uri.includes('*')) return refuse('wildcard');
  const url = new URL(uri);
  // The parser would read an authority into https:/host and https:host.
  if (/^https?:/.test(url.protocol) && !/^https?:\/\/[^/]/i.test(uri)) return refuse('no_authority');
  if (url.username !== '' || url.password !== '' || /^[a-z][a-z0-9+.-]*:\/\/[^/?]*@/i.test(uri)) return refuse('userinfo');
  switch (url.protocol) {
    case 'https:':
      return isThisComputer(url.hostname) ? refuse('https_on_loopback') : { ok: true, kind: 'web' };
    case 'http:':
      // The host as it was written: the parser would make 127.0.0.1 of 127.1 and of 0x7f000001.
      return LOOPBACK_HOSTS.has(writtenHost(uri)) ? { ok: true, kind: 'loopback' } : refuse('http_elsewhere');
    default:
      return REVERSE_DOMAIN_SCHEME.test(url.protocol) && !uri.slice(url.protocol.length).startsWith('//') && url.pathname.startsWith('/')
        ? { ok: true, kind: 'private_use' }
        : refuse('scheme');
  }
}

/**
 * Requires a list of redirect URIs as a registration carries it.
 *
 * @returns the list without repeats
 * @throws OAuthError `invalid_redirect_uri`
 */
export function requireRedirectUris(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('redirect_uris must be a list of at least one URI', 'no_redirect_uris');
  if (value.length > MAXIMUM_REDIRECT_URIS) throw invalid(`redirect_uris has more than ${MAXIMUM_REDIRECT_URIS} entries`, 'too_many');
  const uris = new Set<string>();
  for (const uri of Array.from<unknown>(value)) {
    if (typeof uri !== 'string') throw invalid('redirect_uris must be a list of strings', 'not_a_string');
    const judgement = judgeRedirectUri(uri);
    if (!judgement.ok) throw invalid(EXPLANATION, judgement.reason);
    uris.add(uri);
  }
  return [...uris];
}

const EXPLANATION =
  'A redirect URI is https on a host of the web, http on localhost, 127.0.0.1 or [::1], or a reverse-domain scheme without authority; ' +
  `no fragment, user name, wildcard or white space, at most ${MAXIMUM_URI_BYTES} bytes`;

function refuse(reason: string): RedirectJudgement {
  return { ok: false, reason };
}

function invalid(description: string, reason: string): OAuthError {
  return new OAuthError('invalid_redirect_uri', description, `redirect_uri_${reason}`);
}

function isThisComputer(hostname: string): boolean {
  const name = hostname.replace(/\.+$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name.startsWith('127.') ||
    name === '0.0.0.0' ||
    name === '[::1]' ||
    name === '[::]'
  );
}

function writtenHost(uri: string): string {
  const authority = /^http:\/\/([^/?#]*)/i.exec(uri)?.[1] ?? '';
  return authority.replace(/:\d{0,5}$/, '').toLowerCase();
}
