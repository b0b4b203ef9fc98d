import { describe, expect, it } from 'vitest';
import { APP_URL, buildResume, createFixture, NOW, OWNER, SAMPLE_DATA, type Fixture } from './fixture.ts';

const DAY = 24 * 60 * 60 * 1000;

async function readPage(fixture: Fixture, path: string): Promise<string> {
  return (await fixture.get(path)).text();
}

describe('pages of the owner', () => {
  it.each(['/resumes?cursor=x', '/resumes/1', '/connections', '/activity', '/api-keys', '/account'])(
    '%s sends a visitor to sign in and back',
    async (path) => {
      const response = await createFixture({ session: null }).get(path);
      expect([response.status, response.headers.get('location')]).toEqual([303, `/sign-in?${new URLSearchParams({ next: path })}`]);
    },
  );

  it('marks where one is', async () => {
    expect(await readPage(createFixture(), '/connections')).toContain('<a href="/connections" aria-current="page">Connections</a>');
  });

  it('shows a visitor what this is', async () => {
    const html = await readPage(createFixture({ session: null }), '/');
    expect(html).toContain('href="/sign-up"');
    expect(html).not.toContain('aria-label="Main"');
  });
});

describe('resumes', () => {
  it('offers an example to someone who has none', async () => {
    const fixture = createFixture();
    for (const path of ['/', '/resumes']) {
      expect(await readPage(fixture, path)).toContain('Create an example resume');
      expect(await readPage(fixture, path)).toContain('href="/resumes/import"');
    }
    const filled = createFixture();
    filled.resumes.push(buildResume({}));
    expect(await readPage(filled, '/')).not.toContain('Create an example resume');
    const response = await fixture.post('/resumes', { name: 'Example resume', sample: 'yes' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/resumes/resume-1?done=created']);
    expect(fixture.resumes).toMatchObject([{ name: 'Example resume', data: SAMPLE_DATA }]);
  });

  it('makes an empty one by name', async () => {
    const fixture = createFixture();
    await fixture.post('/resumes', { name: '  Engineer  ' });
    expect(fixture.resumes).toMatchObject([{ name: 'Engineer', data: {} }]);
  });

  it.each([
    ['', 'Give the resume a name'],
    ['Engineer', 'a resume with this name already'],
  ])('refuses the name %j and keeps what was typed', async (name, text) => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({ name: 'Engineer' }));
    const response = await fixture.post('/resumes', { name, sample: 'yes' });
    const html = await response.text();
    expect(response.status).toBe(400);
    expect(html).toContain(text);
    expect(html).toMatch(/id="sample"[^>]*checked/);
    expect(fixture.resumes).toHaveLength(1);
  });

  it('shows one to read', async () => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({ data: SAMPLE_DATA, revision: 12 }));
    const html = await readPage(fixture, '/resumes/resume-1');
    for (const text of [
      'Analyst of engines',
      'Programmer, Analytical Engine',
      '1842-10 – 1843-09',
      'Studies in Mathematics, Private tuition',
      '1828 – today',
      'Revision 12',
    ]) {
      expect(html).toContain(text);
    }
  });

  it.each([null, 7, 'text', [], { basics: 'x', work: 'y' }, { work: [null, 7, { name: 3, highlights: [1, null, 'kept'] }] }])(
    'shows %j without failing',
    async (data) => {
      const fixture = createFixture();
      fixture.resumes.push(buildResume({ data }));
      expect((await fixture.get('/resumes/resume-1')).status).toBe(200);
    },
  );

  it('locks and unlocks', async () => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({}));
    expect((await fixture.post('/resumes/resume-1/lock', {})).headers.get('location')).toBe('/resumes/resume-1?done=locked');
    expect(fixture.resumes[0]?.isLocked).toBe(true);
    const html = await readPage(fixture, '/resumes/resume-1');
    expect(html).toContain('action="/resumes/resume-1/unlock"');
    expect(html).not.toContain('/resumes/resume-1/delete');
    await fixture.post('/resumes/resume-1/unlock', {});
    expect(fixture.resumes[0]?.isLocked).toBe(false);
  });

  it('deletes after a page that asks', async () => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({}));
    expect(await readPage(fixture, '/resumes/resume-1/delete')).toContain('Delete “<bdi>Engineer</bdi>”?');
    expect(fixture.resumes).toHaveLength(1);
    const response = await fixture.post('/resumes/resume-1/delete', {});
    expect(response.headers.get('location')).toBe('/resumes?done=deleted');
    expect(fixture.resumes).toEqual([]);
  });

  it('keeps a locked one', async () => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({ isLocked: true }));
    const response = await fixture.post('/resumes/resume-1/delete', {});
    expect(response.headers.get('location')).toBe('/resumes/resume-1?done=still-locked');
    expect(fixture.resumes).toHaveLength(1);
  });

  it.each(['', '/delete'])('does not know another’s: GET /resumes/none%s', async (suffix) => {
    expect((await createFixture().get(`/resumes/none${suffix}`)).status).toBe(404);
  });

  it.each(['lock', 'unlock', 'delete'])('does not know another’s: POST /resumes/none/%s', async (action) => {
    expect((await createFixture().post(`/resumes/none/${action}`, {})).status).toBe(404);
  });
});

function createConnectedFixture(): Fixture {
  const fixture = createFixture();
  fixture.connections.push({
    id: 'g1',
    clientName: 'Cursor',
    clientId: 'c1',
    redirectHost: 'localhost:8787',
    scopes: ['resumes:read', 'offline_access', 'something:new'],
    allResumes: false,
    resumes: [{ id: 'resume-1', name: 'Engineer' }],
    callsInSevenDays: 12,
    mode: 'edit',
    createdAt: NOW,
    lastUsedAt: null,
    expiresAt: NOW,
  });
  return fixture;
}

describe('connections', () => {
  it('are one row each, with a button', async () => {
    const html = await readPage(createConnectedFixture(), '/connections');
    const row = /<tbody.*?<tr role="row">(.*?)<\/tr>/s.exec(html)?.[1] ?? '';
    for (const text of ['Cursor', 'localhost:8787', 'Read', 'Stays connected', 'something:new', 'Engineer', 'Never'])
      expect(row).toContain(text);
    expect(row).toMatch(/action="\/connections\/g1\/disconnect".*aria-describedby="row-g1">Disconnect<\/button>/);
    expect(html.match(/<button[^>]*>[^<]*Disconnect/g)).toHaveLength(1);
  });

  it('open with what they may do, to take away from', async () => {
    const fixture = createConnectedFixture();
    const html = await readPage(fixture, '/connections/g1');
    for (const text of ['What <bdi>Cursor</bdi> may do', 'localhost:8787', '<dd>12</dd>', 'something:new']) expect(html).toContain(text);
    expect(html).not.toContain('value="offline_access"');
    const saved = await fixture.post('/connections/g1', { scope: ['resumes:read'], resumes: 'all' });
    expect(saved.headers.get('location')).toBe('/connections?done=changed');
    expect(fixture.connectionChanges).toEqual([{ id: 'g1', scopes: ['resumes:read'], resumes: 'all', mode: 'edit' }]);
  });

  it.each(['unknown_resume', 'exceeds_grant', 'nothing_left'] as const)('say so when the change is refused: %s', async (outcome) => {
    const fixture = createConnectedFixture();
    fixture.connectionOutcome = outcome;
    const refused = await fixture.post('/connections/g1', { scope: ['resumes:read'], resumes: 'all' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(outcome === 'unknown_resume' ? 'One of these resumes no longer exists.' : 'Choose again.');
  });

  it('end one by one', async () => {
    const fixture = createConnectedFixture();
    expect((await fixture.post('/connections/g1/disconnect', {})).headers.get('location')).toBe('/connections?done=disconnected');
    expect(fixture.connections).toEqual([]);
    expect((await fixture.post('/connections/g1/disconnect', {})).headers.get('location')).toBe('/connections?done=gone');
  });

  it('end all after a page that asks', async () => {
    const fixture = createConnectedFixture();
    expect(await readPage(fixture, '/connections/disconnect-all')).toContain('End every connection?');
    expect(fixture.connections).toHaveLength(1);
    await fixture.post('/connections/disconnect-all', {});
    expect(fixture.connections).toEqual([]);
  });

  it('say nothing that was not said by us', async () => {
    const page = await readPage(createFixture(), '/connections?done=<b>evil');
    expect(page.replace('value="/connections?done=%3Cb%3Eevil"', '')).not.toContain('evil');
    expect(await readPage(createFixture(), '/connections?done=constructor')).not.toContain('role="status"');
  });
});

describe('activity', () => {
  it('says what happened in words, and what it has no words for by its name', async () => {
    const fixture = createFixture();
    const event = {
      at: NOW,
      reason: null,
      connectionId: null,
      apiKeyId: null,
      resumeId: null,
      version: null,
      clientName: null,
      apiKeyName: null,
      resumeName: null,
      address: null,
    } as const;
    fixture.events.push(
      { ...event, id: 2, event: 'resume.patched', decision: 'allowed', clientName: 'Claude', resumeName: 'Engineer' },
      { ...event, id: 1, event: 'something.new', decision: 'refused' },
    );
    const html = await readPage(fixture, '/activity');
    for (const text of ['Resume changed', 'Claude', 'Engineer', '<code>something.new</code>', 'Refused', 'You, in the browser'])
      expect(html).toContain(text);
  });
});

describe('API keys', () => {
  // proves api-keys:shown-once
  it('are shown once', async () => {
    const fixture = createFixture();
    const response = await fixture.post('/api-keys', { name: ' CI ', scope: ['resumes:read', 'resumes:write'], expiry: '30' });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<code>vitae_the-only-time-it-is-shown</code>');
    expect(fixture.createdKeys).toEqual([
      { name: 'CI', scopes: ['resumes:read', 'resumes:write'], expiresAt: new Date(NOW.getTime() + 30 * DAY) },
    ]);
    expect(await readPage(fixture, '/api-keys')).not.toContain('the-only-time');
  });

  it('may live for ever when that is chosen', async () => {
    const fixture = createFixture();
    await fixture.post('/api-keys', { name: 'CI', scope: 'resumes:read', expiry: 'never' });
    expect(fixture.createdKeys[0]?.expiresAt).toBeNull();
  });

  it.each([
    [{ name: '', scope: 'resumes:read', expiry: '30' }, 'Give the key a name'],
    [{ name: 'x'.repeat(33), scope: 'resumes:read', expiry: '30' }, 'Give the key a name'],
    [{ name: 'CI', scope: [], expiry: '30' }, 'Tick at least one thing'],
    [{ name: 'CI', scope: ['resumes:read', 'offline_access'], expiry: '30' }, 'Tick at least one thing'],
    [{ name: 'CI', scope: 'resumes:read', expiry: '36500' }, 'Choose when the key expires'],
  ])('are not made from %j', async (fields, text) => {
    const fixture = createFixture();
    const response = await fixture.post('/api-keys', fields);
    expect([response.status, fixture.createdKeys]).toEqual([400, []]);
    expect(await response.text()).toContain(text);
  });

  it('stay listed when expired, and can be revoked', async () => {
    const fixture = createFixture();
    const expiresAt = new Date(NOW.getTime() - DAY);
    fixture.apiKeys.push({
      id: 'k1',
      name: 'Old',
      start: 'vitae_ab',
      scopes: ['resumes:read'],
      createdAt: NOW,
      expiresAt,
      lastUsedAt: null,
    });
    expect(await readPage(fixture, '/api-keys')).toMatch(/Expired <time dateTime="2026-11-23T12:00:00.000Z">/i);
    expect((await fixture.post('/api-keys/k1/revoke', {})).headers.get('location')).toBe('/api-keys?done=revoked');
    expect((await fixture.post('/api-keys/k1/revoke', {})).headers.get('location')).toBe('/api-keys?done=gone');
  });
});

describe('the account', () => {
  it('lists sessions and ends another one', async () => {
    const fixture = createFixture();
    const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0';
    fixture.sessions.push(
      { id: OWNER.sessionId, createdAt: NOW, address: '203.0.113.9', userAgent },
      { id: 'session-2', createdAt: NOW, address: null, userAgent: 'curl/8.0' },
    );
    const html = await readPage(fixture, '/account');
    for (const text of ['Firefox, Windows', 'curl/8.0', 'This browser', '/account/sessions/session-2/revoke']) expect(html).toContain(text);
    expect(html).not.toContain(`/account/sessions/${OWNER.sessionId}/revoke`);
    const response = await fixture.post('/account/sessions/session-2/revoke', {});
    expect([response.headers.get('location'), fixture.sessions.map(({ id }) => id)]).toEqual(['/account?done=revoked', [OWNER.sessionId]]);
    expect((await fixture.post('/account/sessions/session-2/revoke', {})).headers.get('location')).toBe('/account?done=gone');
  });
});

describe('connecting an app', () => {
  it('gives this server’s address in every client’s form', async () => {
    const html = await readPage(createFixture({ session: null }), '/connect');
    const url = `${APP_URL}/mcp`;
    const config = Buffer.from(JSON.stringify({ url })).toString('base64');
    for (const text of [
      `claude mcp add --transport http resumes ${url}`,
      `codex mcp add resumes --url ${url}`,
      `gemini mcp add --transport http resumes ${url}`,
      `npx mcp-remote ${url}`,
      `cursor://anysphere.cursor-deeplink/mcp/install?name=resumes&amp;config=${encodeURIComponent(config)}`,
      `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: 'resumes', type: 'http', url }))}`,
    ]) {
      expect(html).toContain(text);
    }
  });
});
