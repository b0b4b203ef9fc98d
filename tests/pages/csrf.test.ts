import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCsrf, isSameOriginPost } from '../../src/pages/csrf.ts';
import { APP_URL } from './fixture.ts';

describe('form tokens', () => {
  const csrf = createCsrf([new Uint8Array(32).fill(1)], randomBytes);

  it('verifies a token of the same session', () => {
    expect(csrf.verify('session-1', csrf.issue('session-1'))).toBe(true);
  });

  it('issues a different token each time', () => {
    expect(csrf.issue('session-1')).not.toBe(csrf.issue('session-1'));
  });

  it('refuses a token of another session', () => {
    expect(csrf.verify('session-2', csrf.issue('session-1'))).toBe(false);
  });

  it('refuses a token made with another key', () => {
    const other = createCsrf([new Uint8Array(32).fill(2)], randomBytes);
    expect(csrf.verify('session-1', other.issue('session-1'))).toBe(false);
  });

  it('verifies a token that an earlier key has made', () => {
    const changed = createCsrf([new Uint8Array(32).fill(2), new Uint8Array(32).fill(1)], randomBytes);
    expect(changed.verify('session-1', csrf.issue('session-1'))).toBe(true);
    expect(csrf.verify('session-1', changed.issue('session-1'))).toBe(false);
  });

  it('refuses every token with one character changed', () => {
    const token = csrf.issue('session-1');
    const altered = Array.from(
      token,
      (character, index) => `${token.slice(0, index)}${character === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`,
    );
    expect(altered.filter((candidate) => csrf.verify('session-1', candidate))).toEqual([]);
  });

  it.each([null, '', 'A'.repeat(63), 'A'.repeat(65), '!'.repeat(64), '\u{1f600}'.repeat(32)])('refuses %j', (token) => {
    expect(csrf.verify('session-1', token)).toBe(false);
  });

  it('refuses to work with a short key', () => {
    expect(() => createCsrf([new Uint8Array(31)], randomBytes)).toThrow(RangeError);
  });
});

describe('the origin of a POST', () => {
  const cases: readonly [Record<string, string>, boolean][] = [
    [{ origin: APP_URL }, true],
    [{ origin: APP_URL, 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{}, false],
    [{ origin: 'null' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: `${APP_URL}.evil.example` }, false],
    [{ origin: `${APP_URL}/` }, false],
    [{ origin: 'http://vitae.example' }, false],
    [{ origin: APP_URL, 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: APP_URL, 'sec-fetch-site': 'same-site' }, false],
    [{ origin: APP_URL, 'sec-fetch-site': 'none' }, false],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
    [{ origin: 'null', 'sec-fetch-site': 'cross-site' }, false],
  ];

  it.each(cases)('%j: %s', (headers, expected) => {
    expect(isSameOriginPost(new Headers(headers), APP_URL)).toBe(expected);
  });
});
