import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { MemoryProvider } from './oauth-provider.ts';

export interface ToolResult {
  readonly isError?: boolean;
  readonly structuredContent?: unknown;
}

/** One installation of an MCP client, doing its own OAuth. */
export interface SdkClient {
  /** Rejects with the SDK's UnauthorizedError once its user has an address to open. */
  connect(): Promise<void>;
  finishAuth(callback: URL): Promise<void>;
  listTools(): Promise<readonly string[]>;
  callTool(name: string, input?: Record<string, unknown>): Promise<ToolResult>;
  close(): Promise<void>;
}

/** Either an OAuth provider or headers with a credential that needs no OAuth. */
export type Credential = { readonly authProvider: MemoryProvider } | { readonly requestInit: RequestInit };

type CreateSdkClient = (url: URL, credential: Credential) => SdkClient;

const INFO = { name: 'vitae-journey', version: '1.0.0' };

const createV1: CreateSdkClient = (url, credential) => {
  let client = new ClientV1(INFO);
  let transport = new TransportV1(url, credential);
  return {
    async connect() {
      client = new ClientV1(INFO);
      transport = new TransportV1(url, credential);
      await client.connect(transport);
    },
    finishAuth: (callback) => transport.finishAuth(callback.searchParams.get('code') ?? ''),
    listTools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    callTool: async (name, input = {}) => (await client.callTool({ name, arguments: input })) as ToolResult,
    close: () => client.close(),
  };
};

function createV2(mode?: VersionNegotiationMode): CreateSdkClient {
  const create = () => new ClientV2(INFO, mode === undefined ? {} : { versionNegotiation: { mode } });
  return (url, credential) => {
    let client = create();
    let transport = new TransportV2(url, credential);
    return {
      async connect() {
        client = create();
        transport = new TransportV2(url, credential);
        await client.connect(transport);
      },
      finishAuth: (callback) => transport.finishAuth(callback.searchParams),
      listTools: async () => (await client.listTools()).tools.map((tool) => tool.name),
      callTool: (name, input = {}) => client.callTool({ name, arguments: input }),
      close: () => client.close(),
    };
  };
}

export const SDK_CLIENTS: readonly { readonly name: string; readonly create: CreateSdkClient }[] = [
  { name: 'SDK v1', create: createV1 },
  { name: 'SDK v2', create: createV2() },
  { name: 'SDK v2 (auto)', create: createV2('auto') },
  { name: 'SDK v2 (2026-07-28)', create: createV2({ pin: '2026-07-28' }) },
];
