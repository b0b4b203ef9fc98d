import axe, { type AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

interface Watched {
  readonly page: Page;
  /** Console errors, breaches of the content security policy, and requests to anywhere but the pages. */
  readonly complaints: string[];
}

export async function openWatchedPage(context: BrowserContext, origin: string): Promise<Watched> {
  const page = await context.newPage();
  const complaints: string[] = [];
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.effectiveDirective} ${event.blockedURI}`))",
  );
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser also reports the statuses that error pages are meant to have.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(request.url());
  });
  return { page, complaints };
}

/** @param rules ids to run; all by default */
export async function findViolations(page: Page, rules: readonly string[] | null = null): Promise<string[]> {
  const options = rules === null ? {} : { runOnly: { type: 'rule', values: rules } };
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

/** Controls under 44 px in both directions; a checkbox counts with its label, a link in running text is exempt (WCAG 2.5.8). */
export const FIND_SMALL_TARGETS = `[...document.querySelectorAll('button, select, input:not([type="hidden"], [type="checkbox"], [type="radio"]), .button, nav a')]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
  .map((element) => element.outerHTML)`;

/** Presses Tab until the focus is on the element with this id, text or label; throws when it never gets there. */
export async function pressTabTo(page: Page, target: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string[]>(
      "[document.activeElement.id, document.activeElement.textContent, document.activeElement.labels?.[0]?.textContent ?? '']",
    );
    if (focused.includes(target)) return;
  }
  throw new Error(`Tab never reaches ${target}`);
}
