import { describe, expect, it } from 'vitest';
import { buildResume, buildSignedQuery, createFixture, NOW, OWNER, type Fixture } from './fixture.ts';

const CORPUS = [
  '<script>alert(1)</script>',
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</title><script>alert(1)</script>',
  '</textarea></style></script><svg onload=alert(1)>',
  '" autofocus onfocus=alert(1) x="',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '<!--<script>',
  '\u202Egnissecca\u202C <b>',
  '&lt;script&gt;&#39;',
];

/** Everything from elsewhere that a page shows, filled with one text. */
function createHostileFixture(text: string): Fixture {
  const fixture = createFixture();
  fixture.session = { ...OWNER, userName: text, userEmail: text };
  fixture.client = { name: text, registration: 'metadata_document', verifiedHost: text, clientUri: text };
  fixture.resumes.push(
    buildResume({
      name: text,
      tags: [text],
      data: { basics: { name: text, label: text, url: text, summary: text }, work: [{ name: text, url: text, highlights: [text] }] },
    }),
  );
  fixture.connections.push({
    id: text,
    clientName: text,
    clientId: text,
    redirectHost: text,
    scopes: [text],
    allResumes: false,
    resumes: [{ id: 'r', name: text }],
    callsInSevenDays: 1,
    mode: 'edit',
    createdAt: NOW,
    lastUsedAt: NOW,
    expiresAt: NOW,
  });
  fixture.earlier = { createdAt: NOW, scopes: [text], lastUsedAt: null, endsAt: NOW, isLive: false };
  fixture.apiKeys.push({ id: text, name: text, start: text, scopes: [text], createdAt: NOW, expiresAt: NOW, lastUsedAt: NOW });
  fixture.events.push({
    id: 1,
    at: NOW,
    event: text,
    reason: text,
    connectionId: text,
    apiKeyId: text,
    resumeId: text,
    version: { revision: 3, at: NOW, touched: [text], isLocked: false },
    decision: 'refused',
    clientName: text,
    apiKeyName: text,
    resumeName: text,
    address: text,
  });
  fixture.sessions.push({ id: text, createdAt: NOW, address: text, userAgent: text });
  return fixture;
}

/** Tags and attributes in the markup; text of an attacker may be in the text, never among these. */
function listMarkup(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-zA-Z][\w-]*)((?:\s+[^\s=<>"']+(?:="[^"]*")?)*)\s*\/?>/g)].map(([, name, attributes]) =>
    [name, ...[...(attributes ?? '').matchAll(/\s([^\s=]+)(?:="[^"]*")?/g)].map(([, attribute]) => attribute)].join(' '),
  );
}

function listPaths(text: string): readonly string[] {
  return [
    `/consent?${buildSignedQuery({ state: text, scope: `resumes:read ${text.replaceAll(' ', '_')}` })}`,
    `/sign-in?${buildSignedQuery({ state: text })}`,
    `/sign-up?${buildSignedQuery({ state: text })}`,
    `/error?${new URLSearchParams({ error: text, error_description: text })}`,
    '/',
    '/resumes',
    '/resumes/resume-1',
    '/resumes/resume-1/delete',
    '/connections',
    '/connections/g1',
    '/activity',
    '/api-keys',
    '/account',
  ];
}

// security cases 95, 193, 221
describe('text from elsewhere', () => {
  // proves pages:escaping
  it.each(CORPUS)('%j adds no tag, attribute or link of its own to any page', async (text) => {
    for (const [index, path] of listPaths(text).entries()) {
      const html = await (await createHostileFixture(text).get(path)).text();
      const harmless = await (await createHostileFixture('harmless').get(listPaths('harmless')[index] ?? '')).text();
      expect([path, ...listMarkup(html)]).toEqual([path, ...listMarkup(harmless)]);
      expect(html).not.toMatch(
        /<script(?! type="module" src="\/assets\/)|<img|<svg onload|\son(?:error|load|focus)=(?!alert)|href="javascript:/i,
      );
    }
  });

  it.each(CORPUS)('%j stays what it was in a form that comes back', async (text) => {
    const fixture = createFixture({ session: null });
    fixture.authAnswers.set('sign-in/email', () => Response.json({ code: text }, { status: 400 }));
    const html = await (await fixture.post('/sign-in', { email: text, password: 'x', next: text })).text();
    expect(html).not.toMatch(/<script(?! type="module" src="\/assets\/)|<img|onfocus=alert\(1\) x="/);
    expect(html.match(/<input/g)).toHaveLength(6);
  });

  it('is said to be what the app’s request said', async () => {
    const response = await createFixture().get('/error?error=%3Cscript%3E&error_description=why');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<q><bdi>&lt;script>: why</bdi></q>');
  });
});

describe('errors of the authorization endpoint', () => {
  it.each([
    ['invalid_client', 'This app is not known here', 400],
    ['client_disabled', 'This app has been turned off', 400],
    ['invalid_redirect', 'unknown address', 400],
    ['unsupported_response_type', 'could not be understood', 400],
    ['access_denied', 'was not let in', 400],
    ['__proto__', 'could not be understood', 400],
    ['server_error', 'on our side', 500],
    ['temporarily_unavailable', 'catching its breath', 503],
  ])('%s: %s', async (code, text, status) => {
    const response = await createFixture({ session: null }).get(`/error?error=${code}`);
    expect(response.status).toBe(status);
    const html = await response.text();
    expect(html).toContain(text);
    expect(html).toContain('request-7');
  });
});
