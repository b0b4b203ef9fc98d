import { createApiKey, signUp } from '../../support/app.ts';
import type { Site } from '../../support/browser.ts';
import { connect, consent, createOAuthClient } from '../../support/oauth.ts';
import { bearer, callTool, postForm, refreshWith, toAnswer, type Answer } from './answers.ts';

/** One route, asked as somebody does who is in the middle of using it. */
export interface Probe {
  readonly name: string;
  send(): Promise<Answer>;
  /** Whether the answer is that of a good day. */
  isWell(answer: Answer): boolean;
  /** Whether it can be answered from memory or not at all. */
  readonly needsDatabase: boolean;
}

const isOk = ({ status }: Answer) => status === 200;

/** Every kind of route there is. Those that use something up have a thing of their own, good for one success. */
export async function createProbes(site: Site): Promise<readonly Probe[]> {
  const person = await signUp(site);
  const { accessToken, oauth, refreshToken } = await connect(site, person);
  const other = await connect(site, person);
  const key = await createApiKey(person);
  const asking = await (await createOAuthClient(site)).createRequest();
  const consentPage = await person.browser.open(asking.url);
  const exchanging = await createOAuthClient(site);
  const exchange = await exchanging.createRequest();
  const callback = await consent(person, exchange);

  const get = (path: string, headers: Record<string, string> = {}) =>
    toAnswer(() => site.fetch(new Request(new URL(path, site.origin), { headers, redirect: 'manual' })));
  const page = (path: string): Probe => ({
    name: `page ${path}`,
    send: () => toAnswer(() => person.browser.fetch(path, { redirect: 'manual' })),
    isWell: isOk,
    needsDatabase: true,
  });
  const document = (path: string): Probe => ({ name: path, send: () => get(path), isWell: isOk, needsDatabase: false });

  return [
    { name: '/mcp with a token', send: () => callTool(site, bearer(accessToken)), isWell: isOk, needsDatabase: true },
    { name: '/mcp with a key', send: () => callTool(site, { 'x-api-key': key }), isWell: isOk, needsDatabase: true },
    { name: 'REST with a key', send: () => get('/api/v1/resumes', { 'x-api-key': key }), isWell: isOk, needsDatabase: true },
    { name: 'refresh', send: () => refreshWith(site, oauth, refreshToken), isWell: isOk, needsDatabase: true },
    {
      name: 'code exchange',
      send: () =>
        postForm(site, exchanging, 'token', {
          grant_type: 'authorization_code',
          code: callback.searchParams.get('code') ?? '',
          redirect_uri: exchanging.redirectUri,
          code_verifier: exchange.codeVerifier,
          resource: `${site.origin}/mcp`,
        }),
      isWell: isOk,
      needsDatabase: true,
    },
    { name: 'revoke', send: () => postForm(site, other.oauth, 'revoke', { token: other.refreshToken }), isWell: isOk, needsDatabase: true },
    {
      name: 'introspect',
      send: () => postForm(site, oauth, 'introspect', { token: refreshToken }),
      // A public client may not ask; that it is one stands in the database.
      isWell: ({ status }) => status === 401,
      needsDatabase: true,
    },
    {
      name: 'userinfo',
      send: () => get('/api/auth/oauth2/userinfo', bearer(accessToken)),
      isWell: ({ status }) => status === 400,
      needsDatabase: true,
    },
    {
      name: 'registration',
      send: () =>
        toAnswer(() =>
          site.fetch(
            new Request(`${site.origin}/api/auth/oauth2/register`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({
                client_name: 'Outage',
                redirect_uris: ['http://127.0.0.1/callback'],
                token_endpoint_auth_method: 'none',
              }),
            }),
          ),
        ),
      isWell: ({ status }) => status === 201,
      needsDatabase: true,
    },
    {
      name: 'authorize, signed out',
      send: () => get(`${asking.url.pathname}${asking.url.search}`),
      isWell: ({ status }) => status === 302,
      needsDatabase: true,
    },
    // A script of the page is told in JSON where to go.
    { ...page(`${asking.url.pathname}${asking.url.search}`), name: 'authorize, signed in' },
    {
      name: 'consent',
      send: () =>
        toAnswer(async () => {
          const next = await consentPage.press('Allow');
          return new Response(next.html, { status: next.leavesTo === null ? next.status : 200, headers: next.headers });
        }),
      isWell: isOk,
      needsDatabase: true,
    },
    {
      name: 'sign-in',
      send: () =>
        toAnswer(() =>
          person.browser.fetch('/api/auth/sign-in/email', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ email: person.email, password: person.password }),
          }),
        ),
      isWell: isOk,
      needsDatabase: true,
    },
    ...['/resumes', '/connections', '/activity', '/account', '/api-keys', '/connect'].map(page),
    { name: '/health/ready', send: () => get('/health/ready'), isWell: isOk, needsDatabase: true },
    ...[
      '/health/live',
      '/.well-known/oauth-protected-resource/mcp',
      '/.well-known/oauth-authorization-server',
      '/api/auth/jwks',
      '/api/openapi.json',
      '/mcp/server-card',
    ].map(document),
  ];
}
