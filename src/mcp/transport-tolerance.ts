import {
  classifyInboundRequest,
  PROTOCOL_VERSION_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
  type JSONRPCMessage,
} from '@modelcontextprotocol/server';

/**
 * What real clients get wrong about the Streamable HTTP transport and what is meant by it. Pure rules on header values:
 * nothing here widens what a caller may do, and no rule touches a request that a conforming client could have sent.
 */

/** The only headers the protocol layer sees. Credentials end at authentication and never travel further. */
export const TRANSPORT_HEADERS: ReadonlySet<string> = new Set([
  'content-type',
  'accept',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-session-id',
  'last-event-id',
]);

/** The first revision without a handshake: every message names it in `_meta`. */
export const STATELESS_REVISION = '2026-07-28';

const ACCEPT_BOTH = 'application/json, text/event-stream';

/**
 * Builds the headers the protocol layer works with from those of the request: the transport's own and `Mcp-Param-*`,
 * with the rules below applied.
 */
export function toTransportHeaders(headers: Headers, message: JSONRPCMessage | null): Headers {
  const kept = new Headers();
  headers.forEach((value, name) => {
    if (TRANSPORT_HEADERS.has(name) || name.startsWith('mcp-param-')) kept.set(name, value);
  });
  if (message === null) return kept;
  kept.set('accept', completeAccept(headers.get('accept')));
  if (revisionOf(headers, message) === null) kept.delete('mcp-protocol-version');
  return kept;
}

/**
 * A message of a 2025-era revision about which the HTTP transport of the protocol layer would find nothing to refuse: the type and the form of
 * the body are checked already, and an `Accept` is completed anyway.
 */
export function isPlainLegacyMessage(headers: Headers, message: JSONRPCMessage): boolean {
  const revision = revisionOf(headers, message);
  if (revision !== null && !SUPPORTED_PROTOCOL_VERSIONS.includes(revision)) return false;
  const [method, name] = [headers.get('mcp-method'), headers.get('mcp-name')];
  const { kind } = classifyInboundRequest({
    httpMethod: 'POST',
    body: message,
    ...(revision !== null && { protocolVersionHeader: revision }),
    ...(method !== null && { mcpMethodHeader: method }),
    ...(name !== null && { mcpNameHeader: name }),
  });
  return kind === 'legacy';
}

/** The revision that a request is meant in by its header, with the rules below applied; null: it names none. */
function revisionOf(headers: Headers, message: JSONRPCMessage): string | null {
  return isModernVersionOnLegacyMessage(headers, message) ? null : headers.get('mcp-protocol-version');
}

/**
 * An `Accept` that names one of the two types, or none, means both: the answer is framed as the client can read it
 * (see {@link wantsEventStream}). For hand-written clients: cua#1898, OB1#33.
 */
export function completeAccept(accept: string | null): string {
  const types = mediaTypes(accept);
  return types.includes('application/json') && types.includes('text/event-stream') ? (accept ?? ACCEPT_BOTH) : ACCEPT_BOTH;
}

/** True when the client reads event streams and not plain JSON: then a JSON answer must be framed as one event. */
export function wantsEventStream(accept: string | null): boolean {
  const types = mediaTypes(accept);
  return types.includes('text/event-stream') && !types.some((type) => ['application/json', 'application/*', '*/*'].includes(type));
}

/**
 * A message of a 2025-era revision (no version in its `_meta`, no `Mcp-Method` header) under a later version header: the
 * client negotiated down and kept its first header. The header is dropped, which reads as the era the message speaks.
 * For claude.ai connectors: SparkyFitness#2155, openwork#3944.
 *
 * The reverse, an older header on a 2026-07-28 message, must be refused by the protocol and is left alone.
 */
function isModernVersionOnLegacyMessage(headers: Headers, message: JSONRPCMessage): boolean {
  return headers.get('mcp-protocol-version') === STATELESS_REVISION && !headers.has('mcp-method') && !claimsRevision(message);
}

function claimsRevision(message: JSONRPCMessage): boolean {
  if (!('method' in message)) return false;
  const meta = message.params?.['_meta'];
  return typeof meta === 'object' && meta !== null && PROTOCOL_VERSION_META_KEY in meta;
}

function mediaTypes(accept: string | null): string[] {
  return (accept ?? '').split(',').map((part) => (part.split(';')[0] ?? '').trim().toLowerCase());
}
