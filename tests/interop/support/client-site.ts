import { expect } from 'vitest';
import type { Site } from '../../support/browser.ts';

/** Fetch, "CORS-safelisted request-header". */
const SAFELISTED: readonly string[] = ['accept', 'accept-language', 'content-language'];
const SIMPLE_TYPES: readonly string[] = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** The site as a program sees it that puts the same headers on every request. */
export function withHeaders(site: Site, headers: Readonly<Record<string, string>>): Site {
  return {
    origin: site.origin,
    fetch(request) {
      const changed = new Request(request);
      for (const [name, value] of Object.entries(headers)) if (!changed.headers.has(name)) changed.headers.set(name, value);
      return site.fetch(changed);
    },
  };
}

/**
 * The site as a script in a page of another origin sees it (Fetch, "CORS protocol"): a preflight where a browser sends one,
 * answers that it may read, and only the headers that are exposed to it.
 */
export function fromPage(site: Site, pageOrigin: string): Site {
  async function preflight(request: Request, unsafe: readonly string[]): Promise<void> {
    const asked = new Request(request.url, {
      method: 'OPTIONS',
      headers: {
        origin: pageOrigin,
        'access-control-request-method': request.method,
        ...(unsafe.length > 0 && { 'access-control-request-headers': unsafe.join(',') }),
      },
    });
    const { status, headers } = await site.fetch(asked);
    expect(status, `preflight of ${request.url}`).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    if (!['GET', 'HEAD', 'POST'].includes(request.method)) expect(listOf(headers, 'methods')).toContain(request.method.toLowerCase());
    // A wildcard never covers Authorization, so names are wanted.
    expect(listOf(headers, 'headers')).toEqual(expect.arrayContaining([...unsafe]));
  }

  return {
    origin: site.origin,
    async fetch(request) {
      const unsafe = [...request.headers.entries()].filter(([name, value]) => !isSafelisted(name, value)).map(([name]) => name);
      if (unsafe.length > 0 || !['GET', 'HEAD', 'POST'].includes(request.method)) await preflight(request, unsafe);
      const sent = new Request(request);
      sent.headers.set('origin', pageOrigin);
      sent.headers.set('sec-fetch-site', 'cross-site');
      sent.headers.set('sec-fetch-mode', 'cors');
      const response = await site.fetch(sent);
      expect(response.headers.get('access-control-allow-origin'), `${request.method} ${request.url}`).toBe('*');
      return exposed(response);
    },
  };
}

function isSafelisted(name: string, value: string): boolean {
  if (name === 'content-type') return SIMPLE_TYPES.includes(value.split(';')[0]?.trim().toLowerCase() ?? '');
  return SAFELISTED.includes(name);
}

function listOf(headers: Headers, what: string): string[] {
  return (headers.get(`access-control-allow-${what}`) ?? '').split(',').map((name) => name.trim().toLowerCase());
}

/** Fetch, "CORS-safelisted response-header name". */
function exposed(response: Response): Response {
  const readable = new Set(['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma']);
  for (const name of (response.headers.get('access-control-expose-headers') ?? '').split(',')) readable.add(name.trim().toLowerCase());
  const headers = new Headers([...response.headers].filter(([name]) => readable.has(name)));
  return new Response(response.body, { status: response.status, headers });
}
