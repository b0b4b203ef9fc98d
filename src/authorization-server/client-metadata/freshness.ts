const FIVE_MINUTES = 5 * 60;
const ONE_HOUR = 60 * 60;
const ONE_DAY = 24 * 60 * 60;

/**
 * How long a fetched document is used without asking again, in seconds: what HTTP caching says (RFC 9111 §4.2), within bounds.
 * The lower bound holds for `no-store` and `max-age=0` too, which hosts send by habit: without it every step of one sign-in
 * would fetch. The upper bound limits how long a withdrawn redirect URI lives on. Without any word from the host: one hour.
 */
export function freshnessSeconds(headers: Headers, now: Date): number {
  return Math.min(ONE_DAY, Math.max(FIVE_MINUTES, statedSeconds(headers, now) ?? ONE_HOUR));
}

function statedSeconds(headers: Headers, now: Date): number | null {
  const directives = (headers.get('cache-control') ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim());
  if (directives.some((directive) => ['no-store', 'no-cache', 'private'].includes(directive.replace(/=.*/, '')))) return 0;
  const age = seconds(headers.get('age')) ?? 0;
  for (const name of ['s-maxage', 'max-age']) {
    const stated = directives.find((directive) => directive.startsWith(`${name}=`));
    if (stated !== undefined) return (seconds(stated.slice(name.length + 1).replaceAll('"', '')) ?? 0) - age;
  }
  const expires = headers.get('expires');
  if (expires === null) return null;
  const until = Date.parse(expires);
  const since = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(until)) return 0;
  return (until - (Number.isNaN(since) ? now.getTime() : since)) / 1000 - age;
}

function seconds(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null;
}
