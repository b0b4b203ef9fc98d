import { peekText } from '../buffered-request.ts';
import { authenticationMethodOf } from './clients.ts';
import type { Identifiers } from './identifiers.ts';
import { parsePresentedClient, toRegisteredMethod } from './interop/client-authentication.ts';
import { parseForm } from './interop/form.ts';
import { tolerateToken } from './interop/token.ts';

/** Null for a client that nobody knows. */
export type FindClient = (clientId: string) => Promise<{ readonly tokenEndpointAuthMethod?: string | null } | null>;

/** A request of a client to an endpoint on which it authenticates: token, revocation, introspection. */
export interface ClientRequests {
  /**
   * Puts a form request into the one spelling the library understands: credentials as the client is registered to send them,
   * nothing empty or repeated, our resource by its one name. The library reads both the parsed values and the request itself, so both are brought in line.
   *
   * @param parameters the library's parse of the form, replaced in place by ours
   * @param findClient reads what is stored of a client, as the library does
   * @returns the same request over the new spelling
   * @throws OAuthError `invalid_client` for a client nobody knows, whatever else is wrong; `invalid_request`
   */
  canonicalize(request: Request, parameters: Record<string, unknown>, findClient: FindClient): Promise<Request>;
}

export function createClientRequests({ resource, scopes }: Pick<Identifiers, 'resource' | 'scopes'>): ClientRequests {
  return {
    async canonicalize(request, parameters, findClient) {
      for (const name of Object.keys(parameters)) delete parameters[name];
      Object.assign(parameters, parseForm(new URLSearchParams(await peekText(request))));
      tolerateToken(parameters, resource, scopes);
      const presented = parsePresentedClient(request.headers.get('authorization'), parameters);
      const headers = new Headers(request.headers);
      const isLeftToLibrary = headers.has('authorization') && !presented.isBasic;
      if (!isLeftToLibrary) {
        const { clientId } = presented;
        const isId = clientId !== null && !clientId.includes('\0');
        const method = isId ? authenticationMethodOf(clientId, await findClient(clientId)) : null;
        const credentials = toRegisteredMethod(presented, method);
        delete parameters['client_id'];
        delete parameters['client_secret'];
        Object.assign(parameters, credentials.parameters);
        headers.delete('authorization');
        if (credentials.authorization !== null) headers.set('authorization', credentials.authorization);
      }
      headers.delete('content-length');
      headers.set('content-type', 'application/x-www-form-urlencoded');
      const form = new URLSearchParams();
      for (const [name, value] of Object.entries(parameters)) for (const each of [value].flat()) form.append(name, String(each));
      return new Request(request.url, { method: 'POST', headers, body: form.toString(), signal: request.signal });
    },
  };
}
