import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createBrowser } from '../support/browser.ts';

let app: TestApp;
let now = new Date();
beforeAll(async () => {
  app = await createTestApp({ clock: () => now });
});
afterAll(() => app.close());

let owner: Person;
let path: string;
beforeEach(async () => {
  owner = await signUp(app, 'Mara Lindqvist');
  const list = await owner.browser.open('/resumes');
  const page = await list.press('Create resume', { Name: 'Sample', 'Fill it with sample data': true });
  path = page.url.pathname;
});

async function publish(): Promise<string> {
  const page = await (await owner.browser.open(path)).press('Publish');
  const address = /\/r\/[a-z0-9-]+\/sample/.exec(page.html)?.[0];
  if (address === undefined) throw new Error(page.text());
  return address;
}

describe('publishing', () => {
  it('shows a resume to anybody at its address, and at once to nobody when it is unpublished', async () => {
    const address = await publish();
    expect(address).toMatch(/^\/r\/mara-lindqvist(?:-[a-z0-9]+)?\/sample$/);
    const visitor = app.createBrowser();
    const seen = await visitor.open(address);
    expect(seen.status).toBe(200);
    expect(seen.heading()).toBe('Mara Lindqvist');
    expect(seen.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/);
    expect(seen.headers.get('x-robots-tag')).toBe('noindex');
    expect(seen.headers.get('cache-control')).toBe('no-store');
    expect(seen.html).toContain('<meta name="robots" content="noindex"');
    expect(seen.html).toContain('<meta property="og:title" content="Mara Lindqvist – Backend engineer"');
    await (await owner.browser.open(path)).press('Unpublish');
    expect((await visitor.open(address)).status).toBe(404);
    expect((await visitor.open(`${address}/pdf`)).status).toBe(404);
  });

  it('ends at once for a locked resume too, which is not published before it is unlocked', async () => {
    const address = await publish();
    await (await owner.browser.open(path)).press('Lock');
    const ended = await (await owner.browser.open(path)).press('Unpublish');
    expect(ended.text()).toContain('The resume is not published any more.');
    expect((await app.createBrowser().open(address)).status).toBe(404);
    expect((await (await owner.browser.open(path)).press('Publish')).text()).toContain('Unlock it first, then publish it.');
  });

  it('gives no sign of a resume that is not published', async () => {
    const address = await publish();
    await (await owner.browser.open(path)).press('Unpublish');
    const visitor = app.createBrowser();
    const reference = /[A-Za-z0-9_-]{16,}/g;
    const missing = (await visitor.open(`${address}-none`)).text().replaceAll(reference, '');
    expect((await visitor.open(address)).text().replaceAll(reference, '')).toBe(missing);
  });

  it('lets search engines in when the owner says so', async () => {
    const address = await publish();
    await (await owner.browser.open(path)).press('Save', { 'Search engines may list it': true });
    const seen = await app.createBrowser().open(address);
    expect([seen.headers.get('x-robots-tag'), seen.html.includes('noindex')]).toEqual([null, false]);
  });

  it('counts a visitor once a day, and not the owner', async () => {
    const address = await publish();
    const visitor = app.createBrowser();
    for (const times of [1, 2, 3]) expect([times, (await visitor.open(address)).status]).toEqual([times, 200]);
    await owner.browser.open(address);
    const seen = await visitor.open(address);
    expect((await seen.follow('Download PDF')).headers.get('content-type')).toBe('application/pdf');
    now = new Date(now.getTime() + 24 * 60 * 60 * 1000);
    await visitor.open(address);
    expect((await owner.browser.open(path)).text()).toContain('Visitors: 2. PDF downloads: 1.');
    now = new Date();
  });

  it('offers its PDF in the language of the reader, and stays in its own', async () => {
    const address = await publish();
    const seen = await createBrowser(app, 'de').open(address);
    expect([seen.document.querySelector('html')?.getAttribute('lang'), seen.headers.get('vary')]).toEqual([
      'en',
      'accept-language, cookie',
    ]);
    expect(seen.document.querySelector('.tools')?.getAttribute('lang')).toBe('de');
    expect((await seen.follow('PDF herunterladen')).headers.get('content-type')).toBe('application/pdf');
  });

  it('moves with the user name', async () => {
    const address = await publish();
    const name = `mara-${Date.now()}`;
    const account = await (await owner.browser.open('/account')).press('Change user name', { 'User name': name });
    expect(account.text()).toContain('Your user name is changed.');
    expect((await app.createBrowser().open(address)).status).toBe(404);
    expect((await app.createBrowser().open(`/r/${name}/sample`)).status).toBe(200);
    const other = await signUp(app, 'Somebody Else');
    expect((await (await other.browser.open('/account')).press('Change user name', { 'User name': name })).text()).toContain(
      'Somebody else has',
    );
    expect((await (await other.browser.open('/account')).press('Change user name', { 'User name': 'No!' })).text()).toContain(
      'Use 3 to 40',
    );
  });

  it('is the owner’s alone', async () => {
    const other = await signUp(app, 'Ben');
    for (const page of ['view', 'pdf']) expect((await other.browser.open(`${path}/${page}`)).status).toBe(404);
    const forged = await owner.browser.fetch(`${path}/publish`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'csrf=forged',
    });
    expect(forged.status).toBe(403);
  });
});

describe('a password', () => {
  it('stands before the resume and its PDF, for an hour once it was right, until it changes', async () => {
    const address = await publish();
    const protect = async (password: string) => (await owner.browser.open(path)).press('Save', { 'Password for visitors': password });
    expect((await protect('short')).text()).toContain('Use 8 to 200 characters');
    await protect('correct horse');
    const visitor = app.createBrowser();
    const asked = await visitor.open(address);
    expect([asked.status, asked.heading()]).toEqual([401, 'This resume needs a password']);
    expect(asked.html).not.toContain('Mara');
    expect((await visitor.open(`${address}/pdf`)).heading()).toBe('This resume needs a password');
    const refused = await asked.press('Open', { Password: 'wrong horse' });
    expect([refused.status, refused.text().includes('That is not the password.')]).toEqual([403, true]);
    const opened = await refused.press('Open', { Password: 'correct horse' });
    expect([opened.status, opened.heading()]).toEqual([200, 'Mara Lindqvist']);
    expect((await visitor.open(`${address}/pdf`)).headers.get('content-type')).toBe('application/pdf');
    expect((await owner.browser.open(address)).heading()).toBe('Mara Lindqvist');
    now = new Date(Date.now() + 61 * 60 * 1000);
    expect((await visitor.open(address)).status).toBe(401);
    now = new Date();
    await protect('another horse');
    expect((await visitor.open(address)).status).toBe(401);
    await (await owner.browser.open(path)).press('Save', { 'Remove the password': true });
    expect((await visitor.open(address)).status).toBe(200);
  });

  it('can be guessed ten times in a quarter of an hour', async () => {
    const address = await publish();
    await (await owner.browser.open(path)).press('Save', { 'Password for visitors': 'correct horse' });
    const asked = await app.createBrowser().open(address);
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1) statuses.push((await asked.press('Open', { Password: `guess ${guess}` })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429]);
    now = new Date(Date.now() + 16 * 60 * 1000);
    expect((await asked.press('Open', { Password: 'correct horse' })).status).toBe(200);
    now = new Date();
  });
});

describe('a link to a PDF', () => {
  it('opens without a session and ends after ten minutes', async () => {
    const key = await createApiKey(owner);
    const id = path.split('/').at(-1) ?? '';
    const request = new Request(`${app.origin}/api/v1/resumes/${id}/pdf-link`, { method: 'POST', headers: { 'x-api-key': key } });
    const { url } = (await (await app.fetch(request)).json()) as { url: string };
    const open = () => app.fetch(new Request(url));
    const given = await open();
    expect([given.status, given.headers.get('content-type'), given.headers.get('content-disposition')]).toEqual([
      200,
      'application/pdf',
      'attachment; filename="sample.pdf"',
    ]);
    expect(Buffer.from(await given.arrayBuffer()).toString('latin1', 0, 5)).toBe('%PDF-');
    expect((await app.fetch(new Request(`${url}A`))).status).toBe(404);
    now = new Date(Date.now() + 10 * 60 * 1000 + 1000);
    expect((await open()).status).toBe(404);
    now = new Date();
  });
});
