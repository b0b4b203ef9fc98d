import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthClient } from '../../src/db/schema/auth.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { consent, createOAuthClient } from '../support/oauth.ts';

/**
 * The library's router is left out where it has nothing to say: every answer must be as if it had been asked. A query at the address of a
 * registration, and a type of a body that is not there, are nothing to anybody, but lead through it.
 */
let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const OF_ITS_OWN = /^(?:client_id|client_id_issued_at|client_secret|code|exp|sig|ba_iat)$/;

/** All of an answer that is not different each time. */
const shapeOf = async (answer: Response) => {
  const { location = null, ...headers } = Object.fromEntries(answer.headers);
  const leads = location === null ? null : new URL(location, app.origin);
  for (const name of leads?.searchParams.keys() ?? []) if (OF_ITS_OWN.test(name)) leads?.searchParams.set(name, 'its own');
  const text = (await answer.text())
    .replaceAll(/"(client_id|client_id_issued_at|client_secret)":(?:"[^"]*"|\d+)/g, '"$1":0')
    .replaceAll(/\b(code|exp|sig|ba_iat)=[^&"]*/g, '$1=0');
  return { status: answer.status, headers: { ...headers, 'x-request-id': null, 'content-length': null }, leads: leads?.href, text };
};

describe('a registration', () => {
  const REDIRECT = { redirect_uris: ['https://client.example/callback'] };
  const JSON_TYPE = { 'content-type': 'application/json' };
  const send = async (query: string, body: BodyInit, headers: Readonly<Record<string, string>>) => {
    const request = new Request(`${app.origin}/api/auth/oauth2/register${query}`, { method: 'POST', headers, body });
    if (!('content-type' in headers)) request.headers.delete('content-type');
    return shapeOf(await app.fetch(request));
  };

  it.each<[string, number, unknown, Readonly<Record<string, string>>?]>([
    ['of a public client', 201, { ...REDIRECT, token_endpoint_auth_method: 'none' }],
    ['of a client with a secret', 201, { ...REDIRECT, token_endpoint_auth_method: 'client_secret_post' }],
    ['of a client that answers at an address of its own', 201, { redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] }],
    ['of a type with more to it', 201, REDIRECT, { 'content-type': 'Application/JSON ; charset=utf-8' }],
    ['by a page of another site', 201, REDIRECT, { ...JSON_TYPE, origin: 'https://elsewhere.example', 'sec-fetch-mode': 'cors' }],
    ['by a page of another site, with a cookie', 403, REDIRECT, { ...JSON_TYPE, origin: 'https://elsewhere.example', cookie: 'a=b' }],
    ['after a mark of the byte order', 201, `\uFEFF${JSON.stringify(REDIRECT)}`],
    ['of another type', 415, REDIRECT, { 'content-type': 'text/plain' }],
    ['of a type that is almost the one', 415, REDIRECT, { 'content-type': 'application/merge+json' }],
    ['of no type', 415, REDIRECT, {}],
    ['that is not JSON', 400, '{'],
    ['of nothing', 400, ''],
    ['that is null', 400, 'null'],
    ['that is a list', 400, [REDIRECT]],
    ['that is text', 400, '"redirect_uris"'],
    ['without a redirect URI', 400, {}],
    ['of a redirect URI of another type', 400, { redirect_uris: 7 }],
    ['of a redirect URI that nobody may have', 400, { redirect_uris: ['http://elsewhere.example/'] }],
    ['of another grant', 400, { ...REDIRECT, grant_types: ['client_credentials'] }],
    ['of an unknown method', 400, { ...REDIRECT, token_endpoint_auth_method: 'magic' }],
    ['of a name of another type', 400, { ...REDIRECT, client_name: 7 }],
    ['of text that cannot be stored', 400, { ...REDIRECT, client_name: 'a\0b' }],
    ['with a query that was not signed', 201, { ...REDIRECT, oauth_query: 'client_id=x&sig=y' }],
    ['with an address of another site', 403, { ...REDIRECT, callbackURL: 'https://elsewhere.example/' }],
    ['with a member that every object has', 201, `{"redirect_uris":["https://client.example/callback"],"__proto__":{"callbackURL":"x"}}`],
  ])('%s is answered as by the router: %i', async (_name, status, body, headers = JSON_TYPE) => {
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await send('', sent, headers);
    await app.db.orm.delete(oauthClient);
    expect(answer).toEqual(await send('?through-the-router', sent, headers));
    expect(answer.status).toBe(status);
    expect(await send('', sent, headers)).toEqual(await send('?through-the-router', sent, headers));
  });
});

describe('an authorization request', () => {
  let ada: Person;
  let url: URL;

  beforeAll(async () => {
    ada = await signUp(app);
    const client = await createOAuthClient(app, { redirect_uris: ['https://client.example/callback'] });
    const first = await client.createRequest();
    await first.redeem(await consent(ada, first));
    ({ url } = await client.createRequest());
  });

  const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const send = async (search: string, headers: Readonly<Record<string, string>>) =>
    shapeOf(await app.fetch(new Request(`${app.origin}${url.pathname}?${search}`, { headers })));

  type Change = (parameters: URLSearchParams) => unknown;
  const without = (name: string) => (parameters: URLSearchParams) => parameters.delete(name);
  const having = (name: string, value: string) => (parameters: URLSearchParams) => parameters.set(name, value);
  const adding = (name: string, value: string) => (parameters: URLSearchParams) => parameters.append(name, value);

  it.each<[string, number, Change, Readonly<Record<string, string>>?]>([
    ['as it should be', 302, () => undefined],
    ['by a script', 200, () => undefined, { accept: 'application/json', 'sec-fetch-mode': 'cors' }],
    ['by a script that takes anything', 200, () => undefined, { accept: '*/*', 'sec-fetch-mode': 'cors' }],
    ['by a program', 302, () => undefined, {}],
    ['that asks for consent', 302, having('prompt', 'consent')],
    ['that asks for a sign-in', 302, having('prompt', 'login')],
    ['that asks nobody', 302, having('prompt', 'none')],
    ['of a prompt that is none', 302, having('prompt', 'magic')],
    ['of a client that nobody knows', 302, having('client_id', 'nobody')],
    ['without a client', 302, without('client_id')],
    ['to another redirect URI', 302, having('redirect_uri', 'https://elsewhere.example/')],
    ['to a redirect URI of other letters', 302, having('redirect_uri', 'https://clïent.example/”')],
    ['without a redirect URI', 302, without('redirect_uri')],
    ['with a state of other letters', 302, having('state', '“ü”')],
    ['of another response type', 302, having('response_type', 'token')],
    ['without a challenge', 302, without('code_challenge')],
    ['of a scope that nobody has', 302, having('scope', 'everything')],
    ['for another resource', 302, having('resource', 'https://elsewhere.example/mcp')],
    ['for the resource twice', 302, adding('resource', 'http://localhost:3000/mcp')],
    ['of a repeated parameter', 302, adding('state', 'another')],
    ['of a parameter that every object has', 302, having('toString', 'x')],
    ['of text that cannot be stored', 400, having('state', '\0')],
    ['of a request object', 302, having('request', 'e30.e30.')],
    ['of a query that is no text', 302, adding('%', '%')],
  ])('%s is answered as by the router: %i', async (_name, status, change, headers = NAVIGATION) => {
    const parameters = new URLSearchParams(url.searchParams);
    change(parameters);
    const search = parameters.toString();
    const cookies: Readonly<Record<string, string>>[] = [{}, { cookie: ada.browser.cookies.header() ?? '' }];
    for (const cookie of cookies) {
      const sent = { ...headers, ...cookie };
      const answer = await send(search, sent);
      expect(answer).toEqual(await send(search, { ...sent, 'content-type': 'text/plain' }));
      expect(answer.status).toBe(status);
    }
  });
});
