import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revocation } from '../../src/db/schema/grants.ts';
import { TOKEN_REFUSALS } from '../../src/authorization-server/token-refusals.ts';
import { METRICS } from '../../src/observability/metric-catalogue.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { startMetadataHost, type MetadataHost } from '../support/metadata-host.ts';
import { increases, namesOf, parseMetrics, readMetrics } from '../support/metrics.ts';
import { connect, consent, createOAuthClient, type Connected } from '../support/oauth.ts';

const CHECKS_OF_TOKENS = [
  'token-hooks.ts',
  'refresh-tokens.ts',
  'client-assertions.ts',
  'client-requests.ts',
  'interop/client-authentication.ts',
  'interop/form.ts',
];

let host: MetadataHost;
let app: TestApp;
let ada: Person;
let connected: Connected;
let key: string;
beforeAll(async () => {
  host = await startMetadataHost(['client.test']);
  app = await createTestApp({ clientMetadata: { network: host.network }, settings: { RATE_LIMITS: 'on' } });
  ada = await signUp(app);
  connected = await connect(app, ada);
  key = await createApiKey(ada);
});
afterAll(async () => {
  await app.close();
  await host.close();
});

const grows = (series: string | readonly string[], work: () => Promise<unknown>) => increases(app, [series].flat(), work);
const post = (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const form = body instanceof URLSearchParams;
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
  const text = form ? body.toString() : JSON.stringify(body);
  return app.fetch(new Request(`${app.origin}${path}`, { method: 'POST', headers: { 'content-type': type, ...headers }, body: text }));
};
const token = (parameters: Record<string, string>) =>
  post('/api/auth/oauth2/token', new URLSearchParams({ client_id: connected.oauth.client.client_id, ...parameters }));
const callTool = (name: string, input: object, headers: Record<string, string> = { 'x-api-key': key }) =>
  app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/call', { name, arguments: input }, headers));

describe('the metrics', () => {
  it('are those of the catalogue, under the names and labels it says', async () => {
    const reading = await readMetrics(app);
    const ours = [...namesOf(reading)].filter((name) => name.startsWith('vitae_'));
    expect(ours.filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
    const text = await (await app.fetch(new Request(`${app.origin}/metrics`))).text();
    for (const [name, { type, help }] of Object.entries(METRICS)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(text).toMatch(/^process_resident_memory_bytes /m);
  });

  it('count answers by the pattern of the route, pages by their own', async () => {
    const series = (route: string, status: number) => `vitae_http_requests_total{route="${route}",method="GET",status="${status}"}`;
    const work = async () => {
      await app.fetch(new Request(`${app.origin}/resumes/none-of-that-id`, { headers: { cookie: 'no=session' } }));
      await app.fetch(new Request(`${app.origin}/sign-in`));
      await app.fetch(new Request(`${app.origin}/no-such-page`));
    };
    expect(await grows([series('/resumes/:id', 303), series('/sign-in', 200), series('/**', 404)], work)).toEqual([1, 1, 1]);
    const seconds = 'vitae_http_request_duration_seconds_count{route="/sign-in"}';
    expect(await grows(seconds, () => app.fetch(new Request(`${app.origin}/sign-in`)))).toEqual([1]);
  });

  it.each([
    ['authorization_code', () => connect(app, ada)],
    [
      'refresh_token',
      async () => {
        const { oauth, refreshToken } = await connect(app, ada);
        await oauth.refresh(refreshToken);
      },
    ],
  ])('count tokens issued by %s', async (grantType, work) => {
    expect(await grows(`vitae_tokens_issued_total{grant_type="${grantType}"}`, work)).toEqual([1]);
  });

  it.each([
    ['authorization_code', 'unknown_code', { code: 'nobody-has-it', redirect_uri: 'https://x.example', code_verifier: 'v'.repeat(43) }],
    ['authorization_code', 'client_unknown', { code: 'x', client_id: 'nobody' }],
    ['other', 'unsupported_grant_type', { username: 'ada', password: 'x' }, 'password'],
  ])('count tokens refused by %s: %s', async (grantType, reason, parameters, sent = grantType) => {
    const series = `vitae_tokens_refused_total{grant_type="${grantType}",reason="${reason}"}`;
    expect(await grows(series, () => token({ grant_type: sent, ...parameters }))).toEqual([1]);
  });

  it('know every reason that a check of the token endpoint gives', () => {
    const reasons = CHECKS_OF_TOKENS.flatMap((name) => {
      const text = readFileSync(new URL(`../../src/authorization-server/${name}`, import.meta.url), 'utf8');
      return Array.from(text.matchAll(/new OAuthError\([^;]*?, '([a-z_]+)'\);/g), ([, reason = '']) => reason);
    });
    expect(reasons.length).toBeGreaterThan(6);
    expect(reasons.filter((reason) => !TOKEN_REFUSALS.includes(reason))).toEqual([]);
  });

  it('count a refresh token that comes back', async () => {
    const { oauth, refreshToken } = await connect(app, ada);
    await oauth.revoke(refreshToken);
    const series = 'vitae_tokens_refused_total{grant_type="refresh_token",reason="grant_not_live"}';
    const refresh = () => oauth.refresh(refreshToken).catch(() => undefined);
    expect(await grows(series, refresh)).toEqual([1]);
    // The same once more is refused from memory.
    expect(await grows([series, 'vitae_cache_lookups_total{cache="dead_token_requests",result="hit"}'], refresh)).toEqual([0, 1]);
  });

  it('count how authorization requests end', async () => {
    const series = ['allowed', 'denied', 'refused'].map((outcome) => `vitae_authorizations_total{outcome="${outcome}"}`);
    const client = await createOAuthClient(app);
    const work = async () => {
      await consent(ada, await client.createRequest());
      await consent(ada, await client.createRequest(), {}, 'Deny');
      await ada.browser.open((await client.createRequest({ code_challenge_method: 'plain' })).url).catch(() => undefined);
    };
    expect(await grows(series, work)).toEqual([1, 1, 1]);
  });

  it('count sign-ups, sign-ins and registrations, and what came of them', async () => {
    const series = [
      'vitae_sign_ups_total{outcome="allowed"}',
      'vitae_sign_ins_total{method="password",outcome="allowed"}',
      'vitae_sign_ins_total{method="password",outcome="refused"}',
      'vitae_client_registrations_total{outcome="allowed"}',
      'vitae_client_registrations_total{outcome="refused"}',
    ];
    const work = async () => {
      const person = await signUp(app);
      const page = await app.createBrowser().open('/sign-in');
      await page.press('Sign in', { Email: person.email, Password: person.password });
      await (await app.createBrowser().open('/sign-in')).press('Sign in', { Email: person.email, Password: 'not the password' });
      await createOAuthClient(app);
      await post('/api/auth/oauth2/register', { redirect_uris: ['javascript:alert(1)'] });
    };
    expect(await grows(series, work)).toEqual([1, 1, 1, 1, 1]);
  });

  it.each([
    ['mcp', 'no_credentials', {}],
    ['mcp', 'access_token_refused:malformed', { authorization: 'Bearer not-a-token' }],
    ['mcp', 'api_key_refused:unknown', { 'x-api-key': `vitae_${'k'.repeat(48)}` }],
    ['mcp', 'foreign_origin', { origin: 'https://elsewhere.example' }],
  ])('count what is refused at the MCP endpoint: %s, %s', async (realm, reason, headers) => {
    expect(await grows(`vitae_access_refusals_total{realm="${realm}",reason="${reason}"}`, () => callTool('whoami', {}, headers))).toEqual([
      1,
    ]);
  });

  it('count what is refused at the API', async () => {
    const work = () =>
      app.fetch(new Request(`${app.origin}/api/v1/resumes`, { headers: { authorization: `Bearer ${connected.accessToken}` } }));
    expect(await grows('vitae_access_refusals_total{realm="api",reason="unsupported_scheme"}', work)).toEqual([1]);
  });

  it('count calls of tools, and the time they take', async () => {
    const calls = (tool: string, outcome: string) => `vitae_tool_calls_total{tool="${tool}",outcome="${outcome}"}`;
    const series = [
      calls('list_resumes', 'ok'),
      calls('read_resume', 'invalid'),
      calls('read_resume', 'refused'),
      calls('delete_resume', 'not_permitted'),
      'vitae_tool_call_duration_seconds_count{tool="list_resumes"}',
    ];
    const reader = await connect(app, ada, { scope: 'resumes:read' });
    const work = async () => {
      await callTool('list_resumes', {});
      await callTool('read_resume', { id: 7 });
      await callTool('read_resume', { id: '00000000-0000-4000-8000-000000000000' });
      await callTool('delete_resume', { id: 'x' }, { authorization: `Bearer ${reader.accessToken}` });
    };
    expect(await grows(series, work)).toEqual([1, 1, 1, 1, 1]);
  });

  it('count what caches answer and what they do not, and how much they hold', async () => {
    const lookups = (cache: string, result: string) => `vitae_cache_lookups_total{cache="${cache}",result="${result}"}`;
    const { accessToken } = await connect(app, ada);
    const call = () => callTool('whoami', {}, { authorization: `Bearer ${accessToken}` });
    const series = [lookups('verified_tokens', 'miss'), lookups('verified_tokens', 'hit'), 'vitae_cache_entries{cache="verified_tokens"}'];
    expect(await grows(series, async () => (await call(), await call()))).toEqual([1, 1, 1]);

    const url = 'https://client.test/document.json';
    host.serve(url, { client_id: url, client_name: 'Document', redirect_uris: ['https://client.test/back'] });
    const open = async () => {
      const client = await createOAuthClient(app, { client_id: url, redirect_uris: ['https://client.test/back'] });
      await ada.browser.open((await client.createRequest({ redirect_uri: 'https://client.test/back' })).url);
    };
    const documents = [
      lookups('client_documents', 'miss'),
      'vitae_client_metadata_fetches_total{outcome="fetched"}',
      'vitae_client_metadata_fetch_duration_seconds_count',
    ];
    expect(await grows(documents, open)).toEqual([1, 1, 1]);
    const [hits = 0] = await grows(lookups('client_documents', 'hit'), open);
    expect(hits).toBeGreaterThan(0);

    const list = () => app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { 'x-api-key': key }));
    await list();
    expect(await grows(lookups('mcp_lists', 'hit'), list)).toEqual([1]);
    const [remembered = 0] = await grows(
      lookups('remembered_reads', 'hit'),
      async () => (await connect(app, ada), await connect(app, ada)),
    );
    expect(remembered).toBeGreaterThan(0);
  });

  it('say how late a revocation by another instance counted here, and that the feed listens', async () => {
    const { accessToken } = await connect(app, ada);
    const call = () => callTool('whoami', {}, { authorization: `Bearer ${accessToken}` });
    await call();
    const { accessToken: other } = await connect(app, ada);
    const work = async () => {
      const ends = new Date(Date.now() + 900_000);
      await app.db.orm.insert(revocation).values({ subjectType: 'grant', subjectId: 'elsewhere', revokedAt: new Date(), expiresAt: ends });
      await callTool('whoami', {}, { authorization: `Bearer ${other}` });
      await expect.poll(async () => (await call()).status).toBe(200);
    };
    const [count = 0, late = 0] = await grows(
      ['vitae_revocation_lag_seconds_count', 'vitae_revocation_lag_seconds_bucket{le="+Inf"}'],
      work,
    );
    expect(count).toBeGreaterThan(0);
    expect(late).toBe(count);
    const reading = await readMetrics(app);
    expect(reading.get('vitae_revocation_feed{state="listening"}')).toBe(1);
    expect(reading.get('vitae_revocation_feed{state="polling"}')).toBe(0);
  });

  it('say what the janitor did and when', async () => {
    const series = ['vitae_janitor_runs_total{outcome="completed"}', 'vitae_janitor_duration_seconds_count'];
    const before = Date.now() / 1000;
    expect(await grows(series, () => app.sweep())).toEqual([1, 1]);
    expect((await readMetrics(app)).get('vitae_janitor_last_run_timestamp_seconds')).toBeGreaterThanOrEqual(Math.floor(before));
  });

  it('count what a limit refuses', async () => {
    const guess = async () => {
      for (let call = 0; call < 200; call += 1) await callTool('whoami', {}, { 'x-api-key': `vitae_${'g'.repeat(48)}` });
    };
    const [refused = 0] = await grows('vitae_limited_total{limit="apiKeyGuess"}', guess);
    expect(refused).toBeGreaterThan(0);
  });

  it('say which database it is, and how its pool and disk are', async () => {
    const reading = await readMetrics(app);
    expect(reading.get(`vitae_build_info{version="0.0.0",database="${app.db.kind}"}`)).toBe(1);
    const pool = app.db.readPool();
    const states = ['total', 'idle', 'waiting'].map((state) => reading.get(`vitae_database_pool_connections{state="${state}"}`));
    expect(states).toEqual(pool === null ? [0, 0, 0] : [pool.total, pool.idle, 0]);
    expect(reading.get('vitae_database_pool_limit')).toBe(pool?.limit ?? 0);
  });
});

describe('strangers', () => {
  // proves observability:closed-labels
  it('make no series, whatever names they choose', async () => {
    const noise = async (seed: string) => {
      await app.fetch(new Request(`${app.origin}/${seed}`));
      await app.fetch(new Request(`${app.origin}/.well-known/${seed}`));
      await app.fetch(new Request(`${app.origin}/r/${seed}/${seed}`));
      await app.fetch(new Request(`${app.origin}/resumes/${seed}`, { method: 'PURGE' }));
      await app.fetch(new Request(`${app.origin}/api/v1/${seed}`, { headers: { 'x-api-key': seed } }));
      await callTool(`tool-${seed}`, {});
      await callTool('read_resume', { [seed]: seed });
      await callTool('whoami', {}, { authorization: `${seed} ${seed}` });
      await token({ grant_type: seed, client_id: seed });
      await token({ grant_type: 'refresh_token', client_id: `https://${seed}.example/client.json`, refresh_token: seed });
      await post('/api/auth/oauth2/register', { client_name: seed, redirect_uris: [`https://${seed}.example/callback`] });
      await post('/api/auth/sign-in/email', { email: `${seed}@example.org`, password: seed });
    };
    await noise('first');
    const before = await readMetrics(app);
    for (let round = 0; round < 8; round += 1) await noise(`seed-${round}-${'x'.repeat(round)}`);
    const after = await readMetrics(app);
    // What a limit begins to refuse adds a status to a route that there is.
    const grown = [...after.keys()].filter((series) => series.startsWith('vitae_') && !before.has(series));
    expect(grown.filter((series) => !/status="(?:429|503)"/.test(series))).toEqual([]);
    expect([...after.keys()].filter((series) => series.includes('seed-'))).toEqual([]);
  });
});

describe('a counter', () => {
  it('counts what is none of its values as other', async () => {
    const metrics = createMetrics();
    const count = metrics.counter('vitae_tokens_issued_total', { grant_type: ['refresh_token'] });
    count({ grant_type: 'refresh_token' });
    count({ grant_type: 'made up' });
    count({ grant_type: 'made\nup "too"' }, 2);
    const reading = parseMetrics((await metrics.expose()).body);
    expect(reading.get('vitae_tokens_issued_total{grant_type="refresh_token"}')).toBe(1);
    expect(reading.get('vitae_tokens_issued_total{grant_type="other"}')).toBe(3);
  });

  it('stands at 0 before the first event', async () => {
    const metrics = createMetrics();
    metrics.counter('vitae_mails_total', { outcome: ['sent', 'failed'] });
    const reading = parseMetrics((await metrics.expose()).body);
    expect(reading.get('vitae_mails_total{outcome="failed"}')).toBe(0);
  });
});

describe('a gauge', () => {
  it('that can not be read has no value, and keeps nobody from the others', async () => {
    const metrics = createMetrics();
    metrics.gauge('vitae_data_disk_free_bytes', () => Promise.reject(new Error('on purpose')));
    metrics.gauge('vitae_data_disk_size_bytes', () => [[{}, 7]]);
    const reading = parseMetrics((await metrics.expose()).body);
    expect(reading.has('vitae_data_disk_free_bytes')).toBe(false);
    expect(reading.get('vitae_data_disk_size_bytes')).toBe(7);
  });
});
