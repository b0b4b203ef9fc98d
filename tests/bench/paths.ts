import type { Connection, Operation, Received, Sent } from './load.ts';
import { ORIGIN, RESUMES, type Inhabitant, type World } from './world.ts';

/** Something that the benchmark measures. */
export interface Path {
  readonly name: string;
  readonly of: 'server' | 'parts';
  /** The part that it can't be cheaper than; null for the parts themselves. */
  readonly part: string | null;
  /** The most it may cost the server process, in milliseconds of processor time; null: nobody has said. */
  readonly targetMs: number | null;
  readonly stretchMs: number | null;
  /** Makes the operation of one caller, who has a connection of their own. */
  prepare(world: World, caller: Inhabitant): Operation;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' };
const REVISION = { legacy: '2025-11-25', modern: '2026-07-28' } as const;

/** One JSON-RPC request as a client of that era sends it. */
function mcp(era: keyof typeof REVISION, method: string, params: Record<string, unknown>, credential: Record<string, string>): Sent {
  const meta = { 'io.modelcontextprotocol/protocolVersion': REVISION.modern, 'io.modelcontextprotocol/clientCapabilities': {} };
  const name = params['name'];
  return {
    method: 'POST',
    path: '/mcp',
    headers: {
      'content-type': JSON_TYPE,
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': REVISION[era],
      ...(era === 'modern' && { 'mcp-method': method, ...(typeof name === 'string' && { 'mcp-name': name }) }),
      ...credential,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: era === 'modern' ? { ...params, _meta: meta } : params }),
  };
}

function requireStatus(answer: Received, status: number): void {
  if (answer.status !== status) throw new Error(`answered ${answer.status} instead of ${status}: ${answer.body.slice(0, 500)}`);
}

function read(answer: Received, status = 200): Record<string, unknown> {
  requireStatus(answer, status);
  return JSON.parse(answer.body) as Record<string, unknown>;
}

function requireThat(holds: boolean, answer: Received): void {
  if (!holds) throw new Error(`answered something else: ${answer.status} ${answer.body.slice(0, 500)}`);
}

/** The same request again and again, and what every answer must be. */
const repeated = (request: Sent, check: (answer: Received) => void): Operation => {
  return async (connection) => check(await connection.send(request));
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function checkTools(answer: Received): void {
  const { result } = read(answer) as { result?: { tools?: { name: string }[] } };
  requireThat(result?.tools?.some(({ name }) => name === 'list_resumes') === true && result.tools.length > 10, answer);
}

function checkResumes(answer: Received): void {
  const { result } = read(answer) as { result?: { structuredContent?: { resumes?: unknown[] } } };
  requireThat(result?.structuredContent?.resumes?.length === RESUMES, answer);
}

const listTools = (era: keyof typeof REVISION) => (_world: World, caller: Inhabitant) =>
  repeated(mcp(era, 'tools/list', {}, bearer(caller.accessToken)), checkTools);

const listResumes = (credential: (caller: Inhabitant) => Record<string, string>) => (_world: World, caller: Inhabitant) =>
  repeated(mcp('legacy', 'tools/call', { name: 'list_resumes', arguments: { limit: RESUMES } }, credential(caller)), checkResumes);

/** Every answer must be the first one again, letter for letter: reading its JSON each time would cost the caller more than the server. */
const getDocument = (path: string, member: string) => () => {
  let first: string | null = null;
  return repeated({ method: 'GET', path }, (answer) => {
    requireStatus(answer, 200);
    if (first === null) requireThat(Object.hasOwn(read(answer), member), answer);
    first ??= answer.body;
    requireThat(answer.body === first, answer);
  });
};

/** @returns the tokens of the answer */
async function askForTokens(connection: Connection, fields: Record<string, string>) {
  const answer = await connection.send({
    method: 'POST',
    path: '/api/auth/oauth2/token',
    headers: { 'content-type': FORM_TYPE },
    body: new URLSearchParams(fields).toString(),
  });
  const { access_token, refresh_token } = read(answer) as { access_token?: string; refresh_token?: string };
  requireThat(access_token !== undefined && access_token.split('.').length === 3 && refresh_token !== undefined, answer);
  return { refreshToken: refresh_token ?? '' };
}

const refresh = (_world: World, caller: Inhabitant): Operation => {
  return async (connection) => {
    const { refreshToken } = await askForTokens(connection, {
      grant_type: 'refresh_token',
      refresh_token: caller.refreshToken,
      client_id: caller.clientId,
      resource: `${ORIGIN}/mcp`,
    });
    if (refreshToken === caller.refreshToken) throw new Error('the refresh token was not rotated');
    Object.assign(caller, { refreshToken });
  };
};

/** @returns where the person is sent */
async function authorize(connection: Connection, url: URL, cookie?: string): Promise<URL> {
  const headers = { ...NAVIGATION, ...(cookie !== undefined && { cookie }) };
  const answer = await connection.send({ method: 'GET', path: `${url.pathname}${url.search}`, headers });
  requireStatus(answer, 302);
  return new URL(String(answer.headers['location']), ORIGIN);
}

const authorizeRemembered =
  ({ webClient }: World, { cookie }: Inhabitant): Operation =>
  async (connection) => {
    const request = await webClient.createRequest();
    const callback = await authorize(connection, request.url, cookie);
    if (callback.searchParams.get('state') !== request.state || !callback.searchParams.has('code'))
      throw new Error(`sent to ${callback.href}`);
  };

const login =
  ({ webClient }: World, { cookie }: Inhabitant): Operation =>
  async (connection) => {
    const request = await webClient.createRequest();
    const callback = await authorize(connection, request.url, cookie);
    if (callback.searchParams.get('state') !== request.state) throw new Error(`sent to ${callback.href}`);
    await askForTokens(connection, {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: webClient.redirectUri,
      code_verifier: request.codeVerifier,
      client_id: webClient.client.client_id,
      resource: `${ORIGIN}/mcp`,
    });
  };

const authorizeSignedOut =
  ({ webClient }: World): Operation =>
  async (connection) => {
    const request = await webClient.createRequest();
    const page = await authorize(connection, request.url);
    if (page.pathname !== '/sign-in' || !page.searchParams.has('sig')) throw new Error(`sent to ${page.href}`);
  };

/** Half of the time for which a request that somebody was sent to the consent page with is good. */
const ASKED_ANEW_MS = 5 * 60_000;

/** A person looks at what an app asks for, and has not decided. */
const openConsent = ({ webClient }: World, { cookie }: Inhabitant): Operation => {
  let asked: { readonly page: Promise<URL>; readonly at: number } | null = null;
  return async (connection) => {
    if (asked === null || performance.now() - asked.at > ASKED_ANEW_MS) {
      const page = webClient.createRequest({ prompt: 'consent' }).then(({ url }) => authorize(connection, url, cookie));
      asked = { page, at: performance.now() };
    }
    const { pathname, search } = await asked.page;
    const answer = await connection.send({ method: 'GET', path: `${pathname}${search}`, headers: { ...NAVIGATION, cookie } });
    requireStatus(answer, 200);
    const listed = answer.body.split('name="resume" value="').length - 1;
    requireThat(pathname === '/consent' && answer.body.includes('value="allow"') && listed === RESUMES, answer);
  };
};

const register = (_world: World, caller: Inhabitant): Operation => {
  let number = 0;
  return async (connection) => {
    number += 1;
    const answer = await connection.send({
      method: 'POST',
      path: '/api/auth/oauth2/register',
      headers: { 'content-type': JSON_TYPE },
      // A name that nobody had before: the same registration again would be answered with the client there is.
      body: JSON.stringify({
        client_name: `Client ${caller.clientId.slice(0, 8)} ${process.pid} ${Date.now()} ${number}`,
        redirect_uris: ['http://127.0.0.1:33418/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      }),
    });
    requireThat(typeof read(answer, 201)['client_id'] === 'string', answer);
  };
};

const part = (name: string, prepare: Path['prepare']): Path => ({
  name,
  of: 'parts',
  part: null,
  targetMs: null,
  stretchMs: null,
  prepare,
});

const postJson = (path: string, token: string): Sent => ({
  method: 'POST',
  path,
  headers: { 'content-type': JSON_TYPE, ...bearer(token) },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
});

const HELLO = 'h3 hello';
const VERIFY = 'h3 + JWT verify';
const QUERY = 'h3 + JWT verify + the query';
const ISSUE = 'h3 + one statement + sign';

/** In the order in which a round measures them: each part stands near what is compared with it. */
export const PATHS: readonly Path[] = [
  part(HELLO, () => repeated({ method: 'GET', path: '/hello' }, (answer) => requireThat(answer.body === 'hello', answer))),
  {
    name: 'authorization-server metadata',
    of: 'server',
    part: HELLO,
    targetMs: null,
    stretchMs: null,
    prepare: getDocument('/.well-known/oauth-authorization-server', 'issuer'),
  },
  { name: 'JWKS', of: 'server', part: HELLO, targetMs: null, stretchMs: null, prepare: getDocument('/api/auth/jwks', 'keys') },
  part(VERIFY, ({ partToken }) =>
    repeated(postJson('/verify', partToken), (answer) => requireThat(typeof read(answer)['sub'] === 'string', answer)),
  ),
  { name: '`tools/list`, Bearer', of: 'server', part: VERIFY, targetMs: 0.45, stretchMs: 0.2, prepare: listTools('legacy') },
  { name: '`tools/list`, Bearer, 2026-07-28', of: 'server', part: VERIFY, targetMs: 0.45, stretchMs: 0.2, prepare: listTools('modern') },
  part(QUERY, ({ partToken }) =>
    repeated(postJson('/list', partToken), (answer) => requireThat((read(answer)['resumes'] as unknown[]).length === RESUMES, answer)),
  ),
  {
    name: '`list_resumes`, Bearer',
    of: 'server',
    part: QUERY,
    targetMs: 0.6,
    stretchMs: 0.45,
    prepare: listResumes(({ accessToken }) => bearer(accessToken)),
  },
  {
    name: '`list_resumes`, `x-api-key`',
    of: 'server',
    part: QUERY,
    targetMs: 0.69,
    stretchMs: 0.45,
    prepare: listResumes(({ apiKey }) => ({ 'x-api-key': apiKey })),
  },
  part(ISSUE, () =>
    repeated(
      { method: 'POST', path: '/issue', headers: { 'content-type': FORM_TYPE }, body: 'grant_type=refresh_token&refresh_token=old' },
      (answer) => requireThat(String(read(answer)['access_token']).split('.').length === 3, answer),
    ),
  ),
  { name: 'refresh', of: 'server', part: ISSUE, targetMs: 1.4, stretchMs: 0.5, prepare: refresh },
  { name: 'authorize, remembered', of: 'server', part: ISSUE, targetMs: null, stretchMs: null, prepare: authorizeRemembered },
  { name: 'authorize, remembered, and its code', of: 'server', part: ISSUE, targetMs: 3.4, stretchMs: 1, prepare: login },
  { name: 'authorize, signed out', of: 'server', part: HELLO, targetMs: null, stretchMs: null, prepare: authorizeSignedOut },
  { name: 'consent page', of: 'server', part: HELLO, targetMs: 20, stretchMs: 5, prepare: openConsent },
  { name: 'registration', of: 'server', part: ISSUE, targetMs: 0.55, stretchMs: 0.3, prepare: register },
];

/** Those whose cost could grow with what the database holds. */
export const GROWN: readonly Path[] = PATHS.filter(
  ({ name, of }) => of === 'server' && /list_resumes|refresh|authorize|registration/.test(name),
);
