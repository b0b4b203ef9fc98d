/**
 * Takes the spellings of our own resource identifier that clients send for the one identifier (RFC 8707): trailing slash,
 * upper-case scheme or host, the bare origin, an explicit default port, given twice, empty, absent.
 *
 * @param requested the `resource` parameter as parsed: absent, a string, or an array when repeated
 * @param resource the canonical identifier, e.g. `https://vitae.example/mcp`
 * @returns the canonical identifier, or null when something else is asked for, which stays an `invalid_target`
 */
export function canonicalizeResource(requested: unknown, resource: string): string | null {
  const values = (Array.isArray(requested) ? requested : [requested]).filter((value) => value !== undefined && value !== '');
  return values.every((value) => typeof value === 'string' && isSpellingOf(value, resource)) ? resource : null;
}

function isSpellingOf(value: string, resource: string): boolean {
  if (value === resource) return true;
  if (value.length > 2048 || !URL.canParse(value) || /[\s#\\]/.test(value)) return false;
  const url = new URL(value);
  const own = new URL(resource);
  if (url.username !== '' || url.password !== '' || url.search !== '' || value.includes('?')) return false;
  return url.origin === own.origin && (url.pathname === '/' || url.pathname === own.pathname || url.pathname === `${own.pathname}/`);
}
