import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MESSAGES } from '../../src/pages/messages.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { startPreview, type Preview } from './preview.ts';
import { PAGE_STATES, type PageState } from './states.ts';
import { FIND_SMALL_TARGETS, findViolations, openWatchedPage } from './watched-page.ts';

/** Wider than a phone, which every state in every language is looked at on (browser.test.ts). */
const SCREENS = [
  { width: 768, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;
const PHONE = { width: 320, height: 640 };
const hasChromium = findChromium() !== null;
if (!hasChromium) process.stderr.write('tests/pages/everywhere.test.ts: skipped, no Chromium on this machine\n');

let browser: Browser;
let preview: Preview;
beforeAll(async () => {
  if (hasChromium) [browser, preview] = await Promise.all([launchChromium(), startPreview()]);
});
afterAll(async () => {
  await browser?.close();
  await preview?.close();
});

/** Opens a state on a phone, looks at it, and gives what the browser complained of; that there is no Cursor to open is no complaint. */
async function look(state: PageState, javaScriptEnabled: boolean, use: (page: Page) => Promise<void>): Promise<string[]> {
  const context = await browser.newContext({ viewport: PHONE, reducedMotion: 'reduce', javaScriptEnabled, locale: 'en' });
  const { page, complaints } = await openWatchedPage(context, preview.origin);
  const fixture = preview.reset({ hasStyleguide: state.hasStyleguide === true, ...(!state.isSignedIn && { session: null }) });
  state.prepare?.(fixture);
  await state.visit(page, preview.origin, MESSAGES.en);
  await use(page);
  await context.close();
  return complaints.filter((complaint) => !complaint.startsWith('cursor:'));
}

const headingOf = async (page: Page) => (await page.locator('h1').textContent()) ?? '';
const widthOf = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');

// proves pages:accessible
// proves pages:without-javascript
describe.skipIf(!hasChromium)('on every screen', () => {
  it.each(PAGE_STATES)('$name is accessible and fits, and is the same page where no script runs', async (state) => {
    let heading = '';
    const complaints = await look(state, true, async (page) => {
      heading = await headingOf(page);
      for (const { width, colorScheme } of SCREENS) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        expect([width, await findViolations(page)]).toEqual([width, []]);
        expect(await widthOf(page)).toBeLessThanOrEqual(width);
        expect(await page.evaluate(FIND_SMALL_TARGETS)).toEqual([]);
      }
    });
    const withoutScript = await look(state, false, async (page) => {
      expect(await headingOf(page)).toBe(heading);
      expect(await widthOf(page)).toBeLessThanOrEqual(PHONE.width);
    });
    expect([complaints, withoutScript]).toEqual([[], []]);
  });
});
