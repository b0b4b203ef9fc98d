import * as semantics from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { createApiKey, signUp } from '../support/app.ts';
import { createHttpSite } from '../support/http-site.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';
import { startServer } from '../support/process.ts';
import { waitUntil } from '../support/wait.ts';

const [INTERNAL, SERVER, CLIENT] = [1, 2, 3];
const CALLER = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };
const MESSAGE = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
const STRANGER = { trace: 'a3ce929d0e0e47364bf92f3577b34da6', span: 'a0ba902b700f0670' };
const toTraceparent = ({ trace, span }: typeof CALLER) => `00-${trace}-${span}-01`;

/** Names of attributes that the conventions know. */
const CONVENTIONAL = new Set<unknown>([semantics, incubating].flatMap((names): unknown[] => Object.values(names)));

let receiver: OtlpReceiver;
let secrets: readonly string[];
let output: string;
let exitCode: number | null;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const server = await startServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  const site = createHttpSite(server.url);
  const ada = await signUp(site, 'Ada Unmistakable');
  const connected = await connect(site, ada);
  const { refresh_token: next = '' } = await connected.oauth.refresh(connected.refreshToken);
  const key = await createApiKey(ada, { [SCOPE_DESCRIPTIONS['resumes:write']]: true });
  const call = (name: string, input: object, headers: Record<string, string>, meta: object = {}) =>
    site.fetch(
      buildMcpRequest(
        `${server.url}/mcp`,
        'legacy',
        'tools/call',
        { name, arguments: input, _meta: meta },
        { 'x-api-key': key, ...headers },
      ),
    );
  await call('create_resume', { name: 'A name nobody guesses' }, { traceparent: toTraceparent(CALLER) });
  await call('list_resumes', {}, {}, { traceparent: toTraceparent(MESSAGE) });
  await call('read_resume', { id: 'not-an-id' }, { 'x-forwarded-for': '203.0.113.7', traceparent: toTraceparent(STRANGER) });
  await call('made_up_by_a_stranger', {}, {});
  await site.fetch(new Request(`${server.url}/r/somebody/their-resume?with=a-query`));
  await site.fetch(
    new Request(`${server.url}/api/auth/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'made_up' }) }),
  );
  exitCode = (await server.stop()).code;
  output = server.output();
  const { accessToken, refreshToken } = connected;
  secrets = [
    accessToken,
    refreshToken,
    next,
    key,
    ada.password,
    ada.email,
    'Unmistakable',
    'nobody guesses',
    'their-resume',
    'a-query',
    'made_up',
  ];
  await server.dispose();
});
afterAll(() => receiver.close());

const named = (name: string) => receiver.spans.filter((span) => span.name === name);
const only = (name: string): ReceivedSpan => {
  const [span, ...more] = named(name);
  if (span === undefined || more.length > 0) throw new Error(`${more.length + Number(span !== undefined)} spans ${name}`);
  return span;
};
const parentOf = (span: ReceivedSpan) => receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);

describe('traces of the built server', () => {
  it('say which service they are of', () => {
    expect(receiver.resources[0]).toMatchObject({ 'service.name': 'vitae', 'deployment.environment.name': 'test' });
    expect(receiver.resources[0]?.['service.version']).toMatch(/^\d/);
  });

  it('continue the trace of a caller on this machine, from the request to the statements', () => {
    const tool = only('tools/call create_resume');
    expect(tool).toMatchObject({ traceId: CALLER.trace, kind: SERVER });
    expect(tool.attributes).toEqual({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'create_resume',
      'gen_ai.operation.name': 'execute_tool',
    });
    const request = parentOf(tool);
    expect(request).toMatchObject({ name: 'POST /mcp', kind: SERVER, traceId: CALLER.trace, parentSpanId: CALLER.span });
    expect(request?.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.route': '/mcp', 'http.response.status_code': 200 });
    const statements = receiver.spans.filter(({ traceId, kind }) => traceId === CALLER.trace && kind === CLIENT);
    expect(statements.map(({ name }) => name)).toContain('INSERT resume');
    const insert = statements.find(({ name }) => name === 'INSERT resume');
    expect(insert?.attributes).toMatchObject({ 'db.system.name': 'postgresql', 'db.operation.name': 'INSERT' });
    expect(insert?.attributes['db.query.text']).toMatch(/^insert into "resume" .*\$1/);
  });

  it('continue the trace of a message, and link it to its request', () => {
    const tool = only('tools/call list_resumes');
    expect(tool).toMatchObject({ traceId: MESSAGE.trace, parentSpanId: MESSAGE.span });
    const [link] = tool.links;
    expect(receiver.spans.find(({ spanId }) => spanId === link?.spanId)).toMatchObject({ name: 'POST /mcp' });
  });

  it('begin a trace of their own for a stranger, with a link to theirs', () => {
    const tool = only('tools/call read_resume');
    expect(tool).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'tool_refused' } });
    const request = parentOf(tool);
    expect(request?.traceId).not.toBe(STRANGER.trace);
    expect(request?.links).toEqual([{ traceId: STRANGER.trace, spanId: STRANGER.span }]);
  });

  it('show token requests with grant type and outcome', () => {
    const tokens = named('oauth2/token');
    expect(tokens.map(({ attributes }) => attributes['vitae.oauth.grant_type'])).toEqual(['authorization_code', 'refresh_token', 'other']);
    expect(tokens[0]).toMatchObject({ kind: INTERNAL, attributes: { 'vitae.outcome': 'token.issued' } });
    expect(tokens[2]).toMatchObject({ status: { code: 2 }, attributes: { 'vitae.outcome': 'token.refused' } });
    expect(tokens.map(parentOf).map((span) => span?.name)).toEqual(Array.from({ length: 3 }, () => 'POST /api/auth/oauth2/token'));
  });

  it('name requests by the pattern of their route, pages by their own', () => {
    expect(only('GET /r/:username/:slug').attributes['http.response.status_code']).toBe(404);
    expect(named('tools/call made_up_by_a_stranger')).toEqual([]);
  });

  it('are joined with the log by trace and by request', () => {
    const request = receiver.spans.find(({ name, traceId }) => name === 'POST /mcp' && traceId === CALLER.trace);
    const line = output.split('\n').find((text) => text.includes(`"traceId":"${CALLER.trace}"`)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ event: 'http.answered', requestId: request?.attributes['vitae.request_id'] });
  });

  // proves observability:traces
  it('hold no secret and nothing that a person wrote', () => {
    expect(exitCode).toBe(0);
    expect(receiver.spans.length).toBeGreaterThan(50);
    const sent = receiver.bodies.join('\n');
    expect(secrets.filter((secret) => secret === '' || sent.includes(secret))).toEqual([]);
  });

  it('use the names of the semantic conventions, and vitae. for the rest', () => {
    const keys = new Set(receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...keys].filter((key) => !CONVENTIONAL.has(key) && !key.startsWith('vitae.'))).toEqual([]);
  });

  it('have no statement outside of a request', () => {
    expect(receiver.spans.filter((span) => span.kind === CLIENT && span.parentSpanId === undefined)).toEqual([]);
  });
});

describe('a collector that is away', () => {
  it('is told once in the log and holds nobody up, not even the end', async () => {
    const server = await startServer({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    const work = async () => {
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
      return server.output().includes('"event":"tracing.not_sent"');
    };
    await waitUntil(work, 30_000);
    await work();
    expect(await server.stop()).toMatchObject({ code: 0 });
    expect(server.output().match(/"event":"tracing.not_sent"/g) ?? []).toHaveLength(1);
    await server.dispose();
  });
});
