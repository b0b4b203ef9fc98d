import { describe, expect, it } from 'vitest';
import { SUPPORTED_SCOPES } from '../../src/authorization-server/scopes.ts';
import { createId } from '../../src/db/create-id.ts';
import { LANGUAGES } from '../../src/language.ts';
import { MESSAGES } from '../../src/pages/messages.ts';
import { parseHtml } from '../support/html-form.ts';
import { APP_URL, buildResume, buildSignedQuery, createFixture, type Fixture } from './fixture.ts';

const QUERY = buildSignedQuery();
const CALLBACK = 'https://claude.ai/api/mcp/auth_callback?code=1&state=a%2Bb&iss=https%3A%2F%2Fvitae.example';
const ALLOW = { decision: 'allow', scope: ['resumes:read', 'resumes:write', 'offline_access'], resumes: 'all', oauth_query: QUERY };

function createConsentFixture(): Fixture {
  const fixture = createFixture();
  fixture.resumes.push(buildResume({ id: 'r1', name: 'Engineer' }), buildResume({ id: 'r2', name: 'Teacher' }));
  fixture.authAnswers.set('oauth2/consent', () => Response.json({ redirect: true, url: CALLBACK }));
  return fixture;
}

describe('the consent page', () => {
  // security case 97
  // proves consent:says-who
  it('says who asks, what for, where the answer goes and which account is in use', async () => {
    const html = await (await createConsentFixture().get(`/consent?${QUERY}`)).text();
    expect(html).toContain('<h1><bdi>Claude</bdi> wants to work with your resumes</h1>');
    expect(html).toContain('Registered itself, not verified');
    expect(html).toContain('<strong class="host">claude.ai</strong>');
    expect(html).toContain('Ada Lovelace');
    expect(html).toContain('ada@example.org');
    for (const scope of ['See your resumes, their versions and their statistics', 'Stay connected until you disconnect it'])
      expect(html).toContain(scope);
    expect(html).toContain('You can disconnect it at any time under Connections');
    expect(html).not.toContain('Delete resumes for good');
    expect(html).toMatch(
      /<button type="submit" class="([^"]*)"[^>]*value="deny"[^>]*>Deny<\/button><button type="submit" class="\1"[^>]*value="allow"[^>]*>Allow<\/button>/,
    );
  });

  // security case 20
  it('calls a client verified only by the host of its document', async () => {
    const fixture = createConsentFixture();
    fixture.client = { name: 'Anthropic Claude (official)', registration: 'dynamic', verifiedHost: 'claude.ai', clientUri: null };
    expect(await (await fixture.get(`/consent?${QUERY}`)).text()).toContain('not verified');
    fixture.client = { name: 'Claude', registration: 'metadata_document', verifiedHost: 'claude.ai', clientUri: null };
    const html = await (await fixture.get(`/consent?${QUERY}`)).text();
    expect(html).toContain('Verified: <strong>claude.ai</strong>');
    expect(html).not.toContain('not verified');
  });

  // security case 49
  it.each([
    ['http://127.0.0.1:33418/', '127.0.0.1:33418'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor://anysphere.cursor-mcp'],
  ])('marks %s as an app on this computer', async (redirectUri, host) => {
    const html = await (await createConsentFixture().get(`/consent?${buildSignedQuery({ redirect_uri: redirectUri })}`)).text();
    expect(html).toContain(host);
    expect(html).toContain('an app on this computer');
  });

  it('calls a client without a name by where its answer goes', async () => {
    const fixture = createConsentFixture();
    fixture.client = { name: ' ', registration: 'dynamic', verifiedHost: null, clientUri: null };
    expect(await (await fixture.get(`/consent?${QUERY}`)).text()).toContain('<h1><bdi>claude.ai</bdi>');
  });

  // security case 96
  it.each([
    ['https://claude.ai/about', true],
    ['http://claude.ai/about', false],
    ['javascript:alert(1)', false],
    ['https://claude.ai@evil.example/', false],
    ['data:text/html,x', false],
  ])('links the website %s: %s', async (clientUri, isLinked) => {
    const fixture = createConsentFixture();
    fixture.client = { name: 'Claude', registration: 'dynamic', verifiedHost: null, clientUri };
    const html = await (await fixture.get(`/consent?${QUERY}`)).text();
    expect(html.includes(`href="${clientUri}" rel="noopener noreferrer nofollow"`)).toBe(isLinked);
    expect(html.includes(clientUri)).toBe(isLinked);
  });

  // security cases 77, 86
  // proves consent:get-mints-nothing
  it('approves nothing on GET, whatever the query says', async () => {
    const fixture = createConsentFixture();
    await fixture.get(`/consent?${QUERY}&decision=allow&accept=true`);
    expect(fixture.authCalls).toEqual([]);
  });

  it('sends someone who is not signed in to sign in, with the query', async () => {
    const fixture = createFixture({ session: null });
    expect((await fixture.get(`/consent?${QUERY}`)).headers.get('location')).toBe(`/sign-in?${QUERY}`);
    const response = await fixture.post('/consent', ALLOW, { csrf: 'x' });
    expect(response.headers.get('location')).toBe(`/sign-in?${QUERY}`);
  });

  // proves consent:small
  it('is under 30 KB over the wire, with its stylesheet and its icon, uncompressed', async () => {
    const fixture = createConsentFixture();
    const query = buildSignedQuery({ scope: SUPPORTED_SCOPES.join(' ') });
    const html = await (await fixture.get(`/consent?${query}`)).text();
    const linked = [...html.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(linked).toHaveLength(2);
    const assets = await Promise.all(linked.map(async (path) => (await fixture.get(path)).text()));
    expect([html, ...assets].reduce((bytes, text) => bytes + Buffer.byteLength(text), 0)).toBeLessThan(30_000);
  });

  it('asks for a new start without a request', async () => {
    const response = await createConsentFixture().get('/consent');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Please start again from your app');
  });

  it('asks about resumes only when resumes are asked for', async () => {
    const fixture = createConsentFixture();
    const query = buildSignedQuery({ scope: 'openid email' });
    expect(await (await fixture.get(`/consent?${query}`)).text()).not.toContain('All resumes');
    await fixture.post('/consent', { decision: 'allow', scope: ['openid'], oauth_query: query });
    expect(fixture.authCalls.at(-1)?.body).toEqual({
      accept: true,
      scope: 'openid',
      resumes: 'all',
      mode: 'edit',
      duration: 'year',
      oauth_query: query,
    });
  });
});

describe('what happened before', () => {
  it('says that a client is new', async () => {
    expect(await (await createConsentFixture().get(`/consent?${QUERY}`)).text()).toContain('First time');
  });

  it.each([
    [true, new Date('2026-11-20T00:00:00Z'), 'That connection is still open', 'Nov 20, 2026'],
    [false, null, 'That connection ended on', 'It was never used'],
  ])('says when and with what it was allowed, live %s', async (isLive, lastUsedAt, state, use) => {
    const fixture = createConsentFixture();
    const endsAt = new Date('2026-11-23T00:00:00Z');
    fixture.earlier = { createdAt: new Date('2026-05-03T09:00:00Z'), scopes: ['resumes:publish'], lastUsedAt, endsAt, isLive };
    const html = await (await fixture.get(`/consent?${QUERY}`)).text();
    for (const text of ['May 3, 2026', state, use, 'Publish']) expect(html).toContain(text);
    expect(html).not.toContain('First time');
  });
});

describe('the preset for reading', () => {
  const EVERYTHING = buildSignedQuery({ scope: 'resumes:read resumes:write resumes:publish resumes:delete offline_access' });

  // proves consent:read-only
  it('unticks what changes something, keeps the other choices and allows nothing', async () => {
    const fixture = createConsentFixture();
    const choices = { ...ALLOW, resumes: 'only', resume: 'r2', duration: 'day', oauth_query: EVERYTHING };
    const response = await fixture.post('/consent', { ...choices, decision: 'read_only' });
    expect([response.status, fixture.authCalls]).toEqual([200, []]);
    const html = await response.text();
    const ticked = [...html.matchAll(/value="([^"]+)" checked/g)].map(([, value]) => value);
    expect(ticked).toEqual(['resumes:read', 'offline_access', 'edit', 'only', 'r2', 'day']);
    expect(html).toContain('Nothing is allowed yet');
  });

  it('works from a form with nothing ticked', async () => {
    const html = await (await createConsentFixture().post('/consent', { decision: 'read_only', oauth_query: EVERYTHING })).text();
    expect(html).toMatch(/value="resumes:read" checked/);
    expect(html).not.toContain('role="alert"');
  });

  it('is offered only where there is something to leave out', async () => {
    const query = buildSignedQuery({ scope: 'resumes:read offline_access' });
    expect(await (await createConsentFixture().get(`/consent?${query}`)).text()).not.toContain('Tick reading only');
  });
});

describe('deciding', () => {
  it('hands the decision and the untouched query to the authorization server, then leaves for the client', async () => {
    const fixture = createConsentFixture();
    const response = await fixture.post('/consent', ALLOW, { headers: { cookie: 's=1' } });
    const [call] = fixture.authCalls;
    expect([call?.method, call?.path, call?.headers.get('origin'), call?.headers.get('cookie')]).toEqual([
      'POST',
      'oauth2/consent',
      APP_URL,
      's=1',
    ]);
    expect(call?.body).toEqual({
      accept: true,
      scope: 'resumes:read resumes:write offline_access',
      resumes: 'all',
      mode: 'edit',
      duration: 'year',
      oauth_query: QUERY,
    });
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain(`content="0;url=${CALLBACK.replaceAll('&', '&amp;')}"`);
    expect(html).toMatch(/<a [^>]*>.*Continue to <bdi>Claude<\/bdi>.*<\/a>/);
  });

  // security case 89
  it('passes on exactly the scopes and resumes that were ticked', async () => {
    const fixture = createConsentFixture();
    await fixture.post('/consent', { ...ALLOW, scope: 'resumes:read', resumes: 'only', resume: ['r2', 'r2', 'r1'] });
    expect(fixture.authCalls[0]?.body).toEqual({
      accept: true,
      scope: 'resumes:read',
      resumes: ['r2', 'r1'],
      mode: 'edit',
      duration: 'year',
      oauth_query: QUERY,
    });
  });

  it('passes on whether the client edits or suggests, which is asked only where it may write', async () => {
    const fixture = createConsentFixture();
    await fixture.post('/consent', { ...ALLOW, mode: 'suggest' });
    expect(fixture.authCalls[0]?.body).toMatchObject({ mode: 'suggest' });
    expect(await (await fixture.get(`/consent?${QUERY}`)).text()).toContain('Suggest changes');
    const reads = await fixture.get(`/consent?${buildSignedQuery({ scope: 'resumes:read' })}`);
    expect(await reads.text()).not.toContain('Suggest changes');
  });

  it('ignores ticked resumes under "All resumes"', async () => {
    const fixture = createConsentFixture();
    await fixture.post('/consent', { ...ALLOW, resume: ['r2'] });
    expect(fixture.authCalls[0]?.body?.['resumes']).toBe('all');
  });

  it('passes on how long', async () => {
    const fixture = createConsentFixture();
    await fixture.post('/consent', { ...ALLOW, duration: 'month' });
    expect(fixture.authCalls[0]?.body).toMatchObject({ duration: 'month' });
  });

  it('denies with nothing else said', async () => {
    const fixture = createConsentFixture();
    const location = 'https://claude.ai/api/mcp/auth_callback?error=access_denied&state=a%2Bb';
    fixture.authAnswers.set('oauth2/consent', () => Response.json({ redirect: true, url: location }));
    const response = await fixture.post('/consent', { ...ALLOW, decision: 'deny' });
    expect(fixture.authCalls[0]?.body).toEqual({ accept: false, oauth_query: QUERY });
    expect(await response.text()).toContain(`content="0;url=${location.replace('&', '&amp;')}"`);
  });

  // security cases 88, 89
  it.each([
    ['no scope ticked', { scope: [] }, 'Tick at least one thing'],
    ['a scope beyond the request', { scope: ['resumes:read', 'resumes:delete'] }, 'went beyond'],
    ['"Only these" with none', { resumes: 'only' }, 'Choose at least one resume'],
    ['neither all nor some', { resumes: 'none' }, 'Choose at least one resume'],
    ['both', { resumes: ['all', 'only'], resume: 'r1' }, 'Choose at least one resume'],
    ['a mode there is not', { mode: 'own' }, 'Choose whether it edits directly'],
    ['two modes', { mode: ['edit', 'suggest'] }, 'Choose whether it edits directly'],
    ['a duration there is not', { duration: 'ever' }, 'Choose how long'],
    ['two durations', { duration: ['year', 'day'] }, 'Choose how long'],
    ['no decision', { decision: [] }, 'Choose Allow or Deny'],
    ['two decisions', { decision: ['deny', 'allow'] }, 'Choose Allow or Deny'],
    ['decision "true"', { decision: 'true', accept: 'true' }, 'Choose Allow or Deny'],
    ['decision "ALLOW"', { decision: 'ALLOW' }, 'Choose Allow or Deny'],
  ])('shows the page again for %s and writes nothing', async (_name, change, text) => {
    const fixture = createConsentFixture();
    const response = await fixture.post('/consent', { ...ALLOW, ...change });
    expect([response.status, fixture.authCalls]).toEqual([400, []]);
    const html = await response.text();
    expect(html).toContain(text);
    expect(html).toContain('role="alert"');
    expect(html).not.toContain('value="resumes:delete"');
  });

  it('keeps what was chosen when it shows the page again', async () => {
    const html = await (await createConsentFixture().post('/consent', { ...ALLOW, scope: [], resumes: 'only', resume: 'r2' })).text();
    expect(html).toMatch(/value="r2" checked/);
    expect(html).not.toMatch(/value="r1" checked/);
    expect(html).not.toMatch(/value="resumes:read" checked/);
  });

  it.each([400, 401, 403])('says to start again when the authorization server answers %i', async (status) => {
    const fixture = createConsentFixture();
    fixture.authAnswers.set('oauth2/consent', () => Response.json({ error: 'invalid_signature' }, { status }));
    const response = await fixture.post('/consent', ALLOW);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Please start again from your app');
  });

  it('goes to sign in when the authorization server wants that again', async () => {
    const fixture = createConsentFixture();
    fixture.authAnswers.set('oauth2/consent', () => Response.json({ redirect: true, url: `/sign-in?${QUERY}` }));
    const response = await fixture.post('/consent', ALLOW);
    expect([response.status, response.headers.get('location')]).toEqual([303, `/sign-in?${QUERY}`]);
  });
});

describe('the whole consent page', () => {
  // proves pages:consent-weight
  it.each(LANGUAGES.flatMap((language) => [100, 1_000].map((count) => ({ language, count }))))(
    'is under 30 KB with all that it loads, in $language, of an app that asks for everything and a person with $count resumes',
    async ({ language, count }) => {
      const fixture = createFixture();
      const name = 'Product designer, remote or in a small town';
      for (let number = 0; number < count; number += 1) fixture.resumes.push(buildResume({ id: createId(), name: `${name} ${number}` }));
      const query = buildSignedQuery({ scope: SUPPORTED_SCOPES.join(' ') });
      const headers = { 'accept-encoding': 'gzip, deflate, br', 'accept-language': language };
      const page = await fixture.get(`/consent?${query}`, headers);
      const html = await page.clone().text();
      expect(page.headers.get('content-language')).toBe(language);
      expect(parseHtml(html).querySelectorAll('input[name="resume"]')).toHaveLength(100);
      expect(html.includes(MESSAGES[language].text('consent.moreResumes'))).toBe(count > 100);
      const loaded = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
      expect(loaded.map((path) => path.split('.')[1] ?? '').toSorted()).toEqual(['css', 'svg']);
      const answers = [page, ...(await Promise.all(loaded.map((path) => fixture.get(path, headers))))];
      const bytes = await Promise.all(
        answers.map(async (answer) => {
          const lines = [...answer.headers].map(([header, value]) => `${header}: ${value}`.length + 2);
          return (await answer.arrayBuffer()).byteLength + lines.reduce((sum, length) => sum + length, 0);
        }),
      );
      expect(bytes.reduce((sum, length) => sum + length, 0)).toBeLessThan(30_000);
    },
  );
});
