import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { connect, createOAuthClient, type TestOAuthClient } from '../support/oauth.ts';
import { expectNoInsides } from './support/attack.ts';
import { AUTHORIZE, CONSENT, INTROSPECT, REDIRECT_URI, REGISTER, REVOKE, TOKEN, createVerifier, register } from './support/requests.ts';

/** Inputs for each endpoint: a few in every run of the tests, many by `pnpm fuzz`. `FUZZ_SEED` repeats a run. */
const RUNS = Number(process.env['FUZZ'] ?? 150);
const SEED = process.env['FUZZ_SEED'] === undefined ? undefined : Number(process.env['FUZZ_SEED']);
/** No answer takes longer, however it is asked; a request that hangs ends the run. */
const HANG_MS = 10_000;
const TEST_MS = 60_000 + RUNS * 1_000;

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '\uD800',
    '\uFEFF',
    '%00',
    '../..',
    "' or 1=1 --",
    '{}',
    '[]',
    'null',
    '-1',
    '1e309',
    '__proto__',
    'x'.repeat(5_000),
  ),
);
const oddJson = fc.oneof({ weight: 2, arbitrary: oddText }, fc.jsonValue({ maxDepth: 3 }));

/** A value mostly as it should be, sometimes cut, doubled, damaged or something else altogether. */
const damaged = (right: string) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: oddText },
    { weight: 1, arbitrary: fc.nat({ max: Math.max(right.length - 1, 0) }).map((end) => right.slice(0, end)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat({ max: Math.max(right.length - 1, 0) }), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }))
        .map(([at, character]) => right.slice(0, at) + character + right.slice(at + 1)),
    },
  );

/** Parameters as a client would send them: some damaged, some left out, some twice, some nobody knows. */
const parameters = (right: Readonly<Record<string, string>>) => {
  const known = Object.entries(right).map(([name, value]) =>
    fc.oneof(
      { weight: 8, arbitrary: damaged(value).map((each) => [[name, each]] as [string, string][]) },
      { weight: 1, arbitrary: fc.constant<[string, string][]>([]) },
      {
        weight: 1,
        arbitrary: fc.tuple(damaged(value), damaged(value)).map((both) => both.map((each) => [name, each] as [string, string])),
      },
    ),
  );
  const unknown = fc.array(fc.tuple(fc.oneof(oddText, fc.constantFrom('request', 'request_uri', 'claims', 'dpop_jkt')), oddText), {
    maxLength: 3,
  });
  return fc.tuple(...known, unknown).map((groups) => groups.flat());
};

/** The same for a JSON body. */
const members = (right: Readonly<Record<string, unknown>>) => {
  const known = Object.entries(right).map(([name, value]) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<[string, unknown][]>([[name, value]]) },
      { weight: 2, arbitrary: oddJson.map((each) => [[name, each]] as [string, unknown][]) },
      { weight: 1, arbitrary: fc.constant<[string, unknown][]>([]) },
    ),
  );
  const unknown = fc.array(fc.tuple(oddText, oddJson), { maxLength: 3 });
  return fc.tuple(...known, unknown).map((groups) => JSON.stringify(Object.fromEntries(groups.flat())));
};

const NAVIGATION = { accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' };

describe('whatever is sent', () => {
  let app: TestApp;
  let person: Person;
  let cookie: string;
  let clientId: string;
  let accessToken: string;
  let refreshToken: string;
  let key: string;
  let oauth: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp();
    person = await signUp(app);
    cookie = person.browser.cookies.header() ?? '';
    key = await createApiKey(person);
    ({ client_id: clientId } = await register(app, { redirect_uris: [REDIRECT_URI] }));
    ({ accessToken, refreshToken, oauth } = await connect(app, person));
  });
  afterAll(() => app.close());

  /** Sends it and holds what every answer keeps. */
  async function send(path: string, init: RequestInit, allowed: readonly string[] = []): Promise<Response> {
    const request = new Request(new URL(path, app.origin), init);
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer from ${path}`)), HANG_MS);
    });
    const response = await Promise.race([app.fetch(request), hang]).finally(() => clearTimeout(timer));
    expect(response.status).toBeLessThan(500);
    const target = new URL(response.headers.get('location') ?? '/', app.origin);
    expect([app.origin, ...allowed].some((place) => target.origin === place || `${target.origin}${target.pathname}` === place)).toBe(true);
    expectNoInsides(await response.clone().text());
    return response;
  }
  const expectAlways = <Input>(input: fc.Arbitrary<Input>, work: (input: Input) => Promise<void>) =>
    fc.assert(fc.asyncProperty(input, work), { numRuns: RUNS, ...(SEED !== undefined && { seed: SEED }) });
  const post = (path: string, contentType: string, body: string, headers: Record<string, string> = {}) =>
    send(path, { method: 'POST', headers: { 'content-type': contentType, ...headers }, body });
  const postForm = (path: string, entries: [string, string][], headers: Record<string, string> = {}) =>
    post(path, 'application/x-www-form-urlencoded', new URLSearchParams(entries).toString(), headers);
  const ownHeaders = () => ({ cookie, origin: app.origin, 'sec-fetch-site': 'same-origin' });

  // proves fuzz:no-server-error
  it('as an authorization request is answered, and leads to the registered address or to a page of ours', { timeout: TEST_MS }, () => {
    const right = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: REDIRECT_URI,
      scope: 'resumes:read offline_access',
      state: 'a state',
      code_challenge: createVerifier().challenge,
      code_challenge_method: 'S256',
      resource: app.mcpUrl,
      prompt: 'login',
    };
    return expectAlways(fc.tuple(parameters(right), fc.boolean()), async ([entries, isSignedIn]) => {
      const query = new URLSearchParams(entries).toString();
      const headers = isSignedIn ? { ...NAVIGATION, cookie } : NAVIGATION;
      await send(`${AUTHORIZE}?${query}`, { headers, redirect: 'manual' }, [REDIRECT_URI]);
    });
  });

  it('as a token request is answered, and never with a token for a damaged one', { timeout: TEST_MS }, () => {
    const right = {
      grant_type: 'authorization_code',
      client_id: clientId,
      code: 'A'.repeat(32),
      redirect_uri: REDIRECT_URI,
      code_verifier: createVerifier().verifier,
      resource: app.mcpUrl,
      refresh_token: 'vitae_rt_unknown',
    };
    const authorization = fc.oneof(
      fc.constant(null),
      oddText.map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
    );
    return expectAlways(fc.tuple(parameters(right), authorization), async ([entries, basic]) => {
      const response = await postForm(TOKEN, entries, basic === null ? {} : { authorization: basic });
      expect(response.status).toBeGreaterThanOrEqual(400);
    });
  });

  it('as a revocation or introspection is answered', { timeout: TEST_MS }, () => {
    const right = { token: accessToken, client_id: clientId, token_type_hint: 'access_token' };
    return expectAlways(
      fc.tuple(parameters(right), fc.constantFrom(REVOKE, INTROSPECT)),
      async ([entries, path]) => void (await postForm(path, entries)),
    );
  });

  it('as a registration is answered, and registers no address that is not allowed', { timeout: TEST_MS }, () => {
    const right = {
      client_name: 'Fuzz',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'web',
      scope: 'resumes:read',
      client_uri: 'https://client.example',
      contacts: ['ops@client.example'],
      jwks: { keys: [] },
    };
    return expectAlways(fc.oneof({ weight: 8, arbitrary: members(right) }, oddText), async (body) => {
      const response = await post(REGISTER, 'application/json', body);
      if (response.status !== 201) return;
      const answer = (await response.json()) as { readonly redirect_uris: readonly string[] };
      for (const uri of answer.redirect_uris) expect(uri).not.toMatch(/^(?:javascript|data|file|vbscript|blob):|\*|#/i);
    });
  });

  it('as a consent is answered without a code', { timeout: TEST_MS }, async () => {
    const client = await createOAuthClient(app);
    const page = await person.browser.open((await client.createRequest()).url);
    const right = {
      accept: true,
      oauth_query: page.url.search.slice(1).replace(/sig=[^&]*/, 'sig=forged'),
      scope: 'resumes:read',
      resumes: 'all',
      mode: 'edit',
    };
    await expectAlways(members(right), async (body) => {
      const response = await post(CONSENT, 'application/json', body, ownHeaders());
      expect(await response.text()).not.toMatch(/[?&]code=/);
    });
    const csrf = page.document.querySelector('input[name="csrf"]')?.getAttribute('value') ?? '';
    const fields = { csrf, oauth_query: right.oauth_query, scope: 'resumes:read', resumes: 'all', mode: 'edit', decision: 'allow' };
    await expectAlways(parameters(fields), async (entries) => {
      const response = await postForm('/consent', entries, ownHeaders());
      expect(await response.text()).not.toMatch(/[?&]code=/);
    });
  });

  it('as an access token or key opens nothing when it is damaged', { timeout: TEST_MS }, () => {
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const part = (text: string) =>
      fc.oneof(
        damaged(text),
        oddJson.map((json) => Buffer.from(JSON.stringify(json) ?? '').toString('base64url')),
      );
    const token = fc.tuple(part(header), part(payload), part(signature)).map((parts) => parts.join('.'));
    const credential = fc.oneof(
      token.map((text) => ({ authorization: `Bearer ${text}`, isRight: text === accessToken })),
      damaged(key).map((text) => ({ 'x-api-key': text, isRight: text === key })),
    );
    return expectAlways(credential, async ({ isRight, ...headers }) => {
      const sendable = Object.entries(headers).every(([name, value]) => {
        try {
          return new Headers({ [name]: value }).get(name) === value;
        } catch {
          // No client can send it.
          return false;
        }
      });
      if (!sendable) return;
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
      const accept = { accept: 'application/json, text/event-stream' };
      const response = await post('/mcp', 'application/json', body, { ...headers, ...accept });
      expect(response.status === 200).toBe(isRight);
    });
  });

  it('as an MCP message is answered', { timeout: TEST_MS }, () => {
    const methods = fc.constantFrom(
      'initialize',
      'ping',
      'tools/list',
      'tools/call',
      'resources/read',
      'prompts/get',
      'completion/complete',
      'no/such',
    );
    const params = members({
      name: 'read_resume',
      arguments: { id: 'x' },
      uri: 'resume://x',
      ref: { type: 'ref/resource', uri: 'resume://{id}' },
      argument: { name: 'id', value: 'x' },
    });
    const message = fc
      .tuple(methods, params, fc.oneof(fc.nat(), oddText, fc.constant(null)), fc.constantFrom('2.0', '1.0', 2))
      .map(([method, given, id, jsonrpc]) => JSON.stringify({ jsonrpc, id, method, params: JSON.parse(given) as unknown }));
    const body = fc.oneof(
      { weight: 6, arbitrary: message },
      fc.array(message, { maxLength: 3 }).map((batch) => `[${batch.join(',')}]`),
      oddText,
    );
    const revision = fc.constantFrom(null, '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28', '1999-01-01', 'x');
    return expectAlways(fc.tuple(body, revision), async ([text, version]) => {
      const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json, text/event-stream' };
      await post('/mcp', 'application/json', text, version === null ? headers : { ...headers, 'mcp-protocol-version': version });
    });
  });

  it.each([CONSENT, '/api/auth/sign-in/email', '/api/auth/sign-up/email', '/api/auth/oauth2/continue'])(
    'as a signed query that is no text at %s is refused',
    async (path) => {
      for (const query of [[{}], {}, 7, true, [['a']]]) {
        const body = JSON.stringify({ accept: true, email: 'x@example.org', password: 'long enough', name: 'X', oauth_query: query });
        expect((await post(path, 'application/json', body, ownHeaders())).status).toBe(400);
      }
    },
  );

  it('leaves the connection as it was', async () => {
    expect(await oauth.refresh(refreshToken)).toMatchObject({ token_type: 'bearer' });
  });
});
