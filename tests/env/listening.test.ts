import { describe, expect, it } from 'vitest';
import { findDoubts } from '../../src/env/doubts.ts';
import { parseEnv } from '../../src/env.ts';

const problemsOf = (input: Record<string, string>) => {
  const result = parseEnv(input);
  return result.ok ? [] : result.problems;
};
const doubtsOf = (input: Record<string, string>) => {
  const result = parseEnv(input);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return findDoubts(result.env);
};
const PUBLIC = 'https://vitae.example';

describe('where the server listens', () => {
  it('may be a Unix socket, with a mode', () => {
    const socket = { HOST: '/run/vitae/vitae.sock', APP_URL: PUBLIC };
    expect(parseEnv(socket)).toMatchObject({ ok: true, env: { socket: { path: '/run/vitae/vitae.sock', mode: 0o660 } } });
    expect(parseEnv({ ...socket, SOCKET_MODE: '0606' })).toMatchObject({ ok: true, env: { socket: { mode: 0o606 } } });
    expect(parseEnv({ HOST: '::' })).toMatchObject({ ok: true, env: { host: '::', socket: null } });
  });

  it.each([
    [{ HOST: '/run/vitae.sock' }, 'APP_URL is required where HOST is the path of a socket'],
    [{ HOST: `/${'x'.repeat(107)}`, APP_URL: PUBLIC }, 'HOST as the path of a socket may have 107 bytes at most'],
    [{ HOST: '/run/vitae.sock', APP_URL: PUBLIC, SOCKET_MODE: '999' }, 'SOCKET_MODE must be octal digits, like 660'],
    [{ TRUSTED_PROXIES: 'proxy.example' }, 'TRUSTED_PROXIES: proxy.example is no address and no range'],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES: 10.0.0.0/33 is no address and no range'],
    [{ TRUSTED_PROXIES: '10.0.0.1, fd00::/8, 10.0.0.0/x' }, 'TRUSTED_PROXIES: 10.0.0.0/x is no address and no range'],
  ])('is refused: %j', (given, problem) => {
    expect(problemsOf(given as Record<string, string>)).toEqual([problem]);
  });
});

describe('settings that contradict each other', () => {
  it.each([
    [{}],
    [{ PORT: '4000' }],
    [{ APP_URL: PUBLIC, TRUSTED_PROXIES: '127.0.0.1' }],
    [{ APP_URL: PUBLIC, HOST: '/run/vitae.sock' }],
    [{ APP_URL: 'http://[::1]:3000', HOST: '::1' }],
    [{ APP_URL: 'http://localhost', PORT: '80' }],
    [{ PORT: '0' }],
  ])('are none of %j', (given) => {
    expect(doubtsOf(given as Record<string, string>)).toEqual([]);
  });

  // proves process:doubtful-settings
  it.each([
    [{ APP_URL: PUBLIC }, 'TRUSTED_PROXIES is empty'],
    [{ HOST: '0.0.0.0' }, 'lets other machines connect'],
    [{ HOST: '::' }, 'lets other machines connect'],
    [{ APP_URL: 'http://localhost:8080' }, 'the server listens on port 3000'],
  ])('are named: %j', (given, words) => {
    expect(doubtsOf(given as Record<string, string>)).toEqual([expect.stringContaining(words)]);
  });
});
