import { z } from 'zod';
import type { RequestFlow } from './request-flow.ts';

const credentialsSchema = z.object({ email: z.string().max(320) });
const registrationSchema = z.object({ client_id: z.string(), client_name: z.string().optional() });
const tokenSchema = z.object({ scope: z.string().optional() });
const apiKeySchema = z.object({ id: z.string() });
const keyBodySchema = z.object({ keyId: z.string().max(64) });

const NAMING_AN_ADDRESS: ReadonlySet<string> = new Set(['/sign-in/email', '/sign-up/email', '/request-password-reset']);

/** Before an endpoint of the library runs: whom and what the request names, for the audit trail. No secret is looked at. */
export function noteRequest(path: string, body: Readonly<Record<string, unknown>>, flow: RequestFlow): void {
  if (NAMING_AN_ADDRESS.has(path)) flow.email = credentialsSchema.safeParse(body).data?.email ?? null;
  if (path === '/api-key/update' || path === '/api-key/delete') flow.apiKeyId = keyBodySchema.safeParse(body).data?.keyId ?? null;
  if (path === '/oauth2/token') flow.detail = { grantType: toWord(body['grant_type']) };
  if (path === '/oauth2/consent' && typeof body['oauth_query'] === 'string')
    flow.clientId ??= toWord(new URLSearchParams(body['oauth_query']).get('client_id'));
  if (path === '/oauth2/token' || path === '/oauth2/revoke') flow.clientId ??= toWord(body['client_id']);
}

/** After it has answered. @param returned what it answers with, unchecked; an Error when it refuses */
export function noteResult(path: string, returned: unknown, sessionUserId: string | undefined, flow: RequestFlow): void {
  flow.userId ??= sessionUserId ?? null;
  if (returned instanceof Error) return;
  if (path === '/oauth2/register') {
    const client = registrationSchema.safeParse(returned).data;
    flow.clientId = client?.client_id ?? null;
    flow.detail = { clientName: client?.client_name?.replaceAll('\0', '').slice(0, 80) ?? null };
  }
  if (path === '/oauth2/token') flow.detail = { ...flow.detail, scope: tokenSchema.safeParse(returned).data?.scope ?? null };
  if (path === '/api-key/create') flow.apiKeyId = apiKeySchema.safeParse(returned).data?.id ?? null;
}

/** What a client says it is, when that could be an identifier: short, printable and not a credential in the wrong place. */
function toWord(value: unknown): string | null {
  return typeof value === 'string' && /^(?!vitae_|ey)[\x21-\x7e]{1,300}$/.test(value) ? value : null;
}
