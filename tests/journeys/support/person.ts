import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';

/** A person at a real browser window. Everything goes by the names that a screen reader reads. */
export interface PersonAtBrowser {
  readonly page: Page;
  readonly email: string;
  readonly password: string;
  signUp(origin: string): Promise<void>;
  signOut(): Promise<void>;
  /**
   * Opens the address an app asked for, signs in when asked to, checks who asks, and allows it.
   * @param mode the choice of how it changes resumes, by its label; as the page proposes when left out
   */
  allow(url: URL, clientName: string, mode?: 'Edit directly' | 'Suggest changes'): Promise<void>;
  disconnect(origin: string, clientName: string): Promise<void>;
  /** @returns the key as the page shows it this once */
  createApiKey(origin: string, name: string): Promise<string>;
  revokeApiKey(origin: string, name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openPerson(browser: Browser): Promise<PersonAtBrowser> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const email = `person-${randomBytes(6).toString('hex')}@example.org`;
  const password = `correct horse ${randomBytes(6).toString('hex')}`;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  /** Presses the button in the row that starts with the name, and waits until the row is gone. */
  async function endRow(url: string, name: string, action: string): Promise<void> {
    await page.goto(url);
    const row = page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
    await row.getByRole('button', { name: action }).click();
    await row.waitFor({ state: 'detached' });
  }
  return {
    page,
    email,
    password,
    async signUp(origin) {
      await page.goto(`${origin}/sign-up`);
      await page.getByLabel('Name').fill('Ada Lovelace');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await button('Create account').click();
      await page.waitForURL((url) => url.pathname !== '/sign-up');
    },
    signOut: () => context.clearCookies(),
    async allow(url, clientName, mode) {
      await page.goto(url.href);
      if (new URL(page.url()).pathname === '/sign-in') {
        await page.getByLabel('Email').fill(email);
        await page.getByLabel('Password').fill(password);
        await button('Sign in').click();
      }
      await page.waitForURL((current) => current.pathname === '/consent');
      await page.getByRole('heading', { level: 1, name: clientName }).waitFor();
      if (mode !== undefined) await page.getByLabel(mode).check();
      await button('Allow').click();
      // The page that hands over is on its way there, and would break off where the person goes next.
      await page.waitForURL((current) => current.origin !== url.origin);
    },
    disconnect: (origin, clientName) => endRow(`${origin}/connections`, clientName, 'Disconnect'),
    revokeApiKey: (origin, name) => endRow(`${origin}/api-keys`, name, 'Revoke'),
    async createApiKey(origin, name) {
      await page.goto(`${origin}/api-keys`);
      await page.getByLabel('Name').fill(name);
      for (const choice of await page.getByRole('checkbox').all()) await choice.check();
      await button('Create API key').click();
      const key = await page
        .getByText(/^vitae_\S+$/)
        .first()
        .textContent();
      return key ?? '';
    },
    close: () => context.close(),
  };
}
