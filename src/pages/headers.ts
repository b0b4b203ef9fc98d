/** Where a page stands: `flow` pages may be opened by a client in a popup, `owner` pages only by the owner. */
export type PageArea = 'flow' | 'owner';

const CONTENT_SECURITY_POLICY: readonly string[] = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
];

const PERMISSIONS_POLICY = ['camera', 'geolocation', 'microphone', 'payment', 'usb'].map((feature) => `${feature}=()`).join(', ');

/**
 * The headers of every page: no script but the one with the nonce, which may talk to us alone, no style or image from elsewhere, no frame but of our own where it is asked for, no cache, no referrer.
 *
 * `Cross-Origin-Opener-Policy` isolates owner pages. On flow pages it must not: browser clients open the flow in a popup and
 * wait for their callback to report through `window.opener`, which any isolated page on the way would cut for good.
 */
export function buildPageHeaders(area: PageArea, scriptNonce: string | null = null, hasFrame = false): Headers {
  const forScript = scriptNonce === null ? [] : [`script-src 'nonce-${scriptNonce}'`, "connect-src 'self'"];
  return new Headers({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [...CONTENT_SECURITY_POLICY, ...(hasFrame ? ["frame-src 'self'"] : []), ...forScript].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': PERMISSIONS_POLICY,
    'cross-origin-opener-policy': area === 'flow' ? 'unsafe-none' : 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
}

/** The same page for a frame of one of our own pages; no other site may have it. */
export function allowOwnFrame(response: Response): Response {
  const policy = response.headers.get('content-security-policy') ?? '';
  response.headers.set('content-security-policy', policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"));
  response.headers.set('x-frame-options', 'SAMEORIGIN');
  return response;
}
