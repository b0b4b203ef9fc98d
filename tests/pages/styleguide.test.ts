import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { parseHtml } from '../support/html-form.ts';
import { createFixture } from './fixture.ts';

const FOLDER = new URL('../../src/pages/components/', import.meta.url);
const FILES = readdirSync(FOLDER);
/** Components have a capital letter; what else a file exports is no component. */
const listComponents = (file: string) =>
  [...readFileSync(new URL(file, FOLDER), 'utf8').matchAll(/^export function ([A-Z]\w*)/gm)].map(([, name = '']) => name);

// proves pages:styleguide
describe('the styleguide', () => {
  it.each(['light', 'dark'])('shows every component of every file in the scheme %s', async (scheme) => {
    const html = await (await createFixture({ hasStyleguide: true }).get(`/styleguide/${scheme}`)).text();
    const document = parseHtml(html);
    expect(
      document
        .querySelectorAll('main section > h2')
        .map((heading) => heading.textContent)
        .toSorted(),
    ).toEqual(FILES.toSorted());
    const shown = document.querySelectorAll('[data-component]').map((element) => element.getAttribute('data-component') ?? '');
    expect(shown.toSorted()).toEqual(FILES.flatMap(listComponents).toSorted());
    expect(document.querySelector('html')?.getAttribute('class')).toBe(scheme);
  });

  it('has both schemes beside each other, framed by nobody else', async () => {
    const fixture = createFixture({ hasStyleguide: true });
    const page = await fixture.get('/styleguide');
    const frames = parseHtml(await page.text())
      .querySelectorAll('iframe')
      .map((frame) => frame.getAttribute('src') ?? '');
    expect(frames).toEqual(['/styleguide/light', '/styleguide/dark', '/styleguide/flow']);
    expect(page.headers.get('content-security-policy')).toContain("; frame-src 'self'");
    for (const frame of frames) {
      const framed = await fixture.get(frame);
      expect([framed.status, framed.headers.get('content-security-policy')]).toEqual([
        200,
        expect.stringContaining("frame-ancestors 'self'"),
      ]);
    }
    expect((await fixture.get('/styleguide/other')).status).toBe(404);
  });

  it.each([
    [{}, 404],
    [{ STYLEGUIDE: 'on' }, 200],
  ])('is there only where it is turned on: %j', async (settings, status) => {
    const app = await createTestApp({ settings });
    const browser = app.createBrowser();
    for (const path of ['/styleguide', '/styleguide/dark']) expect((await browser.open(path)).status).toBe(status);
    await app.close();
  });
});
