import { peekText } from '../buffered-request.ts';
import type { Auth } from './auth.ts';
import { parseNamedClient } from './client-metadata/named-client.ts';

/** One request, one transaction: what these endpoints write stands or falls together, and parallel redemptions queue up. */
const TRANSACTIONAL: ReadonlySet<string> = new Set(['oauth2/register', 'oauth2/token', 'oauth2/revoke', 'oauth2/consent']);

export function isOneTransaction({ method }: Request, endpoint: string): boolean {
  return method === 'POST' && TRANSACTIONAL.has(endpoint);
}

/**
 * Fetches the client's metadata document, if the request needs one, before its transaction: inside, a slow host would hold
 * locks, and on the embedded database everybody. A refusal is kept for the endpoint, which knows how to answer it.
 */
export async function readClientDocument(auth: Auth, request: Request): Promise<void> {
  const { headers } = request;
  const body = await peekText(request);
  const clientId = parseNamedClient({ authorization: headers.get('authorization'), contentType: headers.get('content-type'), body });
  if (clientId !== null) await auth.api.resolveClient({ body: { client_id: clientId } });
}
