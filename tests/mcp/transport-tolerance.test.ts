import { describe, expect, it } from 'vitest';
import { completeAccept, toTransportHeaders, wantsEventStream } from '../../src/mcp/transport-tolerance.ts';

const legacy = { jsonrpc: '2.0' as const, id: 1, method: 'tools/list' };
const modern = { ...legacy, params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } };
const BOTH = 'application/json, text/event-stream';

function versionAfter(version: string, message: Parameters<typeof toTransportHeaders>[1], more = {}): string | null {
  return toTransportHeaders(new Headers({ 'mcp-protocol-version': version, ...more }), message).get('mcp-protocol-version');
}

describe('an incomplete Accept', () => {
  it.each([
    [null, BOTH],
    ['*/*', BOTH],
    ['application/json', BOTH],
    ['text/event-stream', BOTH],
    ['text/html', BOTH],
  ])('reads %s as both types', (accept, expected) => {
    expect(completeAccept(accept)).toBe(expected);
  });

  it('leaves a complete one alone', () => {
    expect(completeAccept('text/event-stream;q=0.5,Application/JSON')).toBe('text/event-stream;q=0.5,Application/JSON');
  });

  it.each([
    [null, false],
    ['*/*', false],
    [BOTH, false],
    ['text/event-stream, application/*', false],
    ['text/event-stream', true],
    ['text/event-stream;q=0.9, text/plain', true],
  ])('sees from %s whether only event streams can be read: %s', (accept, expected) => {
    expect(wantsEventStream(accept)).toBe(expected);
  });
});

describe('a version header that outlived a negotiation', () => {
  it('is dropped from a message of a 2025-era revision', () => {
    expect(versionAfter('2026-07-28', legacy)).toBeNull();
  });

  it('stays on a 2026-07-28 message', () => {
    expect(versionAfter('2026-07-28', modern)).toBe('2026-07-28');
  });

  it('stays when Mcp-Method says the client meant it', () => {
    expect(versionAfter('2026-07-28', legacy, { 'mcp-method': 'tools/list' })).toBe('2026-07-28');
  });

  it.each(['2025-11-25', '2025-06-18', '1999-01-01', '2099-01-01', 'nonsense'])('stays when it is %s', (version) => {
    expect(versionAfter(version, legacy)).toBe(version);
  });

  it('stays on an older header over a 2026-07-28 message, which the protocol refuses', () => {
    expect(versionAfter('2025-11-25', modern)).toBe('2025-11-25');
  });
});

describe('headers below authentication', () => {
  it('carry the transport and no credential', () => {
    const headers = toTransportHeaders(
      new Headers({
        authorization: 'Bearer secret',
        'x-api-key': 'secret',
        cookie: 'session=secret',
        'content-type': 'application/json',
        'mcp-method': 'tools/list',
        'mcp-param-region': 'eu',
        host: 'vitae.example',
      }),
      legacy,
    );
    expect([...headers.keys()].toSorted()).toEqual(['accept', 'content-type', 'mcp-method', 'mcp-param-region']);
  });
});
