import { describe, expect, it } from 'vitest';
import { MAXIMUM_MESSAGE_DEPTH, parseMessage } from '../../src/mcp/message.ts';

const request = { jsonrpc: '2.0', id: 1, method: 'ping' };

function codeFor(body: string): number | null {
  const parsed = parseMessage(body);
  return parsed.ok ? null : parsed.refusal.code;
}

function nested(depth: number): string {
  return `{"jsonrpc":"2.0","id":1,"method":"x","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;
}

describe('one JSON-RPC message a request (MCP Streamable HTTP)', () => {
  it.each([
    ['a request', request],
    ['a request with a text id', { ...request, id: 'a' }],
    ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
    ['a response', { jsonrpc: '2.0', id: 1, result: {} }],
  ])('takes %s', (_name, body) => {
    expect(parseMessage(JSON.stringify(body))).toEqual({ ok: true, message: body });
  });

  it.each([
    ['an empty body', '', -32700],
    ['a truncated body', '{"jsonrpc"', -32700],
    // security case 186
    ['a batch of one', JSON.stringify([request]), -32600],
    ['a batch of a thousand', JSON.stringify(Array.from({ length: 1000 }, () => request)), -32600],
    ['an id that is an object', JSON.stringify({ ...request, id: {} }), -32600],
    ['an id that is null', JSON.stringify({ ...request, id: null }), -32600],
    ['no jsonrpc', JSON.stringify({ id: 1, method: 'ping' }), -32600],
    ['another jsonrpc', JSON.stringify({ ...request, jsonrpc: '1.0' }), -32600],
    ['parameters by position', JSON.stringify({ ...request, params: [1] }), -32600],
    ['a number', '1', -32600],
    ['null', 'null', -32600],
  ])('refuses %s', (_name, body, code) => {
    expect(codeFor(body)).toBe(code);
  });

  it('takes parameters nested to the limit and refuses one level more', () => {
    expect(codeFor(nested(MAXIMUM_MESSAGE_DEPTH).replace('"params":', '"params":{"a":').replace(/\}$/, '}}'))).toBe(-32600);
    expect(
      codeFor(
        nested(MAXIMUM_MESSAGE_DEPTH - 1)
          .replace('"params":', '"params":{"a":')
          .replace(/\}$/, '}}'),
      ),
    ).toBeNull();
  });

  it('refuses 200,000 levels without exhausting the stack', () => {
    // security case 195
    expect(codeFor(nested(200_000))).not.toBeNull();
  });
});
