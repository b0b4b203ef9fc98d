const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Tells a change that another site makes a browser send with the person's cookie (CSRF). Ask it for every request that was
 * authenticated by session cookie; a request with `x-api-key` carries its own proof.
 *
 * Browsers send `Origin` with every request that is not safe, and most `Sec-Fetch-Site` too; a request with neither comes from
 * a program that holds the cookie by other means. Safe methods never change anything here: procedures that write have no GET.
 */
export function isForeignMutation(request: Request, appUrl: string): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return true;
  const origin = request.headers.get('origin');
  return origin !== null && origin !== appUrl;
}
