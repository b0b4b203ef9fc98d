import { z } from 'zod';

const messageSchema = z.object({ message: z.string() });

/** Errors of an authorization request after which a person needs to know how their app begins anew. */
const ERRORS_OF_THE_APP: ReadonlySet<string> = new Set(['invalid_client', 'invalid_redirect']);
const MAXIMUM_CHARACTERS = 2048;

/**
 * Makes good what the library's answers lack; everything else passes as it is.
 *
 * - A body of another content type is refused in the library's own words, which no OAuth client reads: it becomes an error of RFC 6749
 *   §5.2, or of RFC 7591 §3.2.2 for a registration. The status stays 415.
 * - The error page that an authorization request leads to is told the `redirect_uri`, which is untrusted and shows which kind of
 *   app it was.
 *
 * @param endpoint path below the auth base path
 * @param errorPage where the library sends a person whose request must not be answered to the client
 */
export async function correctAnswer(endpoint: string, request: Request, response: Response, errorPage: string): Promise<Response> {
  if (response.status === 415 && endpoint.startsWith('oauth2/')) {
    const refusal = messageSchema.safeParse(await response.json().catch(() => null));
    return Response.json(
      {
        error: endpoint === 'oauth2/register' ? 'invalid_client_metadata' : 'invalid_request',
        error_description: refusal.data?.message ?? 'The content type is not supported',
      },
      { status: 415, headers: { 'cache-control': 'no-store' } },
    );
  }
  const location = response.headers.get('location');
  if (endpoint !== 'oauth2/authorize' || location?.startsWith(`${errorPage}?`) !== true) return response;
  const target = new URL(location);
  const redirectUri = new URL(request.url).searchParams.get('redirect_uri');
  if (redirectUri === null || redirectUri.length > MAXIMUM_CHARACTERS) return response;
  if (!ERRORS_OF_THE_APP.has(target.searchParams.get('error') ?? '')) return response;
  target.searchParams.set('redirect_uri', redirectUri);
  const headers = new Headers(response.headers);
  headers.set('location', target.href);
  return new Response(response.body, { status: response.status, headers });
}
