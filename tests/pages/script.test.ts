import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { buildConnection, buildResume, NOW, SAMPLE_DATA } from './fixture.ts';
import { startPreview, type Preview } from './preview.ts';

const hasChromium = findChromium() !== null;
if (!hasChromium) process.stderr.write('tests/pages/script.test.ts: skipped, no Chromium on this machine\n');

let browser: Browser;
let preview: Preview;
beforeAll(async () => {
  if (hasChromium) [browser, preview] = await Promise.all([launchChromium(), startPreview()]);
});
afterAll(async () => {
  await browser?.close();
  await preview?.close();
});

async function open(context: BrowserContext, path: string) {
  const page = await context.newPage();
  const loads: string[] = [];
  page.on('framenavigated', (frame) => loads.push(frame.url()));
  await page.goto(`${preview.origin}${path}`);
  return { page, loads };
}

describe.skipIf(!hasChromium)('the script of the pages', () => {
  // proves pages:copy
  it('copies what stands beside a button, and says so', async () => {
    preview.reset();
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = await open(context, '/connect');
    await page.getByRole('button', { name: 'Copy Codex' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      `codex mcp add resumes --url ${preview.origin}/mcp\ncodex mcp login resumes`,
    );
    await context.close();
  });

  it('selects the text where the browser does not let it copy', async () => {
    preview.reset();
    const context = await browser.newContext();
    const { page } = await open(context, '/connect');
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error())');
    await page.getByRole('button', { name: 'Copy Gemini CLI' }).click();
    await page.getByText('Selected: copy it').waitFor();
    expect(await page.evaluate('String(getSelection())')).toBe(`gemini mcp add --transport http resumes ${preview.origin}/mcp`);
    await context.close();
  });

  it.each(['/connect', '/connect/wait'])('leaves %s whole where no script runs', async (path) => {
    preview.reset();
    const context = await browser.newContext({ javaScriptEnabled: false });
    const { page } = await open(context, path);
    expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
    if (path === '/connect') await page.getByRole('link', { name: 'Wait until an app has connected' }).click();
    await page.getByRole('heading', { name: 'Waiting for an app' }).waitFor();
    expect(await page.getByText(`${preview.origin}/mcp`).isVisible()).toBe(true);
    await context.close();
  });

  // proves connections:wait
  it.each(['/connect', `/connect/wait?since=${NOW.getTime()}`])('turns %s green without loading it anew', async (path) => {
    const fixture = preview.reset();
    const context = await browser.newContext();
    const { page, loads } = await open(context, path);
    await page.getByText('Waiting for an app to connect.').waitFor();
    fixture.connections.push(buildConnection());
    await page.getByText('Claude is connected and can begin.').waitFor();
    expect(await page.getByRole('link', { name: 'See what it may do' }).getAttribute('href')).toBe('/connections/g1');
    expect(await page.getByText('Waiting for an app').count()).toBe(0);
    expect(loads).toHaveLength(1);
    await context.close();
  });

  it('without a script, the page to wait on opens itself anew and turns green', async () => {
    const fixture = preview.reset();
    const context = await browser.newContext({ javaScriptEnabled: false });
    const { page } = await open(context, `/connect/wait?since=${NOW.getTime()}`);
    fixture.connections.push(buildConnection());
    await page.getByRole('heading', { name: 'An app has connected' }).waitFor();
    expect(await page.title()).toContain('An app has connected');
    await context.close();
  });

  it('stops looking, and shows the way to sign in, once the session is over', async () => {
    const fixture = preview.reset();
    const context = await browser.newContext();
    const { page } = await open(context, `/connect/wait?since=${NOW.getTime()}`);
    fixture.session = null;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(page.url()).searchParams.get('next')).toBe(`/connect/wait?since=${NOW.getTime()}`);
    await context.close();
  });

  // proves pages:preview
  it.each([true, false])('shows a template before it is saved, JavaScript %s', async (javaScriptEnabled) => {
    const fixture = preview.reset();
    fixture.resumes.push(buildResume({ id: 'r1', data: SAMPLE_DATA }));
    const context = await browser.newContext({ javaScriptEnabled });
    const { page, loads } = await open(context, '/resumes/r1/edit/look');
    const frame = page.frameLocator('iframe');
    await frame.locator('main.classic').waitFor();
    await page.getByLabel('Modern').check();
    await page.getByLabel('Language of the resume').fill('de');
    expect(await page.getByRole('button', { name: 'Show preview' }).isVisible()).toBe(!javaScriptEnabled);
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Show preview' }).click();
    await frame.locator('main.modern').getByRole('heading', { name: 'Kenntnisse' }).waitFor();
    expect(loads.filter((url) => url.endsWith('/edit/look'))).toHaveLength(javaScriptEnabled ? 1 : 2);
    expect(await page.getByLabel('Modern').isChecked()).toBe(true);
    expect(fixture.patches).toEqual([]);
    await context.close();
  });

  it('lets no other site frame the preview', async () => {
    preview.reset().resumes.push(buildResume({ id: 'r1', data: SAMPLE_DATA }));
    const context = await browser.newContext();
    const { page } = await open(context, '/connect');
    const address = preview.origin.replace('localhost', '127.0.0.1');
    await page.route('https://other.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${address}/resumes/r1/edit/look/preview"></iframe>` }),
    );
    await page.goto('https://other.example/');
    expect(await page.frames()[1]?.locator('main').count()).toBe(0);
    await context.close();
  });
});
