import type { ClientDirectory } from './clients.ts';
import { parsePresentedClient, toRegisteredMethod } from './interop/client-authentication.ts';
import { parseForm } from './interop/form.ts';
import { tolerateToken } from './interop/token.ts';

/** A request of a client to an endpoint on which it authenticates: token, revocation, introspection. */
export interface ClientRequests {
  /**
   * Puts a form request into the one spelling the library understands: credentials as the client is registered to send them,
   * nothing empty or repeated, our resource by its one name. The library reads both the parsed values and the request itself, so both are brought in line.
   *
   * @param parameters the library's parse of the form, replaced in place by ours
   * @returns the same request over the new spelling
   * @throws OAuthError `invalid_client` for a client nobody knows, whatever else is wrong; `invalid_request`
   */
  canonicalize(request: Request, parameters: Record<string, unknown>): Promise<Request>;
}

export function createClientRequests(clients: ClientDirectory, resource: string): ClientRequests {
  return {
    async canonicalize(request, parameters) {
      for (const name of Object.keys(parameters)) delete parameters[name];
      Object.assign(parameters, parseForm(new URLSearchParams(await request.clone().text())));
      tolerateToken(parameters, resource);
      const presented = parsePresentedClient(request.headers.get('authorization'), parameters);
      const headers = new Headers(request.headers);
      const isLeftToLibrary = headers.has('authorization') && !presented.isBasic;
      if (!isLeftToLibrary) {
        const method = presented.clientId === null ? null : await clients.findAuthenticationMethod(presented.clientId);
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
