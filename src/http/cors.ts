/**
 * Who may read an answer from a page of another origin. `public`: anyone, without credentials, as OAuth, discovery and MCP
 * clients in browsers need it. `none`: nobody; pages and everything a session cookie opens.
 */
export type CorsPolicy = 'public' | 'none';

const ALLOWED_HEADERS =
  'authorization, content-type, accept, x-api-key, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, last-event-id';
const EXPOSED_HEADERS = 'WWW-Authenticate, Mcp-Session-Id, Retry-After, X-Request-Id';
const PREFLIGHT_SECONDS = 7200;

/** The answer to `OPTIONS`, before authentication; null when the policy has none. */
export function buildPreflight(policy: CorsPolicy, methods: readonly string[]): Response | null {
  if (policy === 'none') return null;
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': [...methods, 'OPTIONS'].join(', '),
      'access-control-allow-headers': ALLOWED_HEADERS,
      'access-control-max-age': String(PREFLIGHT_SECONDS),
    },
  });
}

/** What the policy puts on every answer. Credentials are never allowed, so a cookie is of no use across origins. */
export function buildCorsHeaders(policy: CorsPolicy): Readonly<Record<string, string>> {
  if (policy === 'none') return {};
  return { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED_HEADERS };
}
