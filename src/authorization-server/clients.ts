import { eq } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oauthClient } from '../db/schema/auth.ts';
import { isRegisteredMethod, type RegisteredMethod } from './interop/client-authentication.ts';

export type ClientRegistration = 'metadata_document' | 'dynamic' | 'preregistered';

export interface ClientDescription {
  readonly clientId: string;
  /** What the client calls itself; chosen by it, verified by nobody. */
  readonly name: string | null;
  readonly registration: ClientRegistration;
  /** The host that proved control by serving the client's metadata document. */
  readonly verifiedHost: string | null;
  readonly clientUri: string | null;
}

export interface ClientDirectory {
  /** Null for an id that is not registered (or not yet: a metadata document is read when it first authorizes). */
  describe(clientId: string): Promise<ClientDescription | null>;
}

export function createClientDirectory(db: Database): ClientDirectory {
  return {
    async describe(clientId) {
      if (clientId.includes('\0')) return null;
      const [row] = await db.orm
        .select({ name: oauthClient.name, discovery: oauthClient.clientDiscoveryId, uri: oauthClient.uri, owner: oauthClient.referenceId })
        .from(oauthClient)
        .where(eq(oauthClient.clientId, clientId));
      if (row === undefined) return null;
      return {
        clientId,
        name: row.name,
        registration: row.discovery !== null ? 'metadata_document' : row.owner !== null ? 'preregistered' : 'dynamic',
        verifiedHost: row.discovery !== null && URL.canParse(clientId) ? new URL(clientId).host : null,
        clientUri: row.uri,
      };
    },
  };
}

/**
 * How a client authenticates; null for an id nobody knows. The URL of a metadata document nobody has read yet counts as a
 * client without credentials: the library fetches it.
 *
 * @param client what is stored of it, or null
 */
export function authenticationMethodOf(
  clientId: string,
  client: { readonly tokenEndpointAuthMethod?: string | null } | null,
): RegisteredMethod | null {
  if (client === null) return clientId.startsWith('https://') ? 'none' : null;
  const method = client.tokenEndpointAuthMethod ?? 'client_secret_basic';
  if (!isRegisteredMethod(method)) throw new TypeError(`a client is registered for ${method}`);
  return method;
}
