import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { isJSONRPCResponse } from '@modelcontextprotocol/server';

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** What the tests ask of any SDK client. Results stay as the client hands them out. */
export interface McpTestClient {
  listTools(): Promise<readonly { readonly name: string }[]>;
  callTool(
    name: string,
    input?: Record<string, unknown>,
  ): Promise<{ readonly content?: unknown; readonly structuredContent?: unknown; readonly isError?: boolean }>;
  listResources(): Promise<readonly { readonly uri: string }[]>;
  readResource(uri: string): Promise<readonly { readonly uri: string; readonly text?: unknown }[]>;
  listPrompts(): Promise<readonly { readonly name: string }[]>;
  getPrompt(name: string, values: Record<string, string>): Promise<readonly { readonly content: unknown }[]>;
  completeId(prompt: string, typed: string): Promise<readonly string[]>;
  negotiatedVersion(): string | undefined;
  close(): Promise<void>;
}

const INFO = { name: 'vitae-tests', version: '1.0.0' };

type SdkClient = Pick<
  ClientV2,
  | 'listTools'
  | 'callTool'
  | 'listResources'
  | 'readResource'
  | 'listPrompts'
  | 'getPrompt'
  | 'complete'
  | 'getNegotiatedProtocolVersion'
  | 'close'
>;

async function connectV1(url: URL, fetch: Fetch): Promise<McpTestClient> {
  const client = new ClientV1(INFO);
  const transport = new TransportV1(url, { fetch });
  await client.connect(transport);
  return toTestClient({
    listTools: () => client.listTools(),
    callTool: (params) => client.callTool(params),
    listResources: () => client.listResources(),
    readResource: (params) => client.readResource(params),
    listPrompts: () => client.listPrompts(),
    getPrompt: (params) => client.getPrompt(params),
    complete: (params) => client.complete(params),
    getNegotiatedProtocolVersion: () => transport.protocolVersion,
    close: () => client.close(),
  } as SdkClient);
}

function connectV2(mode: VersionNegotiationMode | undefined) {
  return async (url: URL, fetch: Fetch): Promise<McpTestClient> => {
    const client = new ClientV2(INFO, mode === undefined ? {} : { versionNegotiation: { mode } });
    await client.connect(new TransportV2(url, { fetch }));
    return toTestClient(client);
  };
}

function toTestClient(client: SdkClient): McpTestClient {
  return {
    listTools: async () => (await client.listTools()).tools,
    callTool: (name, input = {}) => client.callTool({ name, arguments: input }),
    listResources: async () => (await client.listResources()).resources,
    readResource: async (uri) => (await client.readResource({ uri })).contents,
    listPrompts: async () => (await client.listPrompts()).prompts,
    getPrompt: async (name, values) => (await client.getPrompt({ name, arguments: values })).messages,
    completeId: async (prompt, typed) =>
      (await client.complete({ ref: { type: 'ref/prompt', name: prompt }, argument: { name: 'id', value: typed } })).completion.values,
    negotiatedVersion: () => client.getNegotiatedProtocolVersion(),
    close: () => client.close(),
  };
}

/** Every SDK client there is, by what it does about revisions. */
export const SDK_CLIENTS = [
  { name: 'v1', era: 'legacy', connect: connectV1 },
  { name: 'v2 by default', era: 'legacy', connect: connectV2(undefined) },
  { name: 'v2 that negotiates', era: 'modern', connect: connectV2('auto') },
  { name: 'v2 pinned to 2026-07-28', era: 'modern', connect: connectV2({ pin: '2026-07-28' }) },
] as const;

export type Era = 'legacy' | 'modern';

const REVISION: Readonly<Record<Era, string>> = { legacy: '2025-11-25', modern: '2026-07-28' };

/** A request as a conforming client of the era sends it, for looking at the HTTP answer itself. */
export function buildMcpRequest(
  url: string,
  era: Era,
  method: string,
  params: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Request {
  const meta = { 'io.modelcontextprotocol/protocolVersion': REVISION.modern, 'io.modelcontextprotocol/clientCapabilities': {} };
  const name = params['name'] ?? params['uri'];
  return new Request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': REVISION[era],
      ...(era === 'modern' && { 'mcp-method': method, ...(typeof name === 'string' && { 'mcp-name': name }) }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: era === 'modern' ? { ...params, _meta: meta } : params }),
  });
}

export interface RpcAnswer {
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Reads the JSON-RPC answer of a JSON body or of an event stream with one message. */
export async function readRpcAnswer(response: Response): Promise<RpcAnswer> {
  const body = await response.text();
  const json = response.headers.get('content-type')?.startsWith('text/event-stream') === true ? /^data: (.*)$/m.exec(body)?.[1] : body;
  const answer: unknown = JSON.parse(json ?? '');
  if (!isJSONRPCResponse(answer)) throw new Error(`not a JSON-RPC response: ${body}`);
  return answer;
}
