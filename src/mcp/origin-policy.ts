import { isLoopbackHostname } from '../env/loopback.ts';

export const ORIGIN_REFUSALS = ['foreign_origin', 'foreign_host'] as const;
export type OriginRefusal = (typeof ORIGIN_REFUSALS)[number];

/**
 * Decides whether a browser page, or a name rebound to a loopback address, is behind a request to the MCP endpoint
 * (MCP Streamable HTTP, "Security Warning": servers validate `Origin` and answer 403 when it is present and invalid).
 *
 * - no `Origin`: not a page; allowed
 * - our own origin, or any loopback origin (a tool on the person's computer): allowed
 * - everything else, `null` included: `foreign_origin`
 * - on a loopback deployment, a `Host` that is not a loopback name: `foreign_host`
 *
 * Behind a public origin `Host` belongs to the proxies in between and is not looked at. Reads nothing but its arguments.
 *
 * @param appUrl the one public origin from configuration
 */
export function checkOrigin(
  headers: { readonly origin: string | null; readonly host: string | null },
  appUrl: string,
): OriginRefusal | null {
  const own = new URL(appUrl);
  if (isLoopbackHostname(own.hostname) && !isLoopbackHost(headers.host)) return 'foreign_host';
  return headers.origin === null || isTrustedOrigin(headers.origin, own) ? null : 'foreign_origin';
}

function isTrustedOrigin(origin: string, own: URL): boolean {
  if (!/^https?:\/\/[^/?#@\\]+$/i.test(origin) || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === own.origin || isLoopbackHostname(url.hostname);
}

/** A missing `Host` is refused with the rest: HTTP/1.1 demands one, and every real client sends it. */
function isLoopbackHost(host: string | null): boolean {
  if (host === null || !/^(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.test(host) || !URL.canParse(`http://${host}`)) return false;
  return isLoopbackHostname(new URL(`http://${host}`).hostname);
}
