import { describe, expect, it } from 'vitest';
import { createAddressResolver, nameRequest } from '../../src/http/exchange.ts';

describe('the address of a client', () => {
  const behindProxies = createAddressResolver(['10.0.0.0/8', '192.168.1.1', 'fd00::/8']);

  // security case 23
  // proves process:client-address
  it('is the peer, whatever it claims, when the peer is not a trusted proxy', () => {
    expect(createAddressResolver([])('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
    expect(behindProxies('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
  });

  it.each([
    ['one proxy', '10.1.2.3', '203.0.113.7', '203.0.113.7'],
    ['two proxies', '10.1.2.3', '203.0.113.7, 192.168.1.1', '203.0.113.7'],
    ['a forged left part', '10.1.2.3', '1.2.3.4, 203.0.113.7, 10.9.9.9', '203.0.113.7'],
    ['a port', '10.1.2.3', '203.0.113.7:4711', '203.0.113.7'],
    ['IPv6 with a port', '10.1.2.3', '[2001:db8::1]:4711', '2001:db8::1'],
    ['an IPv6 proxy', 'fd00::1', '2001:DB8::1', '2001:db8::1'],
    ['a mapped peer', '::ffff:10.1.2.3', '203.0.113.7', '203.0.113.7'],
    ['nothing forwarded', '10.1.2.3', null, '10.1.2.3'],
    ['nonsense forwarded', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['only proxies', '10.1.2.3', '10.9.9.9', '10.9.9.9'],
  ])('is found behind %s', (_what, peer, forwarded, expected) => {
    expect(behindProxies(peer, forwarded)).toBe(expected);
  });

  it('is unknown without a socket', () => {
    expect(behindProxies(null, '203.0.113.7')).toBeNull();
  });

  it('needs addresses and ranges as trusted proxies', () => {
    expect(() => createAddressResolver(['proxy.example'])).toThrow('TRUSTED_PROXIES: proxy.example is not an address or a range');
  });
});

describe('the id of a request', () => {
  it('is what the client sent when that is harmless', () => {
    expect(nameRequest(new Headers({ 'x-request-id': 'abc-12345' }))).toBe('abc-12345');
  });

  // security case 209
  it.each(['short', 'x'.repeat(65), 'abc 12345', 'abc"12345'])('is a new one instead of %s', (given) => {
    expect(nameRequest(new Headers({ 'x-request-id': given }))).toMatch(/^[0-9a-f-]{36}$/);
  });
});
