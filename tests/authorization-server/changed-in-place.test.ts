import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { buildMcpRequest, readRpcAnswer } from '../support/mcp-clients.ts';
import { connect, consent, createOAuthClient } from '../support/oauth.ts';

const WRITE = 'Create resumes and change their content; every change is kept as a version that you can undo';
const EMAIL = 'Know your e-mail address';
const ASKED = 'resumes:read resumes:write email openid offline_access';

describe('a connection that its owner changes', () => {
  let app: TestApp;
  let elsewhere: TestApp;
  let person: Person;
  beforeAll(async () => {
    app = await createTestApp();
    elsewhere = await createTestApp({ db: app.db });
    person = await signUp(app);
  });
  afterAll(async () => {
    await elsewhere.close();
    await app.close();
  });

  const call = async (site: Site, token: string, method: string, params: Record<string, unknown> = {}) => {
    const response = await site.fetch(
      buildMcpRequest(`${site.origin}/mcp`, 'legacy', method, params, { authorization: `Bearer ${token}` }),
    );
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      ...(await readRpcAnswer(response.clone()).catch(() => ({}))),
    };
  };
  const callTool = (site: Site, token: string, name: string, input: Record<string, unknown> = {}) =>
    call(site, token, 'tools/call', { name, arguments: input });
  const listTools = async (site: Site, token: string) => {
    const { result } = await call(site, token, 'tools/list');
    return z
      .object({ tools: z.array(z.object({ name: z.string() })) })
      .parse(result)
      .tools.map(({ name }) => name);
  };
  const newest = async () => {
    const page = await person.browser.open('/connections');
    return page.follow('Change');
  };
  const userInfo = (token: string) =>
    app.fetch(new Request(`${app.origin}/api/auth/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } }));
  const createResume = async (name: string) => {
    const page = await person.browser.open('/resumes');
    await page.press('Create resume', { Name: name });
    const { resumes } = (await (await person.browser.fetch('/api/v1/resumes')).json()) as { resumes: { id: string; name: string }[] };
    return resumes.find((resume) => resume.name === name)?.id ?? '';
  };
  const events = async () => {
    const { events: listed } = (await (await person.browser.fetch('/api/v1/activity')).json()) as { events: { event: string }[] };
    return listed.filter(({ event }) => event === 'grant.changed').length;
  };

  // proves connections:change
  it('loses a scope at once and everywhere, and stays connected', async () => {
    const { accessToken, refreshToken, oauth } = await connect(app, person, { scope: ASKED });
    expect(await listTools(app, accessToken)).toContain('create_resume');
    expect(await listTools(elsewhere, accessToken)).toContain('create_resume');
    const before = await events();

    const saved = await (await newest()).press('Save', { [WRITE]: false });
    expect(saved.text()).toContain('The connection has been changed.');
    expect(await events()).toBe(before + 1);

    for (const site of [app, elsewhere]) {
      expect(await listTools(site, accessToken)).not.toContain('create_resume');
      expect(await listTools(site, accessToken)).toContain('list_resumes');
      const refused = await callTool(site, accessToken, 'create_resume', { name: 'X' });
      expect(refused.status).toBe(403);
      expect(refused.challenge).toContain('insufficient_scope');
    }

    // Some clients repeat at every refresh what they asked for at first.
    const first = await oauth.refresh(refreshToken, { scope: ASKED });
    const again = await oauth.refresh(refreshToken, { scope: ASKED });
    expect(again.refresh_token).toBe(first.refresh_token);
    expect(first.scope?.split(' ')).toEqual(ASKED.split(' ').filter((scope) => scope !== 'resumes:write'));
    const second = await oauth.refresh(first.refresh_token ?? '', { scope: ASKED });
    expect(second.scope).toBe(first.scope);
    expect(await listTools(app, second.access_token)).not.toContain('create_resume');
    await expect(oauth.refresh(second.refresh_token ?? '', { scope: 'resumes:delete' })).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  it('is answered from the replay window when the change came between a refresh and its repetition', async () => {
    const { refreshToken, oauth } = await connect(app, person, { scope: ASKED });
    const first = await oauth.refresh(refreshToken);
    await (await newest()).press('Save', { [WRITE]: false });
    const again = await oauth.refresh(refreshToken);
    expect(again.refresh_token).toBe(first.refresh_token);
    expect(await listTools(app, again.access_token)).not.toContain('create_resume');
    expect((await oauth.refresh(again.refresh_token ?? '')).scope).not.toContain('resumes:write');
  });

  it('tells nobody any more what it may no longer know', async () => {
    const { accessToken, refreshToken, oauth } = await connect(app, person, { scope: ASKED });
    expect(await (await userInfo(accessToken)).json()).toMatchObject({ email: person.email });
    await (await newest()).press('Save', { [EMAIL]: false });
    expect((await userInfo(accessToken)).status).toBe(401);
    const { access_token } = await oauth.refresh(refreshToken);
    const left = await userInfo(access_token);
    expect(left.status).toBe(200);
    expect(await left.json()).not.toHaveProperty('email');
  });

  it('sees other resumes at once, and only suggests from now on', async () => {
    const shown = await createResume('Shown');
    const hidden = await createResume('Hidden');
    const { accessToken } = await connect(app, person);
    expect((await callTool(app, accessToken, 'read_resume', { id: hidden })).result).not.toHaveProperty('isError');

    await (await newest()).press('Save', { 'Only these': true, Shown: true, 'Suggest changes': true });
    expect((await callTool(app, accessToken, 'read_resume', { id: hidden })).result).toMatchObject({ isError: true });
    const operations = [{ op: 'add', path: '/basics/label', value: 'Engineer' }];
    const patched = await callTool(app, accessToken, 'apply_resume_patch', { id: shown, operations });
    expect(JSON.stringify(patched.result)).toContain('suggest');

    const form = await newest();
    expect(form.document.querySelector(`input[value="${shown}"]`)?.hasAttribute('checked')).toBe(true);
    expect(form.document.querySelector('#mode-suggest')?.hasAttribute('checked')).toBe(true);
    await form.press('Save', { 'All resumes': true, 'Edit directly': true });
    expect((await callTool(app, accessToken, 'read_resume', { id: hidden })).result).not.toHaveProperty('isError');
  });

  it('is asked again when it comes back for what was taken away, and only then', async () => {
    const redirectUri = 'https://client.example/callback';
    const client = await createOAuthClient(app, { redirect_uris: [redirectUri] });
    const request = await client.createRequest({ scope: ASKED });
    await request.redeem(await consent(person, request));
    expect((await person.browser.open((await client.createRequest({ scope: ASKED })).url)).leavesTo?.href).toContain(redirectUri);

    await (await newest()).press('Save', { [WRITE]: false });
    expect((await person.browser.open((await client.createRequest({ scope: ASKED })).url)).heading()).toContain('Test client');
    const less = await person.browser.open((await client.createRequest({ scope: 'resumes:read offline_access' })).url);
    expect(less.leavesTo?.href).toContain(redirectUri);
  });

  it('gains nothing by a code that was out before', async () => {
    const redirectUri = 'https://client.example/callback';
    const client = await createOAuthClient(app, { client_name: 'Early bird', redirect_uris: [redirectUri] });
    const request = await client.createRequest({ scope: ASKED });
    await request.redeem(await consent(person, request));
    const early = await client.createRequest({ scope: ASKED });
    const callback = await consent(person, early);

    await (await newest()).press('Save', { [WRITE]: false });
    const tokens = await early.redeem(callback);
    expect((await callTool(app, tokens.access_token, 'create_resume', { name: 'X' })).status).toBe(403);
    const refreshed = await client.refresh(tokens.refresh_token ?? '');
    expect(refreshed.scope).not.toContain('resumes:write');
  });

  it('stays as it is when nothing is left, more is asked than it has, or it is somebody else’s', async () => {
    const { accessToken } = await connect(app, person, { scope: 'resumes:read offline_access' });
    const form = await newest();
    const id = form.url.pathname.split('/').at(-1) ?? '';
    const empty = await form.press('Save', { 'See your resumes, their versions and their statistics': false });
    expect(empty.status).toBe(400);
    expect(empty.text()).toContain('Leave at least one thing it may do, or disconnect it.');

    const other = await signUp(app, 'Mallory');
    const change = async (who: Person, body: Record<string, unknown>) => {
      const response = await who.browser.fetch(`/api/v1/connections/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, code: ((await response.json()) as { code?: string }).code };
    };
    const before = await events();
    expect(await change(person, { scopes: ['resumes:read', 'resumes:delete'] })).toEqual({ status: 422, code: 'scope_not_held' });
    expect(await change(person, { scopes: ['offline_access'] })).toEqual({ status: 422, code: 'scope_not_held' });
    expect(await change(person, { resumes: ['none-of-these'], mode: 'suggest' })).toEqual({ status: 404, code: 'resume_not_found' });
    expect(await change(other, { mode: 'suggest' })).toEqual({ status: 404, code: 'connection_not_found' });
    expect((await other.browser.open(`/connections/${id}`)).text()).toContain('That connection had ended already.');
    expect(await events()).toBe(before);
    expect((await newest()).document.querySelector('#resumes-all')?.hasAttribute('checked')).toBe(true);
    expect(await listTools(app, accessToken)).toContain('list_resumes');
  });

  it('shows how often it called in the last seven days', async () => {
    const { accessToken } = await connect(app, person);
    for (let calls = 0; calls < 3; calls += 1) await listTools(app, accessToken);
    const { connections } = (await (await person.browser.fetch('/api/v1/connections')).json()) as {
      connections: { callsInSevenDays: number }[];
    };
    expect(connections[0]?.callsInSevenDays).toBe(3);
    expect((await newest()).text()).toContain('Calls in 7 days3');
  });
});
