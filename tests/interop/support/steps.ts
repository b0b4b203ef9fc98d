import { readFileSync } from 'node:fs';
import { decodeJwt } from 'jose';
import { expect, vi } from 'vitest';
import { ACCESS_TOKEN_SECONDS, CLOCK_SKEW_SECONDS } from '../../../src/authorization-server/lifetimes.ts';
import { RESUME_SCOPES, parseScopeList } from '../../../src/authorization-server/scopes.ts';
import { readRpcAnswer } from '../../support/mcp-clients.ts';
import { tableRows } from '../../support/readme.ts';
import { toTokens } from './connect.ts';
import { methodOf, walkToEndpoints } from './discovery.ts';
import { scopesOn, type Life } from './life.ts';
import { register } from './wire.ts';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
/** What the person does not allow at first, so that the client has something to step up to. */
const WITHHELD = ['resumes:write', 'resumes:publish', 'resumes:delete'];
const INFO = { name: 'client', version: '1.0.0' };

/** The life of every client, in order; the names complete the sentence "The client …". */
export const STEPS: Readonly<Record<string, (life: Life) => Promise<void>>> = {
  'finds its way from the first 401': async (life) => {
    life.discovered = await walkToEndpoints(life);
  },

  'becomes known': async (life) => {
    const { identity } = life.profile;
    const client = await life.identify();
    if (identity.kind === 'document') return;
    expect(client.method).toBe(methodOf(life.profile));
    expect(client.secret === null).toBe(client.method === 'none');
    const { status, body } = await register(life.site, life.registrationOf(identity.body), life.discovered.endpoints.register);
    expect(status).toBe(201);
    expect(Object.values(body)).not.toContain(null);
    expect(body['redirect_uris']).toEqual(identity.body['redirect_uris']);
    expect(body['grant_types']).toEqual(['authorization_code', 'refresh_token']);
    // A public client that registers twice stays one.
    expect(body['client_id'] === client.id).toBe(client.method === 'none');
  },

  'is told when the person says no': async (life) => {
    const { page, url } = await life.ask();
    const { leavesTo } = await page.press('Deny');
    expect(leavesTo?.href.startsWith(life.client.redirectUri)).toBe(true);
    expect(Object.fromEntries(leavesTo?.searchParams ?? [])).toMatchObject({
      error: 'access_denied',
      state: url.searchParams.get('state'),
      iss: life.app.origin,
    });
  },

  'asks the person, who allows reading alone': async (life) => {
    const asked = await life.ask();
    const { page } = asked;
    expect(page.leavesTo).toBeNull();
    expect(page.heading()).toContain(life.clientName);
    const redirect = new URL(life.client.redirectUri);
    if (redirect.protocol === 'https:') expect(page.text()).toContain(`The answer goes to ${redirect.host}`);
    else expect(page.text()).toContain('an app on this computer');
    const { identity } = life.profile;
    const vouched = identity.kind === 'document' ? `Verified: ${new URL(identity.document.client_id).host}` : 'not verified';
    expect(page.text()).toContain(vouched);
    expect(page.document.querySelectorAll('img')).toEqual([]);
    expect(scopesOn(page)).toEqual(expect.arrayContaining([...RESUME_SCOPES, 'offline_access']));

    const callback = await life.allow(asked, WITHHELD);
    expect(callback.url.href.startsWith(life.client.redirectUri)).toBe(true);
    expect(callback.url.searchParams.get('state')).toBe(asked.url.searchParams.get('state'));
    expect(callback.url.searchParams.get('iss')).toBe(life.app.origin);

    const answer = await life.exchange(callback);
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS } });
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(Object.values(answer.body)).not.toContain(null);
    life.tokens = toTokens(answer);
    const claims = decodeJwt(life.tokens.accessToken);
    expect([claims.aud].flat()).toContain(life.app.mcpUrl);
    expect(claims).toMatchObject({ iss: life.app.origin, client_id: life.client.id });
    const allowed = scopesOn(page).filter((scope) => !WITHHELD.includes(scope));
    expect(parseScopeList(life.tokens.scope).toSorted()).toEqual(allowed.toSorted());
  },

  'works with the tools it may use': async (life) => {
    await greet(life);
    expect(await toolNames(life)).toEqual(toolsOf(['resumes:read']));
    const who = await readRpcAnswer(await life.call('tools/call', { name: 'whoami', arguments: {} }));
    expect(who.result?.['structuredContent']).toMatchObject({ connection: { clientId: life.client.id, clientName: life.clientName } });
    const stream = await life.request('GET', life.profile.mcpPath ?? '/mcp', {
      authorization: `Bearer ${life.tokens.accessToken}`,
      accept: 'text/event-stream',
    });
    expect(stream.status).toBe(405);
  },

  'refreshes after its token has expired': async (life) => {
    const { accessToken, refreshToken, scope } = life.tokens;
    vi.setSystemTime(Date.now() + (ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS + 1) * 1000);
    await expectRefused(life, accessToken);
    const answer = await life.refresh();
    life.tokens = toTokens(answer);
    expect(life.tokens.refreshToken).not.toBe(refreshToken);
    expect(life.tokens.scope).toBe(scope);
    expect((await life.call('tools/list')).status).toBe(200);
    // The answer was lost, or a second process held the same token.
    expect((await life.refresh(refreshToken)).body).toEqual(answer.body);
  },

  'meets a 403 and asks for more': async (life) => {
    const create = () => life.call('tools/call', { name: 'create_resume', arguments: { name: 'By a client' } });
    const refusal = await create();
    expect(refusal.status).toBe(403);
    const challenge = refusal.headers.get('www-authenticate') ?? '';
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('resource_metadata="');
    const needed = parseScopeList(/scope="([^"]*)"/.exec(challenge)?.[1]);
    expect(needed).toContain('resumes:write');
    const { stepUp } = life.profile;
    if (stepUp === 'refresh') {
      life.tokens = toTokens(await life.refresh());
      expect((await create()).status).toBe(403);
    }
    const union = [...new Set([...parseScopeList(life.tokens.scope), ...needed])];
    const scope = { union: union.join(' '), challenge: needed.join(' '), refresh: undefined, none: undefined }[stepUp];
    const asked = await life.ask(scope === undefined ? {} : { scope });
    expect(scopesOn(asked.page)).toContain('resumes:write');
    life.tokens = toTokens(await life.exchange(await life.allow(asked)));
    const created = await readRpcAnswer(await create());
    expect(created.result?.['structuredContent']).toMatchObject({ name: 'By a client' });
  },

  'is disconnected by the person': async (life) => {
    const { accessToken, refreshToken } = life.tokens;
    let page = await life.person.browser.open('/connections');
    expect(page.text()).toContain(life.clientName);
    while (page.document.querySelectorAll('button').some((button) => button.textContent.trim() === 'Disconnect')) {
      page = await page.press('Disconnect');
    }
    await expectRefused(life, accessToken);
    const dead = await life.refresh(refreshToken);
    expect(dead).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  },

  'connects again': async (life) => {
    const asked = await life.ask();
    expect(asked.page.leavesTo).toBeNull();
    life.tokens = toTokens(await life.exchange(await life.allow(asked)));
    await greet(life);
    expect(await toolNames(life)).toEqual(toolsOf(RESUME_SCOPES));
  },
};

/** RFC 6750 §3.1: what a client needs to see to help itself. */
async function expectRefused(life: Life, accessToken: string): Promise<void> {
  const { status, headers } = await life.call('tools/list', {}, { accessToken });
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token".* resource_metadata="http/);
}

/** The first messages of a connection. */
async function greet(life: Life): Promise<void> {
  const { revision } = life.profile;
  if (revision === '2026-07-28') {
    const { result } = await readRpcAnswer(await life.call('server/discover'));
    expect(result?.['supportedVersions']).toContain(revision);
    return;
  }
  const initialize = { protocolVersion: revision, capabilities: {}, clientInfo: INFO };
  const { result } = await readRpcAnswer(await life.call('initialize', initialize));
  expect(result).toMatchObject({ protocolVersion: revision, capabilities: { tools: {} } });
  expect((await life.call('notifications/initialized')).status).toBe(202);
}

async function toolNames(life: Life): Promise<string[]> {
  const { result } = await readRpcAnswer(await life.call('tools/list'));
  return (result as { readonly tools: readonly { readonly name: string }[] }).tools.map(({ name }) => name).toSorted();
}

/** By the table of the README. */
function toolsOf(held: readonly string[]): string[] {
  const rows = tableRows(README, 'tool').map((cells) => cells.map((cell) => cell.replaceAll('`', '')));
  const open = rows.filter(([, scopes = '']) => scopes === 'any' || scopes.split(' ').every((scope) => held.includes(scope)));
  return open.map(([name = '']) => name).toSorted();
}
