import type { Site } from '../../support/browser.ts';
import { buildMcpRequest } from '../../support/mcp-clients.ts';
import type { TestOAuthClient } from '../../support/oauth.ts';

/** What came of one request. `status` 0: no answer at all. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const NO_ANSWER: Answer = { status: 0, headers: new Headers(), body: {} };
const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

/** Sends a form as the client, without credentials of its own. */
export async function postForm(
  site: Site,
  client: TestOAuthClient,
  endpoint: 'token' | 'revoke' | 'introspect',
  fields: Record<string, string>,
): Promise<Answer> {
  const body = new URLSearchParams({ client_id: client.client.client_id, ...fields });
  return toAnswer(() => site.fetch(new Request(`${site.origin}/api/auth/oauth2/${endpoint}`, { method: 'POST', body })));
}

export const refreshWith = (site: Site, client: TestOAuthClient, refreshToken: string): Promise<Answer> =>
  postForm(site, client, 'token', { grant_type: 'refresh_token', refresh_token: refreshToken });

/** Lists the tools with an access token or an API key. */
export const callMcp = (site: Site, headers: Record<string, string>): Promise<Answer> =>
  toAnswer(() => site.fetch(buildMcpRequest(`${site.origin}/mcp`, 'legacy', 'tools/list', {}, headers)));

/** Calls a tool that needs the database. A tool's own error is status 422 here. */
export async function callTool(
  site: Site,
  headers: Record<string, string>,
  name = 'list_resumes',
  input: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const answer = await toAnswer(() =>
    site.fetch(buildMcpRequest(`${site.origin}/mcp`, 'legacy', 'tools/call', { name, arguments: input }, headers)),
  );
  const isToolError = answer.status === 200 && JSON.stringify(answer.body).includes('"isError":true');
  return isToolError ? { ...answer, status: 422 } : answer;
}

export const bearer = (token: unknown): Record<string, string> => ({ authorization: `Bearer ${String(token)}` });

export async function toAnswer(send: () => Promise<Response>): Promise<Answer> {
  try {
    const response = await send();
    const text = await response.text();
    const isJson = text !== '' && response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text } };
  } catch {
    return NO_ANSWER;
  }
}

/** Asks again, as clients do, until there is an answer that is not "try again". */
export async function persist(send: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await send();
    if (![0, 503].includes(answer.status) || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The name of every resume of whose key it is, page by page. */
export async function listResumeNames(site: Site, key: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let query = '';
  do {
    const response = await site.fetch(new Request(`${site.origin}/api/v1/resumes${query}`, { headers: { 'x-api-key': key } }));
    const page = (await response.json()) as { readonly resumes: readonly { readonly name: string }[]; readonly nextCursor?: string | null };
    for (const { name } of page.resumes) names.add(name);
    query = typeof page.nextCursor === 'string' ? `?cursor=${encodeURIComponent(page.nextCursor)}` : '';
  } while (query !== '');
  return names;
}

/** Whether a request that met a fault was answered as one that can be sent again. */
export function isTryAgain({ status, headers }: Answer): boolean {
  return status === 0 || (status === 503 && headers.has('retry-after'));
}

/** In a few words, for a report. */
export function describeAnswer({ status, body }: Answer): string {
  return `${status === 0 ? 'not at all' : status} ${typeof body['error'] === 'string' ? body['error'] : ''}`.trimEnd();
}
