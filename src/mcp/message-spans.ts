import { isJSONRPCNotification, isJSONRPCRequest, type JSONRPCMessage } from '@modelcontextprotocol/server';
import { NO_SPAN, type Span, type Tracer } from '../observability/tracing.ts';

const METHODS: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'notifications/initialized',
  'notifications/cancelled',
]);

/**
 * A server span around one message, by the semantic conventions for MCP: method and tool or prompt by name, no arguments, no URIs and no result.
 * Its trace context is that of `_meta` (SEP-414) where the caller is trusted, and a link to it otherwise.
 *
 * @param isKnown whether a tool or prompt of that name exists: other names are what a stranger wrote
 */
export function traceMessage<T>(
  tracer: Tracer | undefined,
  message: JSONRPCMessage,
  isKnown: (name: string) => boolean,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  if (tracer === undefined) return work(NO_SPAN);
  const sent = isJSONRPCRequest(message) || isJSONRPCNotification(message) ? message : null;
  const method = sent !== null && METHODS.has(sent.method) ? sent.method : 'other';
  const name = sent?.params?.['name'];
  const target = typeof name === 'string' && isKnown(name) ? name : null;
  const attributes = {
    'mcp.method.name': method,
    ...(target !== null && method === 'tools/call' && { 'gen_ai.tool.name': target, 'gen_ai.operation.name': 'execute_tool' }),
    ...(target !== null && method === 'prompts/get' && { 'gen_ai.prompt.name': target }),
  };
  const meta: unknown = sent?.params?.['_meta'];
  const remote = { traceparent: textOf(meta, 'traceparent'), tracestate: textOf(meta, 'tracestate') };
  return tracer.run({ name: target === null ? method : `${method} ${target}`, kind: 'server', attributes, remote }, work);
}

function textOf(meta: unknown, key: 'traceparent' | 'tracestate'): string | null {
  if (typeof meta !== 'object' || meta === null) return null;
  const value: unknown = Reflect.get(meta, key);
  return typeof value === 'string' ? value : null;
}
