import { peekText } from '../buffered-request.ts';
import { authenticationMethodOf } from './clients.ts';
import type { Identifiers } from './identifiers.ts';
import { parsePresentedClient, toRegisteredMethod } from './interop/client-authentication.ts';
import { parseForm } from './interop/form.ts';
import { tolerateToken } from './interop/token.ts';

/** Null for a client that nobody knows. */
export type FindClient = (clientId: string) => Promise<{ readonly tokenEndpointAuthMethod?: string | null } | null>;

/** What a client sent, in the one spelling that the library understands. */
export interface SpelledRequest {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Credentials that belong into the header; null: none. */
  readonly authorization: string | null;
}

/** A request of a client to an endpoint on which it authenticates: token, revocation, introspection. */
export interface ClientRequests {
  /**
   * Puts a form into that spelling: credentials as the client is registered to send them, nothing empty or repeated, our resource by its one
   * name. Credentials in a header that is no Basic are left as they are.
   *
   * @param findClient reads what is stored of a client, as the library does
   * @throws OAuthError `invalid_client` for a client nobody knows, whatever else is wrong; `invalid_request`
   */
  spell(headers: Headers, form: URLSearchParams, findClient: FindClient): Promise<SpelledRequest>;
  /**
   * The same for a request that goes to the library as a whole. It reads both the parsed values and the request itself, so both are brought in
   * line.
   *
   * @param parameters the library's parse of the form, replaced in place by ours
   * @returns the same request over the new spelling
   * @throws OAuthError as {@link ClientRequests.spell}
   */
  canonicalize(request: Request, parameters: Record<string, unknown>, findClient: FindClient): Promise<Request>;
}

export function createClientRequests({ resource, scopes }: Pick<Identifiers, 'resource' | 'scopes'>): ClientRequests {
  const spell: ClientRequests['spell'] = async (headers, form, findClient) => {
    const parameters = parseForm(form);
    tolerateToken(parameters, resource, scopes);
    const authorization = headers.get('authorization');
    const presented = parsePresentedClient(authorization, parameters);
    if (authorization !== null && !presented.isBasic) return { parameters, authorization };
    const { clientId } = presented;
    const isId = clientId !== null && !clientId.includes('\0');
    const method = isId ? authenticationMethodOf(clientId, await findClient(clientId)) : null;
    const credentials = toRegisteredMethod(presented, method);
    delete parameters['client_id'];
    delete parameters['client_secret'];
    return { parameters: { ...parameters, ...credentials.parameters }, authorization: credentials.authorization };
  };

  return {
    spell,
    async canonicalize(request, parameters, findClient) {
      for (const name of Object.keys(parameters)) delete parameters[name];
      const spelled = await spell(request.headers, new URLSearchParams(await peekText(request)), findClient);
      Object.assign(parameters, spelled.parameters);
      const headers = new Headers(request.headers);
      headers.delete('authorization');
      if (spelled.authorization !== null) headers.set('authorization', spelled.authorization);
      headers.delete('content-length');
      headers.set('content-type', 'application/x-www-form-urlencoded');
      const form = new URLSearchParams();
      for (const [name, value] of Object.entries(parameters)) for (const each of [value].flat()) form.append(name, String(each));
      return new Request(request.url, { method: 'POST', headers, body: form.toString(), signal: request.signal });
    },
  };
}
