import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { authorizeUrl, createVerifier, registerClient } from './support/wire.ts';

const UNKNOWN = { id: 'registered-long-ago', secret: null, method: 'none' };

describe('a client that nobody knows, at the authorization endpoint', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await createTestApp();
    ada = await signUp(app);
  });
  afterAll(() => app.close());

  const open = (redirectUri: string) =>
    ada.browser.open(
      authorizeUrl(app, { ...UNKNOWN, redirectUri }, createVerifier().challenge, { resource: app.mcpUrl, prompt: 'consent' }),
    );

  // proves authorize:unknown-client
  it.each([
    ['http://localhost:3118/callback', 'Claude Code'],
    ['https://claude.ai/api/mcp/auth_callback', 'Claude (web'],
    ['https://chatgpt.com/connector/oauth/abc', 'ChatGPT'],
    ['http://127.0.0.1:33418/', 'VS Code'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'Cursor'],
    ['http://127.0.0.1:41239/callback/Zm9v', 'Codex'],
    ['http://localhost:6274/oauth/callback', 'MCP Inspector'],
    ['http://localhost:7777/oauth/callback', 'Gemini CLI'],
  ])('that asks for its answer at %s gets a page that says first how %s begins anew', async (redirectUri, app_) => {
    const page = await open(redirectUri);
    expect([page.status, page.leavesTo, page.url.origin]).toEqual([400, null, app.origin]);
    expect(page.heading()).toBe('This app is not known here');
    const steps = page.document.querySelectorAll('.steps li').map((step) => step.textContent);
    expect(steps[0]?.startsWith(app_)).toBe(true);
    expect(steps).toHaveLength(new Set(steps).size);
    expect(steps.length).toBeGreaterThan(7);
  });

  // proves authorize:unknown-client
  it.each(['https://evil.example/callback', `https://evil.example/${'x'.repeat(5_000)}`, ''])(
    'gets every way to begin anew, and no way out, at %.40s',
    async (redirectUri) => {
      const page = await open(redirectUri);
      expect([page.status, page.leavesTo]).toEqual([400, null]);
      expect(page.text()).toContain('codex mcp logout resumes');
      expect(page.html).not.toContain('evil.example');
    },
  );

  it.each(['javascript:alert(1)', '"><script>alert(1)</script>'])('gets no way out at %s', async (redirectUri) => {
    const page = await open(redirectUri);
    expect([page.status, page.leavesTo]).toEqual([400, null]);
    expect(page.html).not.toContain('alert(1)');
  });

  // proves authorize:unknown-client
  it('is told the same when it is known but asks at another address than it registered', async () => {
    const client = await registerClient(app, { redirect_uris: ['http://localhost:3118/callback'] }, 'http://localhost:3118/other');
    const page = await ada.browser.open(
      authorizeUrl(app, { ...client, redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback' }, 'x'.repeat(43)),
    );
    expect(page.heading()).toBe('The app asked for its answer at an unknown address');
    expect(page.document.querySelector('.steps li')?.textContent).toMatch(/^Cursor/);
  });
});
