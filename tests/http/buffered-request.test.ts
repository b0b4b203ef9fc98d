import { describe, expect, it } from 'vitest';
import { BufferedRequest, peekText } from '../../src/buffered-request.ts';

const URL_OF_ALL = 'http://localhost:3000/api/auth/oauth2/token';
const BODIES = ['a=1', 'a=%F0%9F%98%80&b=ü', '\u{FEFF}with a mark', ''];

describe('a body that was read before', () => {
  it.each(BODIES)('is peeked at as text() reads it, and is still there: %j', async (text) => {
    const bytes = new TextEncoder().encode(text);
    const buffered = new BufferedRequest(URL_OF_ALL, { method: 'POST', headers: {}, body: bytes });
    const peeked = [await peekText(buffered), await peekText(buffered)];
    expect(buffered.bodyUsed).toBe(false);
    expect(peeked).toEqual(Array.from({ length: 2 }, () => peeked[0]));
    expect(await buffered.text()).toBe(peeked[0]);
  });

  it.each(BODIES)('is peeked at in any other request, too: %j', async (text) => {
    const request = new Request(URL_OF_ALL, { method: 'POST', body: new TextEncoder().encode(text) });
    expect(await peekText(request)).toBe(await request.text());
  });
});
