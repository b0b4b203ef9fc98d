/** Well-known documents whose address is made by inserting their name before the path of what they describe (RFC 8414 §3.1, RFC 9728 §3.1). */
const INSERTED = /^\/\.well-known\/(?:oauth-protected-resource|oauth-authorization-server|openid-configuration)(?=\/|$)/;

/**
 * Every path that a route answers, where the server stands below `base`.
 *
 * - the path itself: a proxy in front takes the base away
 * - below the base: the proxy passes it on as it is
 * - for discovery documents, with the base inserted behind their name, which is outside the base: `/.well-known/oauth-authorization-server/vitae`
 *
 * @param base `''`, or `/vitae`
 */
export function listPublicPaths(path: string, base: string): readonly string[] {
  if (base === '') return [path];
  const name = INSERTED.exec(path)?.[0];
  return [path, `${base}${path}`, ...(name === undefined ? [] : [`${name}${base}${path.slice(name.length)}`])];
}

/** The path that a route has without a base, for any of {@link listPublicPaths}. */
export function toOwnPathname(pathname: string, base: string): string {
  if (base === '') return pathname;
  if (pathname === base) return '/';
  if (pathname.startsWith(`${base}/`)) return pathname.slice(base.length);
  const name = INSERTED.exec(pathname)?.[0];
  if (name === undefined) return pathname;
  const rest = pathname.slice(name.length);
  return rest === base || rest.startsWith(`${base}/`) ? `${name}${rest.slice(base.length)}` : pathname;
}
