import type { ClientDescription } from './dependencies.ts';
import type { PageTools } from './page.ts';
import { mentionsAuthorizationRequest, parseAuthorizationRequest, type AuthorizationRequest } from './signed-query.ts';

/** An authorization request that waits for the person, with what is known about who asks. */
export interface PendingRequest extends AuthorizationRequest {
  readonly client: ClientDescription;
  /** The client's own name, else where the answer goes: always something to call it by. Untrusted. */
  readonly clientName: string;
}

export type PendingRequestResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'pending'; readonly pending: PendingRequest }
  | { readonly kind: 'refused'; readonly problem: 'startAgain' | 'unknownClient' };

/**
 * Reads the signed query a flow page was opened with and asks the authorization server whether it is intact and whose it is.
 *
 * @returns `none` for a query that belongs to no authorization request, `refused` for one that is damaged, expired or of a
 * client that is not known (any more)
 */
export async function readPendingRequest(tools: Pick<PageTools, 'deps'>, query: string | null): Promise<PendingRequestResult> {
  if (query === null || !mentionsAuthorizationRequest(query)) return { kind: 'none' };
  const request = parseAuthorizationRequest(query);
  if (request === null || !(await tools.deps.isAuthorizationQueryIntact(query))) return { kind: 'refused', problem: 'startAgain' };
  const client = await tools.deps.describeClient(request.clientId);
  if (client === null) return { kind: 'refused', problem: 'unknownClient' };
  const name = client.name?.trim();
  return { kind: 'pending', pending: { ...request, client, clientName: name ? name : request.redirect.host } };
}
