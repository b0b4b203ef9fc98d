import { describe, expect, it } from 'vitest';
import { checkOrigin } from '../../src/mcp/origin-policy.ts';

const LOOPBACK = 'http://localhost:3000';
const PUBLIC = 'https://vitae.example';

describe('Origin at the MCP endpoint (MCP Streamable HTTP, security case 184)', () => {
  it('lets a request without Origin pass', () => {
    expect(checkOrigin({ origin: null, host: 'vitae.example' }, PUBLIC)).toBeNull();
  });

  it.each([PUBLIC, 'https://VITAE.example', 'http://localhost:6274', 'http://127.0.0.1:6274', 'http://[::1]:8080', 'https://localhost'])(
    'takes %s on a public deployment',
    (origin) => {
      expect(checkOrigin({ origin, host: 'vitae.example' }, PUBLIC)).toBeNull();
    },
  );

  // proves mcp:origin
  it.each([
    'https://evil.example',
    'http://vitae.example',
    'https://vitae.example:8443',
    'https://vitae.example.evil.example',
    'https://vitae.example@evil.example',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://evil.example/#http://localhost',
    'http://evil.example\\@localhost',
    'null',
    '',
    'file://',
    'chrome-extension://abcdef',
    'https://vitae.example/',
  ])('refuses %s', (origin) => {
    expect(checkOrigin({ origin, host: 'vitae.example' }, PUBLIC)).toBe('foreign_origin');
  });
});

describe('Host on a loopback deployment', () => {
  it.each(['localhost:3000', 'localhost', '127.0.0.1:3000', '127.0.0.5', '[::1]:3000', 'LOCALHOST:1'])('takes %s', (host) => {
    expect(checkOrigin({ origin: null, host }, LOOPBACK)).toBeNull();
  });

  it.each([
    null,
    '',
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    'localhost/abc?',
    'localhost@evil.example',
    'evil.example#localhost',
    ' localhost',
  ])('refuses %s', (host) => {
    expect(checkOrigin({ origin: 'http://localhost:3000', host }, LOOPBACK)).toBe('foreign_host');
  });

  it('does not look at Host behind a public origin', () => {
    expect(checkOrigin({ origin: null, host: 'upstream:3000' }, PUBLIC)).toBeNull();
  });
});
