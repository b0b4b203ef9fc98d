import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { boundBody, hasBody } from '../../src/http/body-limit.ts';

/** A body that counts how much of it was asked for. */
function createStream(chunks: number, bytes: number, failAt = Infinity) {
  const pulled = { chunks: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (pulled.chunks === failAt) controller.error(new Error('aborted'));
        else if (pulled.chunks === chunks) controller.close();
        else controller.enqueue(new Uint8Array(bytes));
        pulled.chunks += 1;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, pulled };
}

function post(body: ReadableStream | string, headers: Record<string, string> = {}) {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, headers, duplex: 'half' };
  return new Request('http://localhost/x', init);
}

describe('the bound of a body', () => {
  it('hands on the bytes', async () => {
    expect(await boundBody(post('hello'), 5)).toEqual({ ok: true, body: Buffer.from('hello') });
  });

  it('says so when a host has read it before, instead of waiting for what never comes', async () => {
    const [used, locked] = [post('hello'), post('hello')];
    await used.text();
    locked.body?.getReader();
    const message = new IncomingMessage(new Socket());
    message.headers['content-length'] = '5';
    message.push('hello');
    message.push(null);
    message.complete = true;
    await message.toArray();
    for (const bounded of [await boundBody(used, 5), await boundBody(locked, 5), await boundBody(post('hello'), 5, message)])
      expect(bounded.ok ? null : [bounded.response.status, await bounded.response.json()]).toEqual([
        500,
        { error: 'server_error', error_description: expect.stringContaining('read before it came here') },
      ]);
  });

  // security cases 10, 194
  // proves bounds:body
  it('refuses a body that declares more, says nothing of its length, or too little', async () => {
    const declared: readonly Record<string, string>[] = [{ 'content-length': '1000' }, {}, { 'content-length': '1' }];
    for (const headers of declared) {
      const { stream } = createStream(100, 10);
      const bounded = await boundBody(post(stream, headers), 25);
      expect(bounded.ok ? null : bounded.response.status).toBe(413);
    }
  });

  it('stops listening to a body without an end', async () => {
    const megabyte = 1024 * 1024;
    const { stream, pulled } = createStream(Infinity, megabyte);
    const bounded = await boundBody(post(stream), megabyte);
    expect(bounded.ok ? null : bounded.response.status).toBe(413);
    expect(pulled.chunks).toBeLessThan(25);
  });

  // security case 210
  it('answers a body that breaks off with 400', async () => {
    const { stream } = createStream(10, 1, 3);
    const bounded = await boundBody(post(stream), 25);
    expect(bounded.ok ? null : bounded.response.status).toBe(400);
  });

  // security case 11
  it('reads none of methods without a body', () => {
    expect(['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE'].map(hasBody)).toEqual([false, false, false, true, true]);
  });
});
