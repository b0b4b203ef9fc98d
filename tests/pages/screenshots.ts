import { mkdir } from 'node:fs/promises';
import { LANGUAGES } from '../../src/language.ts';
import { MESSAGES } from '../../src/pages/messages.ts';
import { launchChromium } from '../support/chromium.ts';
import { startPreview } from './preview.ts';
import { PAGE_STATES } from './states.ts';

/** Writes every page in every state and language to screenshots/, for people to look at: `pnpm screenshots [part of a name]`. */
const FOLDER = 'screenshots';
const wanted = process.argv[2] ?? '';
const preview = await startPreview();
const browser = await launchChromium();
await mkdir(FOLDER, { recursive: true });
try {
  for (const state of PAGE_STATES.filter(({ name }) => name.includes(wanted))) {
    for (const language of LANGUAGES) {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [320, 768, 1280]) {
          const page = await browser.newPage({ colorScheme, locale: language, viewport: { width, height: 800 } });
          const fixture = preview.reset({ hasStyleguide: state.hasStyleguide === true, ...(!state.isSignedIn && { session: null }) });
          state.prepare?.(fixture);
          await state.visit(page, preview.origin, MESSAGES[language]);
          await page.screenshot({ path: `${FOLDER}/${state.name}-${width}-${colorScheme}-${language}.png`, fullPage: true });
          await page.close();
        }
      }
    }
  }
} finally {
  await browser.close();
  await preview.close();
}
