import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Page } from '../support/browser.ts';
import { attack, readChecksums } from './support/attack.ts';
import { connectClient, issueCode, readTokens, redemption } from './support/codes.ts';
import { CONSENT, REDIRECT_URI, authorizePath, createVerifier, form, json, navigation, register } from './support/requests.ts';

let app: TestApp;
let ada: Person;
let mallory: Person;

beforeAll(async () => {
  app = await createTestApp();
  ada = await signUp(app);
  mallory = await signUp(app, 'Mallory');
});
afterAll(() => app.close());

const SAME_ORIGIN = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' };

function cookieOf(person: Person): string {
  return person.browser.cookies.header() ?? '';
}

async function openConsent(person: Person, scope = 'resumes:read offline_access') {
  const { client_id } = await register(app);
  const page = await person.browser.open(authorizePath(app, client_id, createVerifier().challenge, { scope }));
  return { page, clientId: client_id, query: page.url.search.slice(1), fields: fieldsOf(page) };
}

/** What pressing "Allow" sends. */
function fieldsOf(page: Page): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = { decision: 'allow', resumes: 'all' };
  for (const input of page.document.querySelectorAll('form input')) {
    const name = input.getAttribute('name') ?? '';
    if (['csrf', 'oauth_query'].includes(name)) fields[name] = input.getAttribute('value') ?? '';
    if (name === 'scope') fields[name] = [...[fields[name] ?? []].flat(), input.getAttribute('value') ?? ''];
  }
  return fields;
}

describe('the consent form', () => {
  // security cases 87, 100
  it.each<[string, Readonly<Record<string, string>>]>([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site in a browser without fetch metadata', { origin: 'https://evil.example' }],
    ['a sibling site', { origin: 'http://evil.localhost:3000', 'sec-fetch-site': 'same-site' }],
    ['nowhere', {}],
    ['a sandboxed frame', { origin: 'null' }],
  ])('is refused when it comes from %s', async (_what, headers) => {
    const { fields } = await openConsent(ada);
    const refusal = await attack(app, form(app, '/consent', fields, { cookie: cookieOf(ada), ...headers }));
    expect(refusal.status).toBe(403);
    expect(refusal.body).not.toContain('code=');
  });

  // security case 87
  it('is refused without its token, with an altered one and with that of another session', async () => {
    const { fields } = await openConsent(ada);
    const foreign = (await openConsent(mallory)).fields['csrf'];
    const own = String(fields['csrf']);
    for (const csrf of [null, '', 'x', `${own.slice(0, -2)}AA`, foreign ?? '']) {
      const refusal = await attack(app, form(app, '/consent', { ...fields, csrf }, { cookie: cookieOf(ada), ...SAME_ORIGIN }));
      expect(refusal.status).toBe(403);
    }
  });

  // security case 88
  it.each(['true', 'ALLOW', 'allow ', '1', ''])('does not take the decision "%s" for a yes', async (decision) => {
    const { fields } = await openConsent(ada);
    const refusal = await attack(app, form(app, '/consent', { ...fields, decision }, { cookie: cookieOf(ada), ...SAME_ORIGIN }));
    expect(refusal.status).toBe(400);
  });

  // security case 89
  // proves consent:never-widens
  it('is refused when it allows more than was asked for', async () => {
    const { fields } = await openConsent(ada);
    const scope = ['resumes:read', 'resumes:delete'];
    const refusal = await attack(app, form(app, '/consent', { ...fields, scope }, { cookie: cookieOf(ada), ...SAME_ORIGIN }));
    expect(refusal.status).toBe(400);
  });

  // security case 90
  it.each(['PUT', 'DELETE', 'PATCH'])('is not taken by %s', async (method) => {
    const { query } = await openConsent(ada);
    const url = `${app.origin}/consent?${query}`;
    const refusal = await attack(app, new Request(url, { method, headers: { cookie: cookieOf(ada), ...SAME_ORIGIN } }));
    expect(refusal.status).toBe(405);
  });
});

describe('the consent endpoint behind it', () => {
  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}, person = ada) =>
    json(app, CONSENT, body, { cookie: cookieOf(person), ...SAME_ORIGIN, ...headers });

  // security case 87
  it.each<[string, Readonly<Record<string, string>>]>([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['another site in a browser without fetch metadata', { origin: 'https://evil.example', 'sec-fetch-site': '' }],
  ])('refuses %s', async (_what, headers) => {
    const { query } = await openConsent(ada);
    expect((await attack(app, post({ accept: true, oauth_query: query }, headers))).status).toBe(403);
  });

  // security case 88
  it.each(['true', 1, [true], {}, null, undefined])('does not take accept: %j for a yes', async (accept) => {
    const { query } = await openConsent(ada);
    const refusal = await attack(app, post({ accept, oauth_query: query }));
    expect(refusal.status).toBe(400);
    expect(refusal.body).not.toContain('code=');
  });

  // security case 89
  it.each(['resumes:read resumes:delete', 'resumes:delete', 'openid', 'admin'])('refuses the wider scope %s', async (scope) => {
    const { query } = await openConsent(ada);
    expect((await attack(app, post({ accept: true, scope, oauth_query: query }))).status).toBe(400);
  });

  // security case 90
  it('does nothing for GET', async () => {
    const { query } = await openConsent(ada);
    const refusal = await attack(
      app,
      navigation(app, `${CONSENT}?accept=true&oauth_query=${encodeURIComponent(query)}`, { cookie: cookieOf(ada) }),
    );
    expect([404, 405]).toContain(refusal.status);
  });

  // security case 78
  // proves consent:signed-query
  it('refuses a query that is altered, extended, unsigned or somebody else’s', async () => {
    const { query, clientId } = await openConsent(ada);
    const unsigned = new URLSearchParams(query);
    unsigned.delete('sig');
    const widened = new URLSearchParams(query);
    widened.set('scope', 'resumes:read resumes:delete offline_access');
    const redirected = new URLSearchParams(query);
    redirected.set('redirect_uri', 'https://evil.example/callback');
    const last = query.slice(-1) === 'A' ? 'B' : 'A';
    const attempts = [
      unsigned.toString(),
      widened.toString(),
      redirected.toString(),
      `${query}&client_id=${clientId}`,
      `client_id=other&${query}`,
      `${query}&redirect_uri=https%3A%2F%2Fevil.example`,
      query.replace('state-1', 'state-2'),
      `${query.slice(0, -1)}${last}`.replace(/sig=(.)/, (_all, first: string) => `sig=${first === 'a' ? 'b' : 'a'}`),
      '',
      'x',
    ];
    for (const oauth_query of attempts) {
      const refusal = await attack(app, post({ accept: true, oauth_query }));
      expect(refusal.status).toBe(400);
      expect(refusal.body).not.toContain('code=');
    }
  });

  // security case 89
  // proves consent:narrows
  it('narrows: code, token and connection carry exactly what was ticked', async () => {
    const choices = { 'Create resumes and change their content; every change is kept as a version that you can undo': false };
    const issued = await issueCode(app, ada, { overrides: { scope: 'resumes:read resumes:write offline_access' }, choices });
    const tokens = await readTokens(await app.fetch(redemption(app, issued)));
    expect(tokens.scope).toBe('resumes:read offline_access');
  });
});

describe('what the person is shown', () => {
  // security cases 79, 97, 20
  // proves consent:says-who
  it('names an attacker’s client, where it leads and that nobody has verified it, and goes nowhere by itself', async () => {
    const client = await register(app, { client_name: 'Anthropic Claude (official)', redirect_uris: ['https://evil.example/callback'] });
    const path = authorizePath(app, client.client_id, createVerifier().challenge, { redirect_uri: 'https://evil.example/callback' });
    const pending = (await mallory.browser.open(path)).url;
    const opened = await ada.browser.open(pending);
    expect(opened.url.pathname).toBe('/consent');
    expect(opened.leavesTo).toBeNull();
    expect(opened.text()).toContain('Anthropic Claude (official)');
    expect(opened.text()).toContain('evil.example');
    expect(opened.text()).toMatch(/not verified|unverified/i);
    expect(opened.text()).toContain(ada.email);
  });

  // security cases 86, 99
  it('is never kept by a cache', async () => {
    const { page } = await openConsent(ada);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const before = await readChecksums(app.db);
    expect((await ada.browser.open(page.url)).status).toBe(200);
    expect(await readChecksums(app.db)).toEqual(before);
  });

  // security case 50
  it('is two connections for two computers behind one client id', async () => {
    const client = await register(app, { redirect_uris: ['http://127.0.0.1:33418/callback'], application_type: 'native' });
    const options = { clientId: client.client_id, overrides: { redirect_uri: 'http://127.0.0.1:33418/callback' } };
    const first = await connectClient(app, ada, options);
    const second = await connectClient(app, ada, options);
    const grantOf = ({ access_token }: { readonly access_token: string }) =>
      (JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString()) as { readonly grant_id: string }).grant_id;
    expect(grantOf(first)).not.toBe(grantOf(second));
  });
});

// security case 88
// proves consent:deny
it('gives no code to a person who says no', async () => {
  const { page } = await openConsent(ada);
  const denied = await page.press('Deny');
  expect(denied.leavesTo?.href.startsWith(`${REDIRECT_URI}?`)).toBe(true);
  expect(denied.leavesTo?.searchParams.get('error')).toBe('access_denied');
  expect(denied.leavesTo?.searchParams.getAll('iss')).toEqual([app.origin]);
  expect(denied.leavesTo?.searchParams.has('code')).toBe(false);
});
