import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOtlpTracer } from '../../src/observability/otlp-tracer.ts';
import type { Tracer } from '../../src/observability/tracing.ts';
import { createTestApp, signUp } from '../support/app.ts';
import { startMetadataHost, type MetadataHost } from '../support/metadata-host.ts';
import { createOAuthClient } from '../support/oauth.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../support/otlp-receiver.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const REMOTE = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: null };

let receiver: OtlpReceiver;
let host: MetadataHost;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  host = await startMetadataHost(['client.test']);
});
afterAll(async () => {
  await receiver.close();
  await host.close();
});
let tracer: Tracer;
beforeEach(() => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
  receiver.spans.length = 0;
  tracer = createOtlpTracer('1.2.3', () => undefined);
});
afterEach(() => vi.unstubAllEnvs());

const start = { name: 'outer', kind: 'server', attributes: {} } as const;

describe('spans', () => {
  it('stand inside of one another, through promises', async () => {
    await tracer.run(start, async () => {
      await Promise.resolve();
      await tracer.run({ ...start, name: 'inner', kind: 'internal' }, async () => Promise.resolve());
    });
    await tracer.close();
    const [inner, outer] = receiver.spans;
    expect(inner).toMatchObject({ name: 'inner', traceId: outer?.traceId, parentSpanId: outer?.spanId });
    expect(outer?.parentSpanId).toBeUndefined();
  });

  it('say of an error its type and nothing else', async () => {
    class SecretError extends Error {
      override readonly name = 'SecretError';
    }
    const failing = tracer.run(start, async () => Promise.reject(new SecretError('hunter2')));
    await expect(failing).rejects.toThrow('hunter2');
    expect(() => tracer.run(start, () => JSON.parse('hunter2') as unknown)).toThrow(SyntaxError);
    await tracer.close();
    expect(receiver.spans.map(({ attributes, status }) => [attributes['error.type'], status.code])).toEqual([
      ['SecretError', 2],
      ['SyntaxError', 2],
    ]);
    expect(receiver.bodies.join()).not.toContain('hunter2');
  });

  it.each([
    ['continue', true],
    ['link to', false],
  ])('%s what a caller sends whose trust is %s', async (_verb, isTrusted) => {
    tracer.run({ ...start, remote: REMOTE, isTrusted }, () => undefined);
    await tracer.close();
    const [span] = receiver.spans;
    const [, traceId, spanId] = REMOTE.traceparent.split('-');
    expect(span?.traceId === traceId && span?.parentSpanId === spanId).toBe(isTrusted);
    expect(span?.links).toEqual(isTrusted ? [] : [{ traceId, spanId }]);
  });

  it.each([
    '',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more',
    'x'.repeat(10_000),
  ])('take %.60j for no trace context', async (traceparent) => {
    tracer.run({ ...start, remote: { traceparent, tracestate: 'a=b' }, isTrusted: true }, () => undefined);
    await tracer.close();
    expect(receiver.spans).toMatchObject([{ links: [] }]);
    expect(receiver.spans[0]?.parentSpanId).toBeUndefined();
  });

  it('show what the server fetches for a client, without the query of its address', async () => {
    const app = await createTestApp({ clientMetadata: { network: host.network }, tracer });
    const ada = await signUp(app);
    const open = async (url: string) => {
      const redirectUri = 'https://client.test/back';
      const client = await createOAuthClient(app, { client_id: url, redirect_uris: [redirectUri] }, { redirectUri });
      await ada.browser.open((await client.createRequest()).url);
    };
    const url = 'https://client.test/document.json?private=word';
    host.serve(url, { client_id: url, client_name: 'Document', redirect_uris: ['https://client.test/back'] });
    await open(url);
    await open('https://client.test/not-there.json');
    await app.close();
    await tracer.close();
    const fetches = receiver.spans.filter(({ name }) => name === 'GET');
    expect(fetches.map(({ kind, attributes }) => [kind, attributes])).toEqual([
      [
        3,
        {
          'http.request.method': 'GET',
          'url.full': 'https://client.test/document.json',
          'server.address': 'client.test',
          'server.port': 443,
          'http.response.status_code': 200,
        },
      ],
      [3, expect.objectContaining({ 'http.response.status_code': 404, 'vitae.fetch.refusal': 'bad_status', 'error.type': 'Error' })],
    ]);
    expect(receiver.bodies.join()).not.toContain('private=word');
  });
});

describe('a server that sends no traces', () => {
  it('loads nothing of OpenTelemetry by itself', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path));
    const texts = files.map((path) => [path, readFileSync(`${SRC}/${path}`, 'utf8')] as const);
    const users = texts.filter(([, text]) => text.includes("'@opentelemetry/")).map(([path]) => path);
    expect(users).toEqual(['observability/otlp-tracer.ts']);
    const loaders = texts
      .filter(([, text]) => text.includes('otlp-tracer.ts'))
      .map(([path, text]) => [path, /import\('[^']*otlp-tracer/.test(text)]);
    expect(loaders).toEqual([['main.ts', true]]);
    expect(readFileSync(`${SRC}/main.ts`, 'utf8')).not.toMatch(/^import [^;]*otlp-tracer/m);
  });
});
