import type { Auth } from './auth.ts';
import type { ClientRequests } from './client-requests.ts';
import type { Deferral } from './deferral.ts';
import { buildAnswer } from './endpoint-calls.ts';

/** What a token request sends, as far as a plain one is made of it. */
export interface TokenForm {
  readonly headers: Headers;
  readonly form: URLSearchParams;
}

/**
 * Lets the library answer a token request by its endpoint and the hooks around it, without its router: the form is parsed already, and of what
 * the router does besides, a request without cookies needs nothing. Rejects where the library refuses or fails.
 *
 * Not checked: the path, the method, the type and the length of the body; they were before.
 */
export type CallTokenEndpoint = (request: TokenForm, deferral: Deferral) => Promise<Response>;

export function createTokenCall(auth: Auth, clientRequests: ClientRequests, tokenUrl: string): CallTokenEndpoint {
  return async ({ headers, form }, deferral) => {
    const { parameters, authorization } = await clientRequests.spell(headers, form, (value) =>
      deferral.adapter.findOne({ model: 'oauthClient', where: [{ field: 'clientId', value }] }),
    );
    // The library reads credentials of a header from the request alone.
    const request = authorization === null ? undefined : new Request(tokenUrl, { method: 'POST', headers: { authorization } });
    const { response, headers: answered } = await auth.api.oauth2Token({
      body: { ...parameters, grant_type: String(parameters['grant_type']) },
      headers,
      ...(request !== undefined && { request }),
      asResponse: false,
      returnHeaders: true,
    });
    return buildAnswer(200, new Headers(answered ?? undefined), response);
  };
}
