import {
  INVALID_REQUEST,
  PARSE_ERROR,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
} from '@modelcontextprotocol/server';

/** Deepest nesting of objects and arrays in one message. A resume patch needs about ten levels. */
export const MAXIMUM_MESSAGE_DEPTH = 64;

export type MessageResult =
  | { readonly ok: true; readonly message: JSONRPCMessage }
  | { readonly ok: false; readonly refusal: MessageRefusal };

export interface MessageRefusal {
  /** JSON-RPC error code: -32700 or -32600. */
  readonly code: number;
  readonly message: string;
}

/**
 * Parses the body of a POST as the one JSON-RPC message it must be (MCP Streamable HTTP; batches left the protocol in
 * revision 2025-06-18). An answer to a refusal is HTTP 400 with a JSON-RPC error without id.
 *
 * Not checked: whether the method exists, its parameters, or which revision of the protocol the message speaks.
 */
export function parseMessage(text: string): MessageResult {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse(PARSE_ERROR, 'The body is not valid JSON');
  }
  if (Array.isArray(body)) return refuse(INVALID_REQUEST, 'JSON-RPC batches are not part of MCP: send one message per request');
  if (isDeeperThan(body, MAXIMUM_MESSAGE_DEPTH)) {
    return refuse(INVALID_REQUEST, `The message is nested deeper than ${MAXIMUM_MESSAGE_DEPTH} levels`);
  }
  if (isJSONRPCRequest(body) || isJSONRPCNotification(body) || isJSONRPCResponse(body)) return { ok: true, message: body };
  return refuse(
    INVALID_REQUEST,
    'The body is not a JSON-RPC 2.0 message: it needs "jsonrpc": "2.0" and a method, and an id is a string or a whole number',
  );
}

function refuse(code: number, message: string): MessageResult {
  return { ok: false, refusal: { code, message } };
}

/** Walks level by level instead of recursing, so that no depth can exhaust the stack. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      const children: unknown[] = Object.values(item);
      next.push(...children.filter((child) => typeof child === 'object'));
    }
    level = next;
  }
  return false;
}
