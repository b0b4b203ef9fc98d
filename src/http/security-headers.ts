const HSTS_SECONDS = 2 * 365 * 24 * 60 * 60;

/** Adds, in place, what every answer carries; pages bring their stricter set themselves. */
export function applySecurityHeaders(headers: Headers, appUrl: string): void {
  headers.set('x-content-type-options', 'nosniff');
  if (!headers.has('referrer-policy')) headers.set('referrer-policy', 'no-referrer');
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  if (!headers.has('x-frame-options')) headers.set('x-frame-options', 'DENY');
  if (appUrl.startsWith('https://')) headers.set('strict-transport-security', `max-age=${HSTS_SECONDS}`);
  headers.delete('server');
  headers.delete('x-powered-by');
}
