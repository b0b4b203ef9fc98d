import type { Identifiers } from '../authorization-server/identifiers.ts';
import { parseScopeList } from '../authorization-server/scopes.ts';
import { isLoopbackHostname } from '../env/loopback.ts';

/** What a pending authorization request asks for, read from the signed query for display. */
export interface AuthorizationRequest {
  /** The signed query exactly as it came; the only thing that is handed back to the authorization server. */
  readonly query: string;
  readonly clientId: string;
  readonly redirect: RedirectTarget;
  readonly scopes: readonly string[];
}

/** Where the answer goes, as a person can judge it. */
export interface RedirectTarget {
  /** Host with port as in the URI (international names in their ASCII form), or the scheme of an app's own URI. */
  readonly host: string;
  /** Handled by a program on the person's computer: a loopback address or an app's own scheme (RFC 8252 §7). */
  readonly isLocalApp: boolean;
}

/**
 * Reads the query that the authorization server has signed (parameters of RFC 6749 §4.1.1 plus `sig`).
 *
 * @returns null when a parameter that must stand exactly once is missing or repeated
 * Not checked: signature and expiry; ask the authorization server.
 */
export function parseAuthorizationRequest(query: string): AuthorizationRequest | null {
  const parameters = new URLSearchParams(query);
  const single = (name: string) => {
    const values = parameters.getAll(name);
    return values.length === 1 && values[0] !== undefined && values[0] !== '' ? values[0] : null;
  };
  const clientId = single('client_id');
  const redirectUri = single('redirect_uri');
  if (clientId === null || redirectUri === null || single('sig') === null || parameters.getAll('scope').length > 1) return null;
  const redirect = toRedirectTarget(redirectUri);
  return redirect === null ? null : { query, clientId, redirect, scopes: parseScopeList(parameters.get('scope')) };
}

/** Whether a query belongs to an authorization request at all, whole or damaged. */
export function mentionsAuthorizationRequest(query: string): boolean {
  const parameters = new URLSearchParams(query);
  return parameters.has('client_id') || parameters.has('sig');
}

/** @returns null for text that is not an absolute URL */
export function toRedirectTarget(uri: string): RedirectTarget | null {
  if (!URL.canParse(uri)) return null;
  const url = new URL(uri);
  if (url.protocol === 'https:' || url.protocol === 'http:') return { host: url.host, isLocalApp: isLoopbackHostname(url.hostname) };
  return { host: url.host === '' ? url.protocol : `${url.protocol}//${url.host}`, isLocalApp: true };
}

const ACTIVE_SCHEMES: ReadonlySet<string> = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'view-source:',
  'filesystem:',
]);

/**
 * Where a browser may be sent to, or null. The authorization server has matched the URI exactly against the client's
 * registration; this refuses schemes that would run in or read from our own origin, whatever was registered.
 */
export function parseHandOverUrl(value: string): URL | null {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  return ACTIVE_SCHEMES.has(url.protocol) ? null : url;
}

/**
 * A place on this origin to go to after signing in.
 *
 * @returns path and query, or null when the value is not a plain path here (`//host`, `/\host`, another scheme, controls)
 */
export function parseOwnPath(value: string | null, origin: string): string | null {
  if (value === null || !/^\/(?![/\\])[\x21-\x7e]*$/.test(value) || value.includes('\\')) return null;
  const url = URL.canParse(value, origin) ? new URL(value, origin) : null;
  return url !== null && url.origin === origin && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : null;
}

/** A page of the flow with the signed query kept byte for byte; the bare page for what cannot stand in a URL. */
export function toFlowPath(path: '/sign-in' | '/sign-up' | '/forgot-password' | '/two-factor' | '/consent', query: string | null): string {
  return query !== null && /^[\x21-\x7e]+$/.test(query) ? `${path}?${query}` : path;
}

/** Path and query of a public location of ours, absolute or relative, as our own paths are: without the base. Null for any other. */
export function toOwnPath(location: string, { origin, base }: Pick<Identifiers, 'origin' | 'base'>): string | null {
  const path = location.startsWith(`${origin}/`) ? location.slice(origin.length) : location;
  return path.startsWith(`${base}/`) ? parseOwnPath(path.slice(base.length), origin) : null;
}
