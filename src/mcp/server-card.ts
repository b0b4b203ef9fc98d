import { SUPPORTED_PROTOCOL_VERSIONS, type Tool } from '@modelcontextprotocol/server';
import type { Identifiers } from '../authorization-server/identifiers.ts';
import { isLoopbackHostname } from '../env/loopback.ts';
import type { Service } from '../service.ts';
import { CAPABILITIES, SERVER_NAME, SERVER_TITLE, TOOL_CAPABILITIES } from './server.ts';
import { STATELESS_REVISION } from './transport-tolerance.ts';

export const SERVER_CARD_MEDIA_TYPE = 'application/mcp-server-card+json';

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json';
const DESCRIPTION = 'Read, write and publish your own resumes from any MCP client.';

export type ServerCard = ReturnType<typeof buildServerCard>;

/**
 * Builds the server card (MCP extension `io.modelcontextprotocol/server-card`): what this server is and where it listens, for
 * programs that have not connected yet. The members from `serverInfo` on are those of the proposal before it, which deployed
 * readers still look for. Public: it names every tool, and nobody's data.
 *
 * @param tools the definitions the endpoint serves to a connection with every scope
 * @param service in the place of resumes
 */
export function buildServerCard(tools: readonly Tool[], identifiers: Identifiers, version: string, service?: Service) {
  const { name, title, description } = service ?? { name: SERVER_NAME, title: SERVER_TITLE, description: DESCRIPTION };
  const protocolVersions = [STATELESS_REVISION, ...SUPPORTED_PROTOCOL_VERSIONS];
  return Object.freeze({
    $schema: SCHEMA,
    name: `${toReverseDns(new URL(identifiers.issuer).hostname)}/${name}`,
    version,
    title,
    description,
    websiteUrl: identifiers.issuer,
    remotes: [{ type: 'streamable-http', url: identifiers.resource, supportedProtocolVersions: protocolVersions }],
    serverInfo: { name, title, version },
    protocolVersion: STATELESS_REVISION,
    transport: { type: 'streamable-http', endpoint: new URL(identifiers.resource).pathname },
    capabilities: service === undefined ? CAPABILITIES : TOOL_CAPABILITIES,
    authentication: {
      required: true,
      schemes: ['oauth2', 'apiKey'],
      resourceMetadata: identifiers.resourceMetadataUrl,
      scopes: [...identifiers.scopes.own],
    },
    tools: tools.map((tool) => ({ name: tool.name, title: tool.title, description: tool.description })),
  });
}

function toReverseDns(hostname: string): string {
  return isLoopbackHostname(hostname) ? 'localhost' : hostname.split('.').toReversed().join('.');
}
