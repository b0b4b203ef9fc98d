import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, type Person } from '../support/app.ts';
import { startCallbackListener, type CallbackListener } from '../support/callback-listener.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { createHttpSite } from '../support/http-site.ts';
import { createOAuthClient } from '../support/oauth.ts';
import { startServer, type ServerProcess } from '../support/process.ts';

const hasChromium = findChromium() !== null;
if (!hasChromium) process.stderr.write('tests/journeys/login-resume.test.ts: skipped, no Chromium on this machine\n');

describe.skipIf(!hasChromium)('a person who stumbles on the way from a client', () => {
  let server: ServerProcess;
  let browser: Browser;
  let listener: CallbackListener;
  let ada: Person;

  beforeAll(async () => {
    [server, browser, listener] = await Promise.all([startServer(), launchChromium(), startCallbackListener()]);
    ada = await signUp(createHttpSite(server.url));
  });
  afterAll(async () => {
    await browser?.close();
    await listener?.close();
    await server?.dispose();
  });

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  async function signIn(page: Page, password: string): Promise<void> {
    await page.getByLabel('Email').fill(ada.email);
    await page.getByLabel('Password').fill(password);
    await button(page, 'Sign in').click();
  }

  async function endSession(context: BrowserContext): Promise<void> {
    const tab = await context.newPage();
    await tab.goto(`${server.url}/account`);
    await button(tab, 'Sign out').click();
    await tab.waitForURL((url) => url.pathname === '/sign-in');
    await tab.close();
  }

  // proves login-resume:every-way, login-resume:session-ends, pages:without-javascript
  it.each([true, false])('ends at it with a code that works; JavaScript: %s', async (javaScriptEnabled) => {
    const site = { origin: server.url, fetch: (request: Request) => fetch(request) };
    const client = await createOAuthClient(site, { client_name: 'Patient client', redirect_uris: [listener.redirectUri] });
    const request = await client.createRequest({ prompt: 'login consent' });
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(request.url.href);
    await signIn(page, 'not-the-password');
    await page.getByRole('alert').waitFor();

    await page.getByRole('link', { name: 'Create account' }).click();
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('Email').fill(ada.email);
    await page.getByLabel('Password').fill(ada.password);
    await button(page, 'Create account').click();
    await page.getByRole('alert').getByText('There is an account with this e-mail address already').waitFor();
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await signIn(page, ada.password);

    await page.getByRole('heading', { level: 1, name: 'Patient client' }).waitFor();
    await endSession(context);
    await button(page, 'Allow').click();
    await page.getByRole('heading', { name: 'Sign in to continue to Patient client' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in to continue to Patient client' }).waitFor();
    await signIn(page, ada.password);
    await page.getByRole('heading', { level: 1, name: 'Patient client' }).waitFor();
    await button(page, 'Allow').click();
    await page.waitForURL((url) => url.href.startsWith(listener.redirectUri));
    const tokens = await request.redeem(await listener.next());
    expect((await client.refresh(tokens.refresh_token ?? '')).access_token).not.toBe(tokens.access_token);
    await context.close();
  });
});
