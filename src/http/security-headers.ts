const HSTS_SECONDS = 2 * 365 * 24 * 60 * 60;

/** What stands on every answer that says nothing of its own about it; pages bring a stricter set. */
export const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
};

/** What stands on every answer, whatever it says itself. */
export function buildFixedHeaders(appUrl: string): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    ...(appUrl.startsWith('https://') && { 'strict-transport-security': `max-age=${HSTS_SECONDS}` }),
  };
}

/** What no answer tells about the software behind it. */
export const FORBIDDEN_HEADERS: readonly string[] = ['server', 'x-powered-by'];
