import type { Site } from '../../support/browser.ts';
import { buildMcpRequest, readRpcAnswer, type RpcAnswer } from '../../support/mcp-clients.ts';

export type Credential = Readonly<Record<string, string>>;

export const bearer = (accessToken: string): Credential => ({ authorization: `Bearer ${accessToken}` });

export function mcpRequest(site: Site, credential: Credential, method: string, params: Record<string, unknown> = {}): Request {
  return buildMcpRequest(`${site.origin}/mcp`, 'legacy', method, params, credential);
}

export async function callMcp(
  site: Site,
  credential: Credential,
  method: string,
  params: Record<string, unknown> = {},
): Promise<RpcAnswer> {
  return readRpcAnswer(await site.fetch(mcpRequest(site, credential, method, params)));
}

export interface ToolAnswer {
  readonly structuredContent?: Readonly<Record<string, unknown>>;
  readonly content?: unknown;
  readonly isError?: boolean;
}

/** @throws Error when the call is refused by the protocol or over HTTP */
export async function callTool(site: Site, credential: Credential, name: string, input: Record<string, unknown> = {}): Promise<ToolAnswer> {
  const response = await site.fetch(mcpRequest(site, credential, 'tools/call', { name, arguments: input }));
  if (response.status !== 200) throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
  const { result, error } = await readRpcAnswer(response);
  if (result === undefined) throw new Error(`${name}: ${JSON.stringify(error)}`);
  return result;
}

/** Makes a resume through the connection and answers its id. */
export async function createResume(site: Site, credential: Credential, name: string): Promise<string> {
  const { structuredContent, content } = await callTool(site, credential, 'create_resume', { name, withSampleData: true });
  const id = structuredContent?.['id'];
  if (typeof id !== 'string') throw new Error(`no resume was made: ${JSON.stringify(content)}`);
  return id;
}
