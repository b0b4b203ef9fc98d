/** RFC 6585 §4: told in the form of an OAuth error, which programs that expect none can read as well. */
export function buildTooMany(waitSeconds: number): Response {
  return build(429, 'Too many requests; try again later', waitSeconds);
}

/** The server has its hands full: nothing was done. */
export function buildBusy(waitSeconds: number): Response {
  return build(503, 'Too much is going on at the moment; try again shortly', waitSeconds);
}

function build(status: 429 | 503, description: string, waitSeconds: number): Response {
  return Response.json(
    { error: 'temporarily_unavailable', error_description: description },
    { status, headers: { 'retry-after': String(waitSeconds), 'cache-control': 'no-store' } },
  );
}
